/** Margins taken out of prices: the published vector of Shin's method, and what holds for every book and method. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fairProbabilities, insiderShare, MARGIN_METHODS, overround, theoreticalHold } from "./margin-removal.ts";

const PLACES = 9;
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("published", () => {
  it("Shin on 2.6, 2.4 and 4.3", () => {
    const odds = [2.6, 2.4, 4.3];
    expect(insiderShare(odds)).toBeCloseTo(0.0169425128, PLACES);
    const probabilities = fairProbabilities(odds, "shin");
    for (const [index, expected] of [0.3729940603, 0.4047794109, 0.2222265287].entries()) {
      expect(probabilities[index]).toBeCloseTo(expected, PLACES);
    }
  });

  it("overround and hold are two figures: 1.90 on both sides is 5.26 % over, of which 5 % is kept", () => {
    expect(overround([1.9, 1.9])).toBeCloseTo(2 / 1.9 - 1, PLACES);
    expect(theoreticalHold([1.9, 1.9])).toBeCloseTo(0.05, PLACES);
  });

  it("multiplicative and additive by hand", () => {
    const [short, long] = [1 / 1.5, 1 / 2.5];
    const book = short + long;
    expect(fairProbabilities([1.5, 2.5], "multiplicative")[0]).toBeCloseTo(short / book, PLACES);
    expect(fairProbabilities([1.5, 2.5], "additive")[1]).toBeCloseTo(long - (book - 1) / 2, PLACES);
  });
});

describe("every book", () => {
  const book = fc.array(fc.double({ min: 1.01, max: 500, noNaN: true }), { minLength: 2, maxLength: 24 });

  it.each(MARGIN_METHODS)("%s gives probabilities that sum to 1 and keep the order of the prices", (method) => {
    fc.assert(
      fc.property(book, (odds) => {
        const probabilities = fairProbabilities(odds, method);
        expect(total(probabilities)).toBeCloseTo(1, PLACES);
        const byPrice = odds.map((each, index) => ({ each, p: probabilities[index] ?? Number.NaN })).sort((a, b) => a.each - b.each);
        for (const [index, { p }] of byPrice.entries()) expect(p).toBeLessThanOrEqual((byPrice[index - 1]?.p ?? 1) + 1e-9);
      }),
    );
  });

  it("without a margin every method gives the prices' own shares", () => {
    for (const method of MARGIN_METHODS) {
      expect(fairProbabilities([2, 2], method)).toEqual([0.5, 0.5]);
      expect(fairProbabilities([3, 3], method)).toEqual([0.5, 0.5]);
    }
    expect(insiderShare([3, 3])).toBe(0);
  });

  it("of two outcomes Shin gives the same as additive", () => {
    fc.assert(
      fc.property(fc.double({ min: 1.05, max: 20, noNaN: true }), fc.double({ min: 1.05, max: 20, noNaN: true }), (one, other) => {
        fc.pre(1 / one + 1 / other > 1);
        const additive = fairProbabilities([one, other], "additive");
        fc.pre(Math.min(...additive) > 0.001);
        for (const [index, p] of fairProbabilities([one, other], "shin").entries()) expect(p).toBeCloseTo(additive[index] ?? 2, PLACES);
      }),
    );
  });

  it("power and Shin leave a longshot less than multiplicative does", () => {
    const odds = [1.2, 6, 15];
    const longshot = (method: (typeof MARGIN_METHODS)[number]) => fairProbabilities(odds, method)[2] ?? 1;
    expect(longshot("shin")).toBeLessThan(longshot("multiplicative"));
    expect(longshot("power")).toBeLessThan(longshot("multiplicative"));
  });

  it("a price that is not above 1 is a bug of the caller", () => {
    expect(() => fairProbabilities([1, 3], "power")).toThrow("above 1");
    expect(() => fairProbabilities([0, 3], "shin")).toThrow("above 1");
  });
});
