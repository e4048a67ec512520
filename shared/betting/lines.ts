/**
 * Lines: the combinations inside a bet. A single or a multi is one line; a system has C(m, k) lines for each of its sizes k, where m
 * counts the selections that are no bankers, and bankers stand in every line.
 *
 * Lines are never listed. Ten of twenty are 184,756 of them, and the sum of their products is an elementary symmetric polynomial,
 * which dynamic programming gives in n x k steps: it is a coefficient of the product of (d + n x) over all factors n/d. Kept over the one
 * denominator that all d make, numbers stay short and nothing is reduced before the end.
 */
import { invariant } from "../kernel/invariant.ts";
import { type Fraction, fraction, ONE } from "../money/fraction.ts";
import type { BetKind } from "./types.ts";

/** What decides the lines of a bet, whatever its prices. */
export interface LineShape {
  readonly kind: BetKind;
  /** How many selections, bankers included. */
  readonly selections: number;
  /** Sizes of a system, counted without bankers; empty for a single or multi. */
  readonly systemSizes: readonly number[];
  /** Indexes of the selections that stand in every line. */
  readonly bankers: readonly number[];
}

/** Counts the lines of a bet; asserts that every size is one that a line can have, and that the count is a number. */
export function lineCount(shape: LineShape): number {
  const lines = exactLineCount(shape);
  invariant(lines <= BigInt(Number.MAX_SAFE_INTEGER), `too many lines to count: ${lines}`);
  return Number(lines);
}

/** The count of a shape that nobody has bounded yet: 32 of 64 are more lines than a number can hold. */
export function exactLineCount(shape: LineShape): bigint {
  const ones = Array.from({ length: shape.selections }, () => ONE);
  return sumOfLines(shape, ones).n;
}

/** The sum over a bet's lines of the product of their selections' factors, exactly: what the bet returns on a stake of 1 a line. */
export function sumOfLines(shape: LineShape, factors: readonly Fraction[]): Fraction {
  const { banked, free } = partsOf(shape, factors);
  const bankers = wholeOf(banked);
  if (shape.kind !== "SYSTEM") return fraction(bankers.n, bankers.d);
  const sums = lineSums(free, Math.max(...shape.systemSizes));
  const total = shape.systemSizes.reduce((sum, size) => sum + sumOfSize(sums, size), 0n);
  return fraction(bankers.n * total, bankers.d * wholeOf(free).d);
}

/** How many lines return anything: those in which no factor is 0. */
export function returningLines(shape: LineShape, factors: readonly Fraction[]): number {
  const alive = factors.map(({ n }) => fraction(n === 0n ? 0n : 1n));
  return Number(sumOfLines(shape, alive).n);
}

/** What stands in every line, and what the sizes of a system choose from. In a single or multi everything stands in the one line. */
export function partsOf<T>(shape: LineShape, each: readonly T[]): { readonly banked: readonly T[]; readonly free: readonly T[] } {
  if (shape.kind !== "SYSTEM") return { banked: each, free: [] };
  const bankers = new Set(shape.bankers);
  return { banked: each.filter((_, index) => bankers.has(index)), free: each.filter((_, index) => !bankers.has(index)) };
}

/** The product of factors, not reduced: its denominator is the product of theirs. */
export function wholeOf(factors: readonly Fraction[]): Fraction {
  return factors.reduce((whole, { n, d }) => ({ n: whole.n * n, d: whole.d * d }), ONE);
}

/**
 * Gives the sums over all combinations of each size from 0 to `sizeMax` of the product of their factors, all over the product of the
 * factors' denominators: coefficients 0 to `sizeMax` of the product of (d + n x). Costs 2 x `factors.length` x `sizeMax` multiplications.
 */
export function lineSums(factors: readonly Fraction[], sizeMax: number): readonly bigint[] {
  const sums: bigint[] = Array.from({ length: sizeMax + 1 }, (_, size) => (size === 0 ? 1n : 0n));
  for (const { n, d } of factors) {
    for (let size = sizeMax; size > 0; size -= 1) sums[size] = (sums[size] ?? 0n) * d + (sums[size - 1] ?? 0n) * n;
    sums[0] = (sums[0] ?? 0n) * d;
  }
  return sums;
}

function sumOfSize(sums: readonly bigint[], size: number): bigint {
  const sum = sums[size];
  invariant(Number.isInteger(size) && size >= 1 && sum !== undefined, `a line can't have ${size} selections`);
  return sum;
}
