import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OffsetBounds, provenOffset, UNKNOWN_OFFSET, withStamp } from "./clock-offset.ts";

const delay = fc.integer({ min: 0, max: 2_000 });
const exchange = fc.record({ startsAtMs: fc.integer({ min: 0, max: 60_000 }), there: delay, back: delay, wasAsked: fc.boolean() });

/** What the exchanges prove when the other clock is `offset` ahead of ours. */
function learned(
  offset: number,
  exchanges: readonly { startsAtMs: number; there: number; back: number; wasAsked: boolean }[],
): OffsetBounds {
  return exchanges.reduce((bounds, { startsAtMs, there, back, wasAsked }) => {
    const stampedAtMs = startsAtMs + there + offset;
    return withStamp(bounds, { stampedAtMs, askedAtMs: wasAsked ? startsAtMs : null, heardAtMs: startsAtMs + there + back });
  }, UNKNOWN_OFFSET);
}

describe("another clock", () => {
  it("is where the bounds say, whatever the line's delays", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 5_000 }), fc.array(exchange, { maxLength: 8 }), (offset, exchanges) => {
        const { leastMs, mostMs } = learned(offset, exchanges);
        expect(leastMs).toBeLessThanOrEqual(offset);
        expect(mostMs).toBeGreaterThanOrEqual(offset);
      }),
    );
  });

  it("is never corrected past the truth, and by a question to within its round trip", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 5_000 }), exchange, (offset, one) => {
        const corrected = provenOffset(learned(offset, [{ ...one, wasAsked: true }]));
        expect(Math.abs(corrected)).toBeLessThanOrEqual(Math.abs(offset));
        expect(corrected * offset).toBeGreaterThanOrEqual(0);
        expect(Math.abs(offset - corrected)).toBeLessThanOrEqual(one.there + one.back + 1);
      }),
    );
  });

  it("is taken to agree while nothing says otherwise", () => {
    expect(provenOffset(UNKNOWN_OFFSET)).toBe(0);
    expect(provenOffset(withStamp(UNKNOWN_OFFSET, { stampedAtMs: 900, askedAtMs: null, heardAtMs: 1_000 }))).toBe(0);
    expect(provenOffset(withStamp(UNKNOWN_OFFSET, { stampedAtMs: 1_000, askedAtMs: 950, heardAtMs: 1_050 }))).toBe(0);
  });

  it("that was set meanwhile is believed by its newest stamp", () => {
    const ahead = withStamp(UNKNOWN_OFFSET, { stampedAtMs: 9_000, askedAtMs: 990, heardAtMs: 1_000 });
    expect(provenOffset(ahead)).toBe(7_999);
    const set = withStamp(ahead, { stampedAtMs: 2_000, askedAtMs: 1_995, heardAtMs: 2_005 });
    expect(provenOffset(set)).toBe(0);
  });
});
