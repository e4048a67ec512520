/**
 * What a free bet pays whose stake is not returned: of each line what it returns above its stake, and nothing below it (betting-rules
 * 2.7). A line that is void pays no cash; its part of the token is given back by the caller.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { compare, type Fraction, fraction, minus, ONE, plus, productOf, times, ZERO_FRACTION } from "../money/fraction.ts";
import { type LineShape, lineCount, returningLines, sumOfLines } from "./lines.ts";

/** Lines are listed only where a line may return less than its stake without being lost; so many are a few milliseconds. */
const LISTED_LINES_MAX = 5_000;

/**
 * The sum over all lines of max(0, return - 1), on a stake of 1 a line. While no factor lies between 0 and 1, every line that returns
 * returns its stake at least, and the sum follows from two programmes. Refuses `too_many_lines` where the lines would have to be listed.
 */
export function freeBetReturn(
  shape: LineShape,
  factors: readonly Fraction[],
): Result<Fraction, { readonly reason: "too_many_lines"; readonly max: number }> {
  const isPartly = factors.some((factor) => factor.n > 0n && compare(factor, ONE) < 0);
  if (!isPartly) return ok(minus(sumOfLines(shape, factors), fraction(returningLines(shape, factors))));
  if (lineCount(shape) > LISTED_LINES_MAX) return err({ reason: "too_many_lines", max: LISTED_LINES_MAX });
  let total = ZERO_FRACTION;
  for (const line of linesOf(shape, factors)) {
    const above = minus(line, ONE);
    if (compare(above, ZERO_FRACTION) > 0) total = plus(total, above);
  }
  return ok(total);
}

/** The product of every line. */
function* linesOf(shape: LineShape, factors: readonly Fraction[]): Generator<Fraction> {
  const banked = productOf(shape.kind === "SYSTEM" ? factors.filter((_, index) => shape.bankers.includes(index)) : factors);
  if (shape.kind !== "SYSTEM") return yield banked;
  const free = factors.filter((_, index) => !shape.bankers.includes(index));
  for (const size of shape.systemSizes) yield* combinations(free, size, 0, banked);
}

function* combinations(factors: readonly Fraction[], size: number, from: number, product: Fraction): Generator<Fraction> {
  if (size === 0) return yield product;
  for (let index = from; index <= factors.length - size; index += 1) {
    yield* combinations(factors, size - 1, index + 1, times(product, factors[index] ?? ONE));
  }
}
