/** What a bet is worth before it is decided: its promised bonus counts, and the bounds that rules watch by never miss a price. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, type Fraction, floorOf, fraction, ONE, ZERO_FRACTION } from "../money/fraction.ts";
import { cashOutValue, leastFactorsPpm } from "./cash-out-value.ts";
import { expectedBonus } from "./expected-bonus.ts";
import { engineLadder } from "./promised-ladder.ts";
import type { SelectionOutcome } from "./types.ts";

const shape = (selections: number) => ({ kind: "MULTI", selections, systemSizes: [], bankers: [] }) as const;
const LADDER = engineLadder({
  ...{ ladderId: "L", basis: "net_winnings", oddsMinThousandths: 1_500, bonusMaxMinor: 1_000_000 },
  steps: [[3, 10]],
});

describe("a promised bonus before the bet is decided", () => {
  const selection = (outcome: SelectionOutcome | null, winPpm = 500_000) => ({ oddsThousandths: 2_000, outcome, winPpm });

  it("is the whole bonus times the chance that everything open wins", () => {
    // 80.00 of 10.00: 7.00 bonus; half of half of half of it.
    const open = [selection(null), selection(null), selection(null)];
    expect(expectedBonus(LADDER, shape(3), fraction(1_000), open)).toEqual(fraction(700, 8));
    expect(expectedBonus(LADDER, shape(3), fraction(1_000), [selection("won"), selection("won"), selection(null)])).toEqual(fraction(350));
  });

  it("is nothing once a selection is lost, or a void one leaves too few", () => {
    expect(expectedBonus(LADDER, shape(3), fraction(1_000), [selection("lost"), selection(null), selection(null)])).toEqual(ZERO_FRACTION);
    expect(expectedBonus(LADDER, shape(3), fraction(1_000), [selection("void"), selection(null), selection(null)])).toEqual(ZERO_FRACTION);
  });

  it("is added to the fair value before the margin", () => {
    const factors = [ONE, ONE, ONE];
    const with10 = cashOutValue(shape(3), fraction(1_000), factors, fraction(5, 100), ONE, fraction(100));
    expect(with10.offerFullMinor).toBe(1_045n);
  });
});

describe("the least that a selection must return before a value can be reached", () => {
  it("is the share of the value that the others can't make up", () => {
    // 100 at 2.0 x 3.0: 300 wants half of what the first can return, a half of the second's.
    expect(leastFactorsPpm(shape(2), fraction(100), [fraction(2), fraction(3)], fraction(300))).toEqual([1_000_000, 1_500_000]);
  });

  it("never rules out prices that reach the value, in multis and systems", () => {
    const odds = fc.array(fc.integer({ min: 1_010, max: 9_000 }), { minLength: 3, maxLength: 5 });
    const chances = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(odds, chances, fc.integer({ min: 1, max: 200_000 }), fc.boolean(), (prices, wins, least, isSystem) => {
        const of = isSystem
          ? ({ kind: "SYSTEM", selections: prices.length, systemSizes: [2], bankers: [] } as const)
          : shape(prices.length);
        const most = prices.map((price) => fraction(price, 1_000));
        const factors = most.map((factor, index): Fraction => fraction(factor.n * BigInt(wins[index] ?? 0), factor.d * 1_000_000n));
        const { fair } = cashOutValue(of, fraction(10_000), factors, ZERO_FRACTION, ONE);
        if (compare(fair, fraction(least)) < 0) return;
        const bounds = leastFactorsPpm(of, fraction(10_000), most, fraction(least));
        for (const [index, factor] of factors.entries())
          expect(Number(floorOf(fraction(factor.n * 1_000_000n, factor.d)))).toBeGreaterThanOrEqual(bounds[index] ?? 0);
      }),
      { numRuns: 300 },
    );
  });
});
