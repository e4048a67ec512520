/**
 * The accumulator bonus: a percentage that grows with the number of selections that qualify (betting-rules 2.7).
 *
 * Counted again after voids: a returned selection does not qualify, nor does one at short odds. Paid only when every selection is won or
 * void; a half result is neither. The bonus is exact here and is cut down together with the payout, once.
 */
import { compare, type Fraction, fraction, minus, times, ZERO_FRACTION } from "../money/fraction.ts";
import { deadHeatOf, type SelectionOutcome } from "./types.ts";

export type LadderBasis = "gross_payout" | "net_winnings";

export interface Ladder {
  /** [selections, percent], in growing order; beyond the last step the last percent holds. */
  readonly steps: readonly (readonly [selections: number, percent: Fraction])[];
  readonly basis: LadderBasis;
  readonly oddsMin: Fraction;
  /** The largest bonus, minor units; none when absent. */
  readonly bonusMax?: Fraction;
}

export interface LadderSelection {
  readonly odds: Fraction;
  readonly outcome: SelectionOutcome;
}

export interface LadderBonus {
  /** Selections that are not void, at odds of at least the ladder's least. */
  readonly qualifying: number;
  readonly percent: Fraction;
  readonly bonus: Fraction;
}

/** The bonus on a payout, both in minor units and exact. `stake` is what net winnings are counted from. */
export function ladderBonus(ladder: Ladder, selections: readonly LadderSelection[], payout: Fraction, stake: Fraction): LadderBonus {
  const qualifying = selections.filter(({ odds, outcome }) => outcome !== "void" && compare(odds, ladder.oddsMin) >= 0).length;
  const isPaid = selections.every(({ outcome }) => isWon(outcome) || outcome === "void");
  const percent = isPaid ? percentOf(ladder, qualifying) : ZERO_FRACTION;
  const basis = ladder.basis === "gross_payout" ? payout : minus(payout, stake);
  const bonus = compare(basis, ZERO_FRACTION) > 0 ? times(basis, times(percent, fraction(1, 100))) : ZERO_FRACTION;
  const { bonusMax } = ladder;
  return { qualifying, percent, bonus: bonusMax !== undefined && compare(bonus, bonusMax) > 0 ? bonusMax : bonus };
}

/** The percentage for so many qualifying selections; 0 below the first step. */
export function percentOf(ladder: Pick<Ladder, "steps">, qualifying: number): Fraction {
  return ladder.steps.findLast(([selections]) => selections <= qualifying)?.[1] ?? ZERO_FRACTION;
}

function isWon(outcome: SelectionOutcome): boolean {
  return outcome === "won" || deadHeatOf(outcome) !== null;
}
