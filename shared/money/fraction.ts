/**
 * Exact fractions: what odds, factors and shares of a stake are before they become minor units. Always reduced, the denominator positive.
 *
 * Money is cut down to minor units once, at the end, by `floorOf`; nothing on the way is rounded.
 */
import { invariant } from "../kernel/invariant.ts";

export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO_FRACTION: Fraction = { n: 0n, d: 1n };
export const ONE: Fraction = { n: 1n, d: 1n };
export const HALF: Fraction = { n: 1n, d: 2n };

/** Makes n/d; asserts that d is not 0. */
export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  invariant(bottom !== 0n, "a fraction over nothing");
  const sign = bottom < 0n ? -1n : 1n;
  const common = greatestCommonDivisor(top < 0n ? -top : top, bottom * sign);
  return { n: (top * sign) / common, d: (bottom * sign) / common };
}

const TEXT = /^(\d{1,12})(?:\.(\d{1,12})|\/(\d{1,12}))?$/;

/** Reads "2", "2.50" or "9/2", none of them negative, at most twelve digits a part; null for anything else. */
export function parseFraction(text: string): Fraction | null {
  const [, whole, decimals, bottom] = TEXT.exec(text) ?? [];
  if (whole === undefined) return null;
  if (bottom !== undefined) return /^0+$/.test(bottom) ? null : fraction(BigInt(whole), BigInt(bottom));
  if (decimals === undefined) return fraction(BigInt(whole));
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d - b.n * a.d, a.d * b.d);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.n, a.d * b.d);
}

/** Asserts that b is not 0. */
export function over(a: Fraction, b: Fraction): Fraction {
  return fraction(a.n * b.d, a.d * b.n);
}

/** Negative, 0 or positive as a is smaller than, equal to or greater than b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function productOf(fractions: readonly Fraction[]): Fraction {
  let [n, d] = [1n, 1n];
  for (const each of fractions) {
    n *= each.n;
    d *= each.d;
  }
  return fraction(n, d);
}

export function sumOf(fractions: readonly Fraction[]): Fraction {
  return fractions.reduce(plus, ZERO_FRACTION);
}

/** Cuts down to the whole number below or at it. */
export function floorOf({ n, d }: Fraction): bigint {
  const whole = n / d;
  return n < 0n && whole * d !== n ? whole - 1n : whole;
}

/** Writes a decimal where it ends ("2.5"), else the reduced fraction ("1/3"). Exact either way. */
export function fractionText({ n, d }: Fraction): string {
  let [rest, twos, fives] = [d, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  if (rest !== 1n) return `${n}/${d}`;
  const digits = Math.max(twos, fives);
  if (digits === 0) return n.toString();
  const scaled = ((n < 0n ? -n : n) * 10n ** BigInt(digits)) / d;
  const text = scaled.toString().padStart(digits + 1, "0");
  return `${n < 0n ? "-" : ""}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}
