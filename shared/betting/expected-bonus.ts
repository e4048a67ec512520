/**
 * What a promised accumulator bonus is worth before the bet is decided: the bonus of a bet whose open selections all win, times the
 * chance that they do. A bonus that is paid although an open selection was given back is left out: an offer never counts on it.
 */
import { type Fraction, fraction, over, productOf, times, ZERO_FRACTION } from "../money/fraction.ts";
import { outcomeFactor } from "./factors.ts";
import { type Ladder, ladderBonus } from "./ladder.ts";
import { exactLineCount, type LineShape, sumOfLines } from "./lines.ts";
import type { SelectionOutcome } from "./types.ts";

export interface BonusSelection {
  readonly oddsThousandths: number;
  readonly outcome: SelectionOutcome | null;
  /** Of an open selection, millionths. */
  readonly winPpm: number;
}

const MILLION = 1_000_000;

/** The expected bonus in minor units, exact; `stake` is what the lines are priced on. */
export function expectedBonus(ladder: Ladder, shape: LineShape, stake: Fraction, selections: readonly BonusSelection[]): Fraction {
  const won = selections.map(({ oddsThousandths, outcome }) => ({ oddsThousandths, outcome: outcome ?? ("won" as const) }));
  if (won.some(({ outcome }) => outcome === "lost")) return ZERO_FRACTION;
  const lines = sumOfLines(
    shape,
    won.map(({ oddsThousandths, outcome }) => outcomeFactor(oddsThousandths, outcome)),
  );
  const payout = over(times(stake, lines), fraction(exactLineCount(shape)));
  const counted = won.map(({ oddsThousandths, outcome }) => ({ odds: fraction(oddsThousandths, 1_000), outcome }));
  const chance = productOf(selections.map(({ outcome, winPpm }) => fraction(outcome === null ? winPpm : MILLION, MILLION)));
  return times(chance, ladderBonus(ladder, counted, payout, stake).bonus);
}
