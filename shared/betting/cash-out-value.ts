/**
 * What a bet is worth before it is decided (betting-rules 2.5): what its lines are expected to return, less the house's margin.
 *
 * A settled selection counts with its factor, an open one with the return that is expected of it; won selections multiply, they are never
 * divided away. Exact until the offer, which is cut down to the minor unit once.
 */
import { type Fraction, floorOf, fraction, minus, ONE, over, times } from "../money/fraction.ts";
import { exactLineCount, type LineShape, sumOfLines } from "./lines.ts";

export interface CashOutValue {
  /** Expected return on the whole stake, minor units, exact. */
  readonly fair: Fraction;
  /** For all of the stake, minor units. */
  readonly offerFullMinor: bigint;
  /** For the part that was asked for. */
  readonly offerMinor: bigint;
  readonly remainingStake: Fraction;
}

/** Values a bet. `stake` in minor units, `expected` the factor of each selection, `margin` and `part` between 0 and 1. */
export function cashOutValue(
  shape: LineShape,
  stake: Fraction,
  expected: readonly Fraction[],
  margin: Fraction,
  part: Fraction,
): CashOutValue {
  const fair = over(times(stake, sumOfLines(shape, expected)), fraction(exactLineCount(shape)));
  const full = times(fair, minus(ONE, margin));
  return {
    fair,
    offerFullMinor: floorOf(full),
    offerMinor: floorOf(times(part, full)),
    remainingStake: times(stake, minus(ONE, part)),
  };
}
