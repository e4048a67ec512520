import { describe, expect, it } from "vitest";
import { fraction } from "../money/fraction.ts";
import { cashOutValue } from "./cash-out-value.ts";
import { expectedFactor } from "./expected-factor.ts";

const wins = (winPpm: number) => ({ winPpm, refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 });

describe("the expected factor", () => {
  it("weighs a win with the odds, a refund with one, halves with half of each", () => {
    expect(expectedFactor(3_000, wins(500_000))).toEqual(fraction(3, 2));
    const mixed = { winPpm: 400_000, refundPpm: 100_000, halfWinPpm: 200_000, halfLosePpm: 100_000 };
    // 0.4 x 2 + 0.2 x 1.5 + 0.1 + 0.1 / 2
    expect(expectedFactor(2_000, mixed)).toEqual(fraction(5, 4));
  });

  it("makes 15 of 10 at 3.0 that is 2.0 now", () => {
    const value = cashOutValue(
      { kind: "SINGLE", selections: 1, systemSizes: [], bankers: [] },
      fraction(1_000),
      [expectedFactor(3_000, wins(500_000))],
      fraction(0),
      fraction(1),
    );
    expect(value.offerFullMinor).toBe(1_500n);
  });

  it("multiplies what is won: 2.0 won and 3.0 at even chances are worth three stakes", () => {
    const value = cashOutValue(
      { kind: "MULTI", selections: 2, systemSizes: [], bankers: [] },
      fraction(1_000),
      [fraction(2), expectedFactor(3_000, wins(500_000))],
      fraction(0),
      fraction(1),
    );
    expect(value.offerFullMinor).toBe(3_000n);
  });
});
