/**
 * Cut-N: promises to a multi of which almost everything wins (betting-rules 2.7), in two forms.
 *
 * A refund gives a share of the stake back when exactly one selection loses. Insurance is sold at placement: the multi then pays once,
 * at lower odds, when at most N of its selections lose. It is priced from the chance of that, which is the distribution of a count of
 * unequal coins (Poisson-binomial), not the sum of a system's lines. Probabilities are floating point; what is paid never is.
 */
import { compare, type Fraction, floorOf, fraction, productOf, times, ZERO_FRACTION } from "../money/fraction.ts";
import { ODDS_MAX, type OddsThousandths, oddsThousandths } from "../money/odds.ts";
import { type Ladder, percentOf } from "./ladder.ts";
import { deadHeatOf, type PlainOutcome, type SelectionOutcome } from "./types.ts";

/** Steps of [selections, percent of the stake], and the least odds that every selection must have. */
export type CutRefund = Pick<Ladder, "steps" | "oddsMin">;

/**
 * The part of `stake` that is given back, exact: nothing unless exactly one selection lost and all others won or are void. Void
 * selections leave the count; one selection at odds below the least loses the whole promise.
 */
export function cutRefund(
  rule: CutRefund,
  selections: readonly { readonly odds: Fraction; readonly outcome: SelectionOutcome }[],
  stake: Fraction,
): Fraction {
  const counted = selections.filter(({ outcome }) => outcome !== "void");
  const isAtOdds = counted.every(({ odds }) => compare(odds, rule.oddsMin) >= 0);
  if (!isAtOdds || cutsOf(counted.map(({ outcome }) => outcome)) !== 1) return ZERO_FRACTION;
  return times(stake, times(percentOf(rule, counted.length), fraction(1, 100)));
}

/**
 * The share of its insured win that an insured multi pays: 0 when more than `cutsMax` of its selections lost or nothing of it stood, else
 * 1, less what dead heats take.
 */
export function insuredShare(outcomes: readonly SelectionOutcome[], cutsMax: number): Fraction {
  const cuts = cutsOf(outcomes);
  if (cuts === null || cuts > cutsMax || outcomes.every((outcome) => outcome === "void")) return ZERO_FRACTION;
  const deadHeats = outcomes.flatMap((outcome) => deadHeatOf(outcome) ?? []);
  return productOf(deadHeats.map(({ places, runners }) => fraction(places, runners)));
}

/** How many selections lost; null when one of them is neither won, lost nor void. */
function cutsOf(outcomes: readonly SelectionOutcome[]): number | null {
  if (outcomes.some((outcome) => PARTLY.has(outcome))) return null;
  return outcomes.filter((outcome) => outcome === "lost").length;
}

const PARTLY: ReadonlySet<SelectionOutcome> = new Set<PlainOutcome>(["half_won", "half_lost"]);

/** The chance that at most `losersMax` of independent selections lose, from each one's chance of winning. */
export function chanceWithinCuts(winProbabilities: readonly number[], losersMax: number): number {
  // The chance of 0, 1, ... losers among the selections so far; more of them than `losersMax` need no place.
  const losers: number[] = Array.from({ length: losersMax + 1 }, (_, count) => (count === 0 ? 1 : 0));
  for (const win of winProbabilities) {
    for (let count = losersMax; count >= 0; count -= 1) {
      losers[count] = (losers[count] ?? 0) * win + (losers[count - 1] ?? 0) * (1 - win);
    }
  }
  return losers.reduce((sum, chance) => sum + chance, 0);
}

export interface InsuredSelection {
  readonly oddsThousandths: OddsThousandths;
  /** Of winning, without the margin of its price. */
  readonly winProbability: number;
}

/**
 * The odds at which an insured multi is offered: (1 - margin) / chance, cut down to thousandths and never above the multi's own odds.
 * Null where that would be no price: not above 1, or beyond what odds can be. Asked again without the void selections, it says what is paid.
 */
export function insuredOdds(selections: readonly InsuredSelection[], cutsMax: number, marginBasisPoints: number): OddsThousandths | null {
  const chance = chanceWithinCuts(
    selections.map(({ winProbability }) => winProbability),
    cutsMax,
  );
  const fair = chance > 0 ? Math.floor(((1 - marginBasisPoints / 10_000) / chance) * 1_000) : Number.POSITIVE_INFINITY;
  const own = floorOf(times(productOf(selections.map((each) => fraction(each.oddsThousandths, 1_000))), fraction(1_000)));
  const odds = Math.min(fair, Number(own));
  return odds > 1_000 && odds <= ODDS_MAX ? oddsThousandths(odds) : null;
}
