/**
 * What a bet is worth before it is decided (betting-rules 2.5): what its lines are expected to return, less the house's margin.
 *
 * A settled selection counts with its factor, an open one with the return that is expected of it; won selections multiply, they are never
 * divided away. Exact until the offer, which is cut down to the minor unit once.
 */
import { compare, type Fraction, floorOf, fraction, minus, ONE, over, plus, times, ZERO_FRACTION } from "../money/fraction.ts";
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

/**
 * Values a bet. `stake` in minor units, `expected` the factor of each selection, `margin` and `part` between 0 and 1; `bonus` is what is
 * expected on top of the lines, minor units.
 */
export function cashOutValue(
  shape: LineShape,
  stake: Fraction,
  expected: readonly Fraction[],
  margin: Fraction,
  part: Fraction,
  bonus: Fraction = ZERO_FRACTION,
): CashOutValue {
  const fair = plus(returned(shape, stake, expected), bonus);
  const full = times(fair, minus(ONE, margin));
  return {
    fair,
    offerFullMinor: floorOf(full),
    offerMinor: floorOf(times(part, full)),
    remainingStake: times(stake, minus(ONE, part)),
  };
}

const MILLION = 1_000_000;

/**
 * The least that each selection must be expected to return, millionths, before a fair value (minor units, exact) can be reached: with
 * every other selection at the most that it can return. Below it nobody need ask what the others say.
 */
export function leastFactorsPpm(shape: LineShape, stake: Fraction, most: readonly Fraction[], fair: Fraction): readonly number[] {
  return most.map((_, index) => {
    const at = (factor: Fraction) => returned(shape, stake, most.with(index, factor));
    const without = at(ZERO_FRACTION);
    const gain = minus(at(ONE), without);
    const missing = minus(fair, without);
    if (compare(missing, ZERO_FRACTION) <= 0 || compare(gain, ZERO_FRACTION) <= 0) return 0;
    const least = floorOf(times(over(missing, gain), fraction(MILLION)));
    return Number(least < BigInt(Number.MAX_SAFE_INTEGER) ? least : BigInt(Number.MAX_SAFE_INTEGER));
  });
}

function returned(shape: LineShape, stake: Fraction, factors: readonly Fraction[]): Fraction {
  return over(times(stake, sumOfLines(shape, factors)), fraction(exactLineCount(shape)));
}
