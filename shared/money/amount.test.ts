/** Guarantees of amounts at the edge: what is not a plain amount with at most two decimals never becomes one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMajor, parseMajor, toMajor } from "./amount.ts";
import { minor } from "./minor.ts";
import { displayProduct, oddsThousandths, parseOdds, toDecimalOdds } from "./odds.ts";

describe("parseMajor", () => {
  it.each([
    ["100", 10_000],
    ["100.00", 10_000],
    [5250.5, 525_050],
    [0.1, 10],
    ["-3.07", -307],
    [1.1, 110],
    ["90071992547409.91", Number.MAX_SAFE_INTEGER],
  ])("reads %s as %i minor units", (input, expected) => {
    expect(parseMajor(input)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ["1e2", "not_an_amount"],
    ["", "not_an_amount"],
    [" 1", "not_an_amount"],
    ["1,000", "not_an_amount"],
    ["0x10", "not_an_amount"],
    ["01", "not_an_amount"],
    [".5", "not_an_amount"],
    ["1.", "not_an_amount"],
    ["+1", "not_an_amount"],
    [Number.NaN, "not_an_amount"],
    [Number.POSITIVE_INFINITY, "not_an_amount"],
    ["1.001", "too_many_decimals"],
    ["1.000", "too_many_decimals"],
    [0.001, "too_many_decimals"],
    ["90071992547409.92", "out_of_range"],
    [1e300, "out_of_range"],
    ["9".repeat(100), "out_of_range"],
  ])("refuses %s as %s", (input, reason) => {
    expect(parseMajor(input)).toEqual({ ok: false, error: { reason } });
  });

  it("reads back every amount that it prints, as text and as a JSON number", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), (value) => {
        const text = parseMajor(formatMajor(minor(value)));
        const number = parseMajor(JSON.parse(JSON.stringify(toMajor(minor(value)))) as number);
        return text.ok && text.value === value && number.ok && number.value === value;
      }),
    );
  });
});

describe("odds", () => {
  it.each([
    ["2.50", 2500],
    [2.5, 2500],
    ["1.001", 1001],
    [10_000, 10_000_000],
  ])("reads %s as %i thousandths", (input, expected) => {
    expect(parseOdds(input)).toEqual({ ok: true, value: expected });
  });

  it.each(["0.99", "-2", "2.5001", "abc", "1e3", "10001"])("refuses %s", (input) => {
    expect(parseOdds(input).ok).toBe(false);
  });

  it("multiplies without rounding on the way", () => {
    expect(displayProduct([1600, 1700, 1800, 1900, 2000].map(oddsThousandths))).toBe(18.604);
    expect(toDecimalOdds(oddsThousandths(2375))).toBe(2.375);
  });
});
