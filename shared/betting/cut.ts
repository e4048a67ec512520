/**
 * Cut-N: a multi of which almost everything wins (betting-rules 2.7), in two forms.
 *
 * A refund gives a share of the stake back when a few selections lose and all others win. Insurance is sold at placement: the multi then
 * pays once, at lower odds, when at most N of its selections lose. It is priced from the chance of that, which is the distribution of a
 * count of unequal coins (Poisson-binomial), not the sum of a system's lines. Chances are millionths and all arithmetic is exact, so the
 * order of selections changes nothing.
 */
import { compare, type Fraction, floorOf, fraction, minus, ONE, over, plus, productOf, times, ZERO_FRACTION } from "../money/fraction.ts";
import { type Minor, minor, ZERO } from "../money/minor.ts";
import { ODDS_MAX } from "../money/odds.ts";
import { type Ladder, percentOf } from "./ladder.ts";
import type { BetReturn } from "./returns.ts";
import { deadHeatOf, type PlainOutcome, type SelectionOutcome } from "./types.ts";

/** Steps of [selections, percent of the stake], the least odds that every selection must have, and how many may lose. */
export type CutRefund = Pick<Ladder, "steps" | "oddsMin"> & { readonly losersMax: number };

/**
 * The part of `stake` that is given back, exact: nothing unless one selection lost, or up to `losersMax` did, and all others won or are
 * void. Void selections leave the count; one selection at odds below the least loses the whole promise.
 */
export function cutRefund(
  rule: CutRefund,
  selections: readonly { readonly odds: Fraction; readonly outcome: SelectionOutcome }[],
  stake: Fraction,
): Fraction {
  const counted = selections.filter(({ outcome }) => outcome !== "void");
  const isAtOdds = counted.every(({ odds }) => compare(odds, rule.oddsMin) >= 0);
  const cuts = cutsOf(counted.map(({ outcome }) => outcome));
  if (!isAtOdds || cuts === null || cuts === 0 || cuts > rule.losersMax) return ZERO_FRACTION;
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

/** The chance that at most `losersMax` of independent selections lose, from each one's chance of winning in millionths. */
export function chanceWithinCuts(winsPpm: readonly number[], losersMax: number): Fraction {
  // The chance of 0, 1, ... losers among the selections so far; more of them than `losersMax` need no place.
  let losers: readonly Fraction[] = [ONE];
  for (const ppm of winsPpm) {
    const win = fraction(ppm, MILLION);
    const lose = minus(ONE, win);
    const counts = Array.from({ length: Math.min(losers.length, losersMax) + 1 }, (_, count) => count);
    losers = counts.map((count) => plus(times(losers[count] ?? ZERO_FRACTION, win), times(losers[count - 1] ?? ZERO_FRACTION, lose)));
  }
  return losers.reduce(plus, ZERO_FRACTION);
}

const MILLION = 1_000_000;

export interface InsuredSelection {
  readonly oddsThousandths: number;
  /** Of winning, without the margin of its price, in millionths. */
  readonly chancePpm: number;
}

/**
 * The odds in thousandths at which an insured multi is offered: (1 - margin) / chance, cut down and never above the multi's own odds. Null
 * where that would be no price: not above 1, or beyond what odds can be. Asked again without the void selections, it says what is paid.
 */
export function insuredOdds(selections: readonly InsuredSelection[], cutsMax: number, marginBasisPoints: number): number | null {
  const chance = chanceWithinCuts(
    selections.map(({ chancePpm }) => chancePpm),
    cutsMax,
  );
  const own = productOf(selections.map(({ oddsThousandths }) => fraction(oddsThousandths, 1_000)));
  const fair = chance.n === 0n ? own : over(fraction(10_000 - marginBasisPoints, 10_000), chance);
  const odds = floorOf(times(compare(fair, own) < 0 ? fair : own, fraction(1_000)));
  return odds > 1_000n && odds <= BigInt(ODDS_MAX) ? Number(odds) : null;
}

export interface InsuredTerms {
  readonly cutsMax: number;
  readonly marginBasisPoints: number;
  /** Each selection's chance when the bet was taken, in the bet's order. */
  readonly chancesPpm: readonly number[];
}

/**
 * What the results decide of an insured multi. LOST as soon as more than its cuts have lost; VOID with the stake back when every selection
 * is void; else priced again without the void ones, and the stake back where that leaves no price.
 */
export function insuredReturn(
  { cutsMax, marginBasisPoints, chancesPpm }: InsuredTerms,
  selections: readonly { readonly oddsThousandths: number; readonly outcome: SelectionOutcome | null }[],
  stakeMinor: Minor,
): BetReturn {
  const known = selections.flatMap(({ outcome }) => outcome ?? []);
  if (known.filter((outcome) => outcome === "lost").length > cutsMax) return { state: "decided", status: "LOST", returnMinor: ZERO };
  if (known.length < selections.length) return { state: "open" };
  if (known.every((outcome) => outcome === "void")) return { state: "decided", status: "VOID", returnMinor: stakeMinor };
  const standing = selections.flatMap(({ oddsThousandths, outcome }, index) =>
    outcome === "void" ? [] : [{ oddsThousandths, chancePpm: chancesPpm[index] ?? MILLION }],
  );
  const odds = insuredOdds(standing, cutsMax, marginBasisPoints) ?? 1_000;
  const returned = floorOf(times(times(fraction(stakeMinor), fraction(odds, 1_000)), insuredShare(known, cutsMax)));
  return { state: "decided", status: returned > 0n ? "WON" : "LOST", returnMinor: minor(Number(returned)) };
}
