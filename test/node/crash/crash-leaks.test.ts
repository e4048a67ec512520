/** The scanner finds each kind of leak that it is asked to find, and nothing where there is none. */
import { describe, expect, it } from "vitest";
import { type Heard, type Landing, leaksOf } from "../../support/crash-leaks.ts";

const landing: Landing = {
  hash: "6fb1c5e0a83d49725be01f3a9c6d84e71203adfe5598bb6c01d7a34e82f96c15",
  crashHundredths: 347,
  startedAtMs: Date.parse("2026-11-23T10:00:00.000Z"),
  flightMs: 20_736,
};
const crashAtMs = landing.startedAtMs + landing.flightMs;
const heard = (text: string): Heard => ({ source: "frame", atMs: landing.startedAtMs + 500, text });
const find = (text: string, older: readonly Heard[] = []) => leaksOf([heard(text)], older, landing);

describe("before the crash", () => {
  const bytes = Buffer.from(landing.hash, "hex");
  it.each([
    ["the hash", `{"server_seed":"${landing.hash}"}`],
    ["the hash in capitals", landing.hash.toUpperCase()],
    ["a part of the hash", `x ${landing.hash.slice(20, 33)} y`],
    ["the hash in base64", bytes.toString("base64")],
    ["the hash in base64 within other bytes", Buffer.concat([Buffer.from("k"), bytes]).toString("base64url")],
    ["the multiplier", '{"crash_point":3.47}'],
    ["hundredths", '{"at":347}'],
    ["the length of the flight", '{"alarm_in_ms":20736}'],
    ["the length of the flight in seconds", "Retry-After: 20.736"],
    ["the instant of the crash", `{"ends_at":${crashAtMs}}`],
    ["the second of the crash", `expires=${Math.floor(crashAtMs / 1_000)}`],
    ["the written time of the crash", `{"ends_at":"${new Date(crashAtMs).toISOString()}"}`],
  ])("finds %s", (_name, text) => {
    expect(find(text)).toHaveLength(1);
  });

  it("lets be what tells nothing: the hash before, times of now, numbers that were heard before the round", () => {
    expect(find('{"server_seed_hash":"aa00bb11cc22dd33ee44","round_number":12,"started_at":"2026-11-23T10:00:00.000Z"}')).toEqual([]);
    expect(find('{"bytes":347}', [heard('{"bytes":347}')])).toEqual([]);
    expect(find('{"amount":1347,"odds":13.47}')).toEqual([]);
  });
});
