/**
 * The goals model: each side's goals are Poisson and independent, so a final score has probability P(i) x P(j).
 *
 * It prices football markets before and during a match: what is still to come is a Poisson draw of the expected goals that remain,
 * added to the score that stands. Probabilities are doubles; they become integer odds in margin.ts and touch no amount.
 */
import { invariant } from "../kernel/invariant.ts";

export interface Score {
  readonly home: number;
  readonly away: number;
}

/** Goals that each side is expected to score from now to the end. */
export interface ExpectedGoals {
  readonly home: number;
  readonly away: number;
}

/** Where the list of probabilities ends: the tail after it is smaller than a double can tell from nothing. */
const GOALS_MAX = 60;
const NEGLIGIBLE = 1e-17;
const EXPECTED_GOALS_MAX = 12;
/** Share of a match's goals that fall in its first half. */
const FIRST_HALF_SHARE = 0.45;
const HALF_MINUTES = 45;

/** Gives P(0), P(1), ... of a Poisson variable with this mean. */
function poisson(mean: number): readonly number[] {
  invariant(mean >= 0 && mean <= EXPECTED_GOALS_MAX, `not an expectation of goals: ${mean}`);
  const probabilities = [Math.exp(-mean)];
  for (let goals = 1; goals <= GOALS_MAX; goals += 1) {
    const next = ((probabilities[goals - 1] ?? 0) * mean) / goals;
    if (goals > mean && next < NEGLIGIBLE) break;
    probabilities.push(next);
  }
  return probabilities;
}

/** Says how probable it is that the match ends with a score that `holds`. */
export function probability(score: Score, remaining: ExpectedGoals, holds: (final: Score) => boolean): number {
  const home = poisson(remaining.home);
  const away = poisson(remaining.away);
  let total = 0;
  home.forEach((ofHome, i) => {
    away.forEach((ofAway, j) => {
      if (holds({ home: score.home + i, away: score.away + j })) total += ofHome * ofAway;
    });
  });
  return total;
}

/** The share of a match's goals still to come at a minute of play, 1 at kick-off and 0 from the 90th minute. */
export function remainingShare(minute: number): number {
  if (minute <= 0) return 1;
  if (minute >= 2 * HALF_MINUTES) return 0;
  if (minute <= HALF_MINUTES) return 1 - (FIRST_HALF_SHARE * minute) / HALF_MINUTES;
  return ((1 - FIRST_HALF_SHARE) * (2 * HALF_MINUTES - minute)) / HALF_MINUTES;
}
