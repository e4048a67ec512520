/**
 * Money: a safe integer of minor units (cents, kobo, pesewas). The only module that does arithmetic on amounts.
 *
 * Every function asserts that its result is still a safe integer, so an overflow is a bug that stops, never a wrong balance.
 */
import type { Brand } from "../kernel/brand.ts";
import { invariant } from "../kernel/invariant.ts";

/** An amount in minor units, `|x| <= 2^53 - 1`. */
export type Minor = Brand<number, "Minor">;

export type Rounding = "down" | "up" | "half_up" | "half_even";

export const ZERO = 0 as Minor;

/** Brands a number as an amount; asserts a safe integer. Used at every read from storage and every parse. */
export function minor(value: number): Minor {
  invariant(Number.isSafeInteger(value), `not an amount in minor units: ${value}`);
  return (value === 0 ? 0 : value) as Minor;
}

export function add(a: Minor, b: Minor): Minor {
  return minor(a + b);
}

export function subtract(a: Minor, b: Minor): Minor {
  return minor(a - b);
}

export function negate(a: Minor): Minor {
  return minor(-a);
}

export function sum(amounts: Iterable<Minor>): Minor {
  let total = ZERO;
  for (const amount of amounts) total = add(total, amount);
  return total;
}

export function smallest(a: Minor, b: Minor): Minor {
  return a < b ? a : b;
}

/**
 * Multiplies a non-negative amount by `numerator / denominator` exactly and rounds once, by the mode the caller states.
 * Integers of any size: products of odds pass 2^53 long before the payout does.
 */
export function mulRatio(amount: Minor, numerator: bigint, denominator: bigint, rounding: Rounding): Minor {
  invariant(amount >= 0 && numerator >= 0n && denominator > 0n, "mulRatio takes non-negative operands");
  const product = BigInt(amount) * numerator;
  return minor(Number(roundedQuotient(product, denominator, rounding)));
}

function roundedQuotient(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  const twice = remainder * 2n;
  switch (rounding) {
    case "down":
      return quotient;
    case "up":
      return quotient + 1n;
    case "half_up":
      return twice >= divisor ? quotient + 1n : quotient;
    case "half_even":
      if (twice === divisor) return quotient % 2n === 0n ? quotient : quotient + 1n;
      return twice > divisor ? quotient + 1n : quotient;
  }
}
