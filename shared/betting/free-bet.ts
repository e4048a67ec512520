/**
 * What a free bet pays whose stake is not returned: of each line what it returns above its stake, and nothing below it (betting-rules
 * 2.7). A line that is void pays no cash; its part of the token is given back by the caller.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { compare, type Fraction, fraction, minus, ONE } from "../money/fraction.ts";
import { exactLineCount, type LineShape, partsOf, returningLines, sumOfLines, wholeOf } from "./lines.ts";

/**
 * Lines are listed only where a line may return less than its stake without being lost; so many are a few milliseconds. Placement takes
 * no free bet of more lines, so that every one can be settled.
 */
export const FREE_BET_LINES_MAX = 1_000;

export type TooManyLines = { readonly reason: "too_many_lines"; readonly max: number };

/**
 * The sum over all lines of max(0, return - 1), on a stake of 1 a line. While no factor lies between 0 and 1, every line that returns
 * returns its stake at least, and the sum follows from two programmes. Refuses `too_many_lines` where the lines would have to be listed.
 */
export function freeBetReturn(shape: LineShape, factors: readonly Fraction[]): Result<Fraction, TooManyLines> {
  const isPartly = factors.some((factor) => factor.n > 0n && compare(factor, ONE) < 0);
  if (!isPartly) return ok(minus(sumOfLines(shape, factors), fraction(returningLines(shape, factors))));
  if (exactLineCount(shape) > BigInt(FREE_BET_LINES_MAX)) return err({ reason: "too_many_lines", max: FREE_BET_LINES_MAX });
  const { d } = wholeOf(factors);
  let total = 0n;
  // Every line's denominator divides the product of all: they are summed over that one, and reduced once.
  for (const line of linesOf(shape, factors)) if (line.n > line.d) total += (line.n - line.d) * (d / line.d);
  return ok(fraction(total, d));
}

/** The product of every line, not reduced. */
function* linesOf(shape: LineShape, factors: readonly Fraction[]): Generator<Fraction> {
  const { banked, free } = partsOf(shape, factors);
  if (shape.kind !== "SYSTEM") yield wholeOf(banked);
  for (const size of shape.systemSizes) yield* combinations(free, size, 0, wholeOf(banked));
}

function* combinations(factors: readonly Fraction[], size: number, from: number, product: Fraction): Generator<Fraction> {
  if (size === 0) return yield product;
  for (let index = from; index <= factors.length - size; index += 1) {
    const factor = factors[index] ?? ONE;
    // A lost selection loses every line that it stands in.
    if (factor.n > 0n) yield* combinations(factors, size - 1, index + 1, wholeOf([product, factor]));
  }
}
