/** Cut-N: refunds by the published rules, and insurance at the price of its exact chance. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, type Fraction, fraction, fractionText, ONE, times, ZERO_FRACTION } from "../money/fraction.ts";
import { minor } from "../money/minor.ts";
import { type CutRefund, chanceWithinCuts, cutRefund, insuredOdds, insuredReturn, insuredShare } from "./cut.ts";
import type { SelectionOutcome } from "./types.ts";

const picks = (outcomes: readonly SelectionOutcome[], odds: Fraction = fraction(15, 10)) => outcomes.map((outcome) => ({ odds, outcome }));
const won = (count: number): readonly SelectionOutcome[] => Array.from({ length: count }, () => "won");

describe("refund of a multi with one loser", () => {
  /** At least eight selections, all at 1.30 or more: the stake back. */
  const plain = { steps: [[8, fraction(100)]], oddsMin: fraction(13, 10), losersMax: 1 } as const;
  /** 50 % of eight, 80 % of nine, all of ten and more. */
  const stepped = {
    steps: [
      [8, fraction(50)],
      [9, fraction(80)],
      [10, fraction(100)],
    ],
    oddsMin: ONE,
    losersMax: 1,
  } as const;
  const refunded = (rule: CutRefund, outcomes: readonly SelectionOutcome[], odds?: Fraction) =>
    fractionText(cutRefund(rule, picks(outcomes, odds), fraction(1_001)));

  it("gives the stake back for exactly one loser of eight, and for nothing else", () => {
    expect(refunded(plain, [...won(7), "lost"])).toBe("1001");
    expect(refunded(plain, won(8))).toBe("0");
    expect(refunded(plain, [...won(6), "lost", "lost"])).toBe("0");
    expect(refunded(plain, [...won(6), "lost"])).toBe("0");
    expect(refunded(plain, [...won(7), "lost"], fraction(129, 100))).toBe("0");
  });

  it("does not count void selections, and half results are no win", () => {
    expect(refunded(plain, [...won(6), "lost", "void"])).toBe("0");
    expect(refunded(plain, [...won(7), "lost", "void"])).toBe("1001");
    expect(refunded(plain, [...won(7), "half_won", "lost"])).toBe("0");
  });

  it("follows its steps, exactly", () => {
    expect(refunded(stepped, [...won(7), "lost"])).toBe("500.5");
    expect(refunded(stepped, [...won(8), "lost"])).toBe("800.8");
    expect(refunded(stepped, [...won(14), "lost"])).toBe("1001");
  });

  it("of up to two losers is given for one and for two, and not for three", () => {
    const two = { ...plain, losersMax: 2 };
    expect(refunded(two, [...won(7), "lost"])).toBe("1001");
    expect(refunded(two, [...won(6), "lost", "lost"])).toBe("1001");
    expect(refunded(two, [...won(6), "lost", "lost", "lost"])).toBe("0");
    expect(refunded(two, won(8))).toBe("0");
  });
});

describe("insurance", () => {
  const chance = fc.integer({ min: 50_000, max: 950_000 });
  const toNumber = ({ n, d }: Fraction) => Number((n * 10n ** 15n) / d) / 1e15;

  it("with one cut has the chance of the published formula: the product x (1 + the sum of (1 - p) / p)", () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 20 }), (ppm) => {
        const wins = ppm.map((each) => each / 1_000_000);
        const product = wins.reduce((total, win) => total * win, 1);
        const formula = product * (1 + wins.reduce((total, win) => total + (1 - win) / win, 0));
        expect(toNumber(chanceWithinCuts(ppm, 1))).toBeCloseTo(formula, 9);
      }),
    );
  });

  it("with any number of cuts has the chance that listing every ending gives", () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 8 }), fc.nat({ max: 8 }), (ppm, cuts) => {
        const wins = ppm.map((each) => each / 1_000_000);
        let listed = 0;
        for (let mask = 0; mask < 2 ** wins.length; mask += 1) {
          const chances = wins.map((win, index) => ((mask >> index) & 1 ? 1 - win : win));
          const losers = wins.filter((_, index) => (mask >> index) & 1).length;
          if (losers <= cuts) listed += chances.reduce((total, each) => total * each, 1);
        }
        expect(toNumber(chanceWithinCuts(ppm, cuts))).toBeCloseTo(listed, 9);
      }),
    );
  });

  it("costs 1 over its chance, less the margin, cut down, and never more than the multi itself", () => {
    const even = { oddsThousandths: 1_900, chancePpm: 500_000 };
    expect(insuredOdds([even, even, even], 1, 0)).toBe(2_000);
    expect(insuredOdds([even, even, even], 1, 500)).toBe(1_900);
    expect(insuredOdds([even, even, even], 0, 0)).toBe(6_859);
  });

  it("is not sold where it would be no price", () => {
    const sure = { oddsThousandths: 1_100, chancePpm: 990_000 };
    expect(insuredOdds([sure, sure], 2, 500)).toBeNull();
    const never = { oddsThousandths: 10_000_000, chancePpm: 0 };
    expect(insuredOdds([never, never], 0, 500)).toBeNull();
  });

  it("pays within its cuts, a dead heat's part of it, and nothing of what is all void", () => {
    expect(insuredShare(["won", "lost", "void", "won"], 1)).toEqual(ONE);
    expect(insuredShare(["won", "lost", "lost"], 1)).toEqual(ZERO_FRACTION);
    expect(insuredShare(["dead_heat:1/2", "lost", "won"], 1)).toEqual(fraction(1, 2));
    expect(insuredShare(["void", "void"], 1)).toEqual(ZERO_FRACTION);
    expect(insuredShare(["won", "half_lost", "won"], 1)).toEqual(ZERO_FRACTION);
  });

  it("does not depend on the order of its selections: neither its price, nor what it pays", () => {
    const outcome = fc.constantFrom<SelectionOutcome>("won", "won", "lost", "void", "dead_heat:1/2");
    const pick = fc.record({ oddsThousandths: fc.integer({ min: 1_100, max: 9_000 }), chancePpm: chance, outcome });
    fc.assert(
      fc.property(
        fc.array(pick, { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat({ max: 100 }),
        (all, cutsMax, turn) => {
          const turned = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)].toReversed();
          const paid = (selections: typeof all) =>
            insuredReturn(
              { cutsMax, marginBasisPoints: 800, chancesPpm: selections.map(({ chancePpm }) => chancePpm) },
              selections,
              minor(12_345),
            );
          expect(insuredOdds(turned, cutsMax, 800)).toBe(insuredOdds(all, cutsMax, 800));
          expect(paid(turned)).toEqual(paid(all));
        },
      ),
    );
  });

  it("is worth what it costs: with fair chances and no margin the house neither wins nor loses by it", () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 2, maxLength: 9 }), fc.integer({ min: 1, max: 2 }), (ppm, cutsMax) => {
        // At odds far above what is fair the multi's own price is no bound.
        const selections = ppm.map((chancePpm) => ({ oddsThousandths: 100_000, chancePpm }));
        const odds = insuredOdds(selections, cutsMax, 0);
        if (odds === null) return;
        const fair = times(fraction(odds, 1_000), chanceWithinCuts(ppm, cutsMax));
        expect(compare(fair, ONE)).toBeLessThanOrEqual(0);
        expect(toNumber(fair)).toBeGreaterThan(1 - 1 / odds);
      }),
    );
  });
});
