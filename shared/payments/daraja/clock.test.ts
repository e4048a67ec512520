/** Daraja's times and password, against the published vectors. */
import { expect, it } from "vitest";
import { unixMs } from "../../kernel/time.ts";
import { darajaInstant, darajaPassword, darajaTimestamp } from "./clock.ts";

const SHORTCODE = "174379";
const PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";

it("makes the password of the provider's own sample", () => {
  expect(darajaPassword(SHORTCODE, PASSKEY, "20210628092408")).toBe(
    "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMjEwNjI4MDkyNDA4",
  );
});

it("writes times in East Africa Time, over the day's end too", () => {
  const timestamp = darajaTimestamp(unixMs(Date.parse("2026-01-01T22:30:00Z")));
  expect(timestamp).toBe("20260102013000");
  expect(darajaPassword(SHORTCODE, PASSKEY, timestamp)).toBe(
    "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMjYwMTAyMDEzMDAw",
  );
});

it("reads both spellings of a time as East Africa Time", () => {
  expect(darajaInstant("20221117155745")).toBe(Date.parse("2022-11-17T12:57:45Z"));
  expect(darajaInstant("06.07.2024 22:48:52")).toBe(Date.parse("2024-07-06T19:48:52Z"));
});

it.each(["", "2022111715574", "20221317155745", "2022-11-17", "99.99.2024 22:48:52"])("reads no time from %j", (text) => {
  expect(darajaInstant(text)).toBeNull();
});
