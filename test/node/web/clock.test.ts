/** Guarantees of the page's idea of the server's clock: never ahead of what a message could have told. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { serverTime, UNKNOWN_CLOCK, withSample } from "../../../web/src/crash/clock.ts";

it("knows no time before the first message", () => {
  expect(serverTime(UNKNOWN_CLOCK, 5)).toBeNull();
});

it("is never ahead of the server, and behind it by the quickest message's way at most", () => {
  const delays = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(delays, fc.integer({ min: -100_000, max: 100_000 }), (delaysMs, offsetMs) => {
      let clock = UNKNOWN_CLOCK;
      for (const [index, delayMs] of delaysMs.entries()) clock = withSample(clock, index * 1_000 + offsetMs, index * 1_000 + delayMs);
      const read = serverTime(clock, 1_000_000) ?? Number.NaN;
      return read - (1_000_000 + offsetMs) === -Math.min(...delaysMs);
    }),
  );
});

it("forgets old samples, so that it follows a clock that drifts", () => {
  let clock = withSample(UNKNOWN_CLOCK, 10_000, 0);
  for (let sample = 0; sample < 30; sample += 1) clock = withSample(clock, sample, sample);
  expect(serverTime(clock, 100)).toBe(100);
});
