import { expect, it } from "vitest";
import { unixMs } from "../kernel/time.ts";
import { tenantOf } from "../tenants/index.ts";
import { checkAge } from "./age.ts";

const kenya = tenantOf("KE");
/** 21:30 UTC is half past midnight of the next day in Nairobi. */
const lateEvening = unixMs(Date.parse("2026-05-09T21:30:00Z"));

it("lets a player in from the first minute of the eighteenth birthday in the tenant's own zone", () => {
  expect(checkAge("2008-05-10", kenya, lateEvening)).toEqual({ ok: true, value: 18 });
  expect(checkAge("2008-05-10", tenantOf("GH"), lateEvening)).toMatchObject({ ok: false, error: { reason: "underage" } });
});

it("refuses a player one day too young and names the age", () => {
  expect(checkAge("2008-05-11", kenya, lateEvening)).toEqual({ ok: false, error: { reason: "underage", minimumAgeYears: 18 } });
});

it("counts a birthday of 29 February from 1 March in a common year", () => {
  expect(checkAge("2008-02-29", kenya, unixMs(Date.parse("2026-02-28T12:00:00Z")))).toMatchObject({ error: { reason: "underage" } });
  expect(checkAge("2008-02-29", kenya, unixMs(Date.parse("2026-03-01T00:00:00Z")))).toEqual({ ok: true, value: 18 });
});

it.each(["2001-02-29", "1990-13-01", "90-01-15", "15/01/1990", "", "1890-01-01", "2027-01-01"])(
  "takes no %s for a date of birth",
  (text) => {
    expect(checkAge(text, kenya, lateEvening)).toEqual({ ok: false, error: { reason: "not_a_birth_date" } });
  },
);
