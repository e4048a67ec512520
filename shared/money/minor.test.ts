/** Guarantees of the amount arithmetic: exact, one rounding, never past a safe integer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../kernel/invariant.ts";
import { add, minor, mulRatio, type Rounding, subtract, sum } from "./minor.ts";

const amount = fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map(minor);
const positive = fc.integer({ min: 0, max: 2 ** 40 }).map(minor);

describe("minor", () => {
  it("refuses fractions, infinities and integers past 2^53 - 1", () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => minor(value)).toThrow(InvariantViolation);
  });

  it("never keeps a negative zero", () => {
    expect(Object.is(minor(-0), 0)).toBe(true);
  });

  it("stops on overflow instead of losing a cent", () => {
    expect(() => add(minor(Number.MAX_SAFE_INTEGER), minor(1))).toThrow(InvariantViolation);
  });

  it("subtracts what it added", () => {
    fc.assert(fc.property(amount, amount, (a, b) => subtract(add(a, b), b) === a));
  });

  it("sums in any order to the same total", () => {
    fc.assert(fc.property(fc.array(amount, { maxLength: 8 }), (list) => sum(list) === sum([...list].reverse())));
  });
});

describe("mulRatio", () => {
  const cases: readonly (readonly [number, bigint, bigint, Rounding, number])[] = [
    [5, 1n, 2n, "down", 2],
    [5, 1n, 2n, "up", 3],
    [5, 1n, 2n, "half_up", 3],
    [5, 1n, 2n, "half_even", 2],
    [7, 1n, 2n, "half_even", 4],
    [10_000, 500n, 10_000n, "half_up", 500],
    [1, 49n, 100n, "half_up", 0],
    [1, 51n, 100n, "half_even", 1],
  ];
  it.each(cases)("%i x %i/%i rounded %s is %i", (value, numerator, denominator, rounding, expected) => {
    expect(mulRatio(minor(value), numerator, denominator, rounding)).toBe(expected);
  });

  it("is within one unit of the exact value, on the side that the mode names", () => {
    fc.assert(
      fc.property(
        positive,
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (value, numerator, denominator) => {
          const exact = BigInt(value) * numerator;
          fc.pre(exact / denominator < 2n ** 52n);
          const down = BigInt(mulRatio(value, numerator, denominator, "down"));
          const up = BigInt(mulRatio(value, numerator, denominator, "up"));
          return down * denominator <= exact && up * denominator >= exact && up - down <= 1n;
        },
      ),
    );
  });

  it("keeps products far past 2^53 exact", () => {
    expect(mulRatio(minor(100), 123_456_789n ** 3n, 123_456_789n ** 3n, "down")).toBe(100);
  });
});
