/**
 * Lines: the combinations inside a bet. A single or a multi is one line; a system has C(m, k) lines for each of its sizes k, where m
 * counts the selections that are no bankers, and bankers stand in every line.
 *
 * Lines are never listed. Ten of twenty are 184,756 of them, and the sum of their products is an elementary symmetric polynomial,
 * which dynamic programming gives in n x k steps.
 */
import { invariant } from "../kernel/invariant.ts";
import { commonDenominator, type Fraction, fraction } from "../money/fraction.ts";
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

/** Counts the lines of a bet; asserts that every size fits the selections. */
export function lineCount(shape: LineShape): number {
  if (shape.kind !== "SYSTEM") return 1;
  const free = shape.selections - shape.bankers.length;
  const ones = Array.from({ length: free }, () => 1n);
  const sums = lineSums(ones, Math.max(0, ...shape.systemSizes));
  return shape.systemSizes.reduce((lines, size) => lines + Number(sumOfSize(sums, size)), 0);
}

/**
 * The sum over a bet's lines of the product of their selections' factors, exactly: what the bet returns on a stake of 1 a line.
 *
 * Factors are brought over one denominator first, so that the programme runs on whole numbers and reduces once.
 */
export function sumOfLines(shape: LineShape, factors: readonly Fraction[]): Fraction {
  const scale = commonDenominator(factors);
  const whole = factors.map(({ n, d }) => n * (scale / d));
  if (shape.kind !== "SYSTEM") return fraction(product(whole), scale ** BigInt(whole.length));
  const bankers = new Set(shape.bankers);
  const sizeMax = Math.max(...shape.systemSizes);
  const sums = lineSums(
    whole.filter((_, index) => !bankers.has(index)),
    sizeMax,
  );
  let total = 0n;
  for (const size of shape.systemSizes) total += sumOfSize(sums, size) * scale ** BigInt(sizeMax - size);
  const banked = product(whole.filter((_, index) => bankers.has(index)));
  return fraction(banked * total, scale ** BigInt(bankers.size + sizeMax));
}

/** How many lines return anything: those in which no factor is 0. */
export function returningLines(shape: LineShape, factors: readonly Fraction[]): number {
  const alive = factors.map(({ n }) => fraction(n === 0n ? 0n : 1n));
  return Number(sumOfLines(shape, alive).n);
}

function product(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total * value, 1n);
}

/**
 * Gives the sums over all combinations of each size from 0 to `sizeMax` of the product of their values: e_0 to e_sizeMax.
 * Costs `values.length` x `sizeMax` multiplications.
 */
export function lineSums(values: readonly bigint[], sizeMax: number): readonly bigint[] {
  const sums: bigint[] = Array.from({ length: sizeMax + 1 }, (_, size) => (size === 0 ? 1n : 0n));
  for (const value of values) {
    for (let size = sizeMax; size > 0; size -= 1) sums[size] = (sums[size] ?? 0n) + value * (sums[size - 1] ?? 0n);
  }
  return sums;
}

/** Reads one size of `lineSums`; asserts that it is a size that a line can have. */
export function sumOfSize(sums: readonly bigint[], size: number): bigint {
  const sum = sums[size];
  invariant(Number.isInteger(size) && size >= 1 && sum !== undefined, `a line can't have ${size} selections`);
  return sum;
}
