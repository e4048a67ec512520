/** Guarantees of exact fractions: always reduced, read and written without a digit lost, cut down once and downwards. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compare,
  type Fraction,
  floorOf,
  fraction,
  fractionText,
  minus,
  over,
  parseFraction,
  plus,
  productOf,
  sumOf,
  times,
} from "./fraction.ts";

const any = fc.tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.bigInt(1n, 10n ** 12n)).map(([n, d]) => fraction(n, d));
const positive = fc.tuple(fc.bigInt(1n, 10n ** 12n), fc.bigInt(1n, 10n ** 12n)).map(([n, d]) => fraction(n, d));

describe("fractions", () => {
  it("are reduced, over a positive denominator", () => {
    expect(fraction(6, -4)).toEqual({ n: -3n, d: 2n });
    expect(fraction(0, 5)).toEqual({ n: 0n, d: 1n });
    expect(() => fraction(1, 0)).toThrow("over nothing");
  });

  it("subtract what they added, and divide what they multiplied", () => {
    fc.assert(fc.property(any, any, (a, b) => compare(minus(plus(a, b), b), a) === 0));
    fc.assert(fc.property(any, positive, (a, b) => compare(over(times(a, b), b), a) === 0));
  });

  it("sum and multiply lists in any order to the same", () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), (list) => {
        const back: readonly Fraction[] = [...list].reverse();
        expect(sumOf(back)).toEqual(sumOf(list));
        expect(productOf(back)).toEqual(productOf(list));
      }),
    );
  });

  it("compare as their difference does", () => {
    fc.assert(fc.property(any, any, (a, b) => Math.sign(compare(a, b)) === Math.sign(Number(minus(a, b).n))));
  });

  it("are cut down to the whole number below, negative ones too", () => {
    expect([floorOf(fraction(7, 2)), floorOf(fraction(-7, 2)), floorOf(fraction(-4, 2))]).toEqual([3n, -4n, -2n]);
  });
});

describe("as text", () => {
  it.each([
    ["2", "2"],
    ["2.50", "2.5"],
    ["0.001", "0.001"],
    ["9/2", "4.5"],
    ["2/6", "1/3"],
    ["7/7", "1"],
    ["999999999999.999999999999", "999999999999.999999999999"],
  ])("%s is written %s", (text, written) => {
    const value = parseFraction(text);
    expect(value && fractionText(value)).toBe(written);
  });

  it.each(["", "-1", "+1", ".5", "1.", "1e3", "1/0", "1/2/3", "1.5/2", " 1", "1,5", "0x1", "1".repeat(13), `1.${"1".repeat(13)}`])(
    "%s is no number",
    (text) => {
      expect(parseFraction(text)).toBeNull();
    },
  );

  it("is read back as what was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 5_000 }), (n, d) => {
        const value = fraction(n, d);
        const text = fractionText(value);
        const [top = "", bottom = "1"] = text.split("/");
        const [whole = "", decimals = ""] = top.split(".");
        expect(fraction(BigInt(whole + decimals), BigInt(bottom) * 10n ** BigInt(decimals.length))).toEqual(value);
      }),
    );
  });
});
