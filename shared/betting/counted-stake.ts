/**
 * What a bet counts for on each of its open selections: the house's risk there (betting-rules 2.10). Amounts in minor units.
 *
 * Of the lines that contain a selection and may still win: what was staked on them, and what they pay if it wins. Other open selections
 * count with a factor of 1: at fair odds d x p is 1, so it is what to expect of them. When none is open it is the payout itself: hard.
 * A single is always hard. One formula for singles, multis and systems.
 */
import { type Fraction, fraction, minus, ONE, times, ZERO_FRACTION } from "../money/fraction.ts";
import { outcomeFactor } from "./factors.ts";
import { type LineShape, returningLines, sumOfLines } from "./lines.ts";
import type { SelectionOutcome } from "./types.ts";

export interface CountedSelection {
  readonly oddsThousandths: number;
  /** Null while it is open. */
  readonly outcome: SelectionOutcome | null;
}

export interface Counted {
  readonly stakeMinor: number;
  readonly payoutMinor: number;
  /** True when this selection alone decides what the bet pays. */
  readonly isHard: boolean;
}

/**
 * For each selection, in order; null for one that is decided. `stakeMinor` is the stake that still plays, less its taxes; nothing counts
 * for more than `payoutMaxMinor`, which is all that the bet can pay.
 */
export function countedStakes(
  shape: LineShape,
  { stakeMinor, payoutMaxMinor }: { readonly stakeMinor: number; readonly payoutMaxMinor: number },
  selections: readonly CountedSelection[],
): readonly (Counted | null)[] {
  const factors = selections.map(({ oddsThousandths, outcome }) => (outcome === null ? ONE : outcomeFactor(oddsThousandths, outcome)));
  const lines = sumOfLines(
    shape,
    factors.map(() => ONE),
  ).n;
  const openCount = selections.filter(({ outcome }) => outcome === null).length;
  return selections.map(({ oddsThousandths, outcome }, index): Counted | null => {
    if (outcome !== null) return null;
    const withFactor = (factor: Fraction) => factors.map((known, at) => (at === index ? factor : known));
    const own = minus(sumOfLines(shape, withFactor(ONE)), sumOfLines(shape, withFactor(ZERO_FRACTION)));
    const alive = returningLines(shape, withFactor(ONE)) - returningLines(shape, withFactor(ZERO_FRACTION));
    const payout = ceilOf(times(times(own, fraction(oddsThousandths, 1_000)), fraction(BigInt(stakeMinor), lines)));
    return {
      stakeMinor: Number((BigInt(stakeMinor) * BigInt(alive)) / lines),
      payoutMinor: payout > BigInt(payoutMaxMinor) ? payoutMaxMinor : Number(payout),
      isHard: openCount === 1,
    };
  });
}

/** Up: in the house's disfavour to the unit. */
function ceilOf({ n, d }: Fraction): bigint {
  return (n + d - 1n) / d;
}
