/**
 * Whether a game pays what its rules promise: the return that was paid against the return that was to be expected, with the distance that
 * chance explains.
 *
 * A bet that is still open at multiplier c is worth c times its stake or nothing, and whatever its player does next, its expected return
 * is 1 - edge. So for all bets of a round together `paid - expected` grows by steps that average zero; their variance at each hundredth
 * follows from the stakes open there. Summed up to where each bet left, or crashed, it needs no guess of what a player would have done,
 * and bets of one round, which share a crash point, are counted together. Floats are right here: nothing of this is ever paid.
 */
import { ONE_HUNDREDTHS, TARGET_HUNDREDTHS_MIN } from "./multiplier.ts";

export interface PlayedBet {
  readonly stakeMinor: number;
  readonly payoutMinor: number;
  /** Where it was cashed out; null for a bet that flew until the crash. */
  readonly leftHundredths: number | null;
}

/** What a table tells of a round's bets. Bets that were given back are left out. */
export interface PlayedRound {
  readonly bets: number;
  readonly stakedMinor: number;
  readonly paidMinor: number;
  /** What the rules give on average, minor units. */
  readonly expectedMinor: number;
  /** Of `paidMinor - expectedMinor`, minor units squared. */
  readonly variance: number;
}

/** Sums over rounds. */
export interface RtpSums extends PlayedRound {
  readonly rounds: number;
  /** The variance when the sums first were large enough to judge; null before. It sets the scale of the lifetime's interval. */
  readonly scale: number | null;
}

export interface RtpPolicy {
  /** Rounds with bets before anything is judged. */
  readonly minimumRounds: number;
  /** Rounds with bets of one window. */
  readonly windowRounds: number;
  /** How often a game that pays right may be closed by chance: by a window, and by the lifetime of the sums. */
  readonly falseAlarmsPerMillion: number;
}

export interface RtpVerdict {
  /** Paid and expected return as parts of the stakes, and how far apart chance alone may bring them. */
  readonly actual: number;
  readonly theoretical: number;
  readonly tolerance: number;
  readonly isBreached: boolean;
}

export const NO_PLAY: RtpSums = { rounds: 0, bets: 0, stakedMinor: 0, paidMinor: 0, expectedMinor: 0, variance: 0, scale: null };

const BASIS_POINTS = 10_000;
const MILLION = 1_000_000;

/** Sums up one table's bets of a round that crashed at `crashHundredths`. */
export function playedRound(bets: readonly PlayedBet[], crashHundredths: number, houseEdgeBasisPoints: number): PlayedRound {
  const fair = 1 - houseEdgeBasisPoints / BASIS_POINTS;
  const exits = bets.map((bet) => ({ ...bet, exit: bet.leftHundredths ?? crashHundredths + 1 })).sort((a, b) => a.exit - b.exit);
  let [stakedMinor, paidMinor, expectedMinor, variance] = [0, 0, 0, 0];
  let open = exits.reduce((sum, bet) => sum + (bet.exit > ONE_HUNDREDTHS ? bet.stakeMinor : 0), 0);
  let reached = ONE_HUNDREDTHS;
  for (const { exit, stakeMinor, payoutMinor } of exits) {
    variance += open * open * (spread(exit, fair) - spread(reached, fair));
    reached = Math.max(reached, exit);
    stakedMinor += stakeMinor;
    paidMinor += payoutMinor;
    // Leaving at 1.00x, before the first step, returns the stake whatever the crash point is.
    expectedMinor += exit > ONE_HUNDREDTHS ? stakeMinor * fair : stakeMinor;
    if (exit > ONE_HUNDREDTHS) open -= stakeMinor;
  }
  return { bets: bets.length, stakedMinor, paidMinor, expectedMinor, variance };
}

/** The variance of one unit's value from the start to `hundredths`, if it flies that far. */
function spread(hundredths: number, fair: number): number {
  if (hundredths <= ONE_HUNDREDTHS) return 0;
  const first = fair * (TARGET_HUNDREDTHS_MIN / 100 - fair);
  return first + ((TARGET_HUNDREDTHS_MIN + hundredths - 1) * (hundredths - TARGET_HUNDREDTHS_MIN)) / 20_000;
}

/**
 * Adds a table's part of a round. `knownDeviation` is the standard deviation that the round's other tables brought, null for the first:
 * tables share the crash point, and standard deviations of things that go together add up to at most their sum.
 */
export function addPlayed(sums: RtpSums, part: PlayedRound, knownDeviation: number | null, policy: RtpPolicy): RtpSums {
  const rounds = sums.rounds + (knownDeviation === null ? 1 : 0);
  const known = knownDeviation ?? 0;
  const together = known + Math.sqrt(part.variance);
  const variance = sums.variance + together * together - known * known;
  return {
    rounds,
    bets: sums.bets + part.bets,
    stakedMinor: sums.stakedMinor + part.stakedMinor,
    paidMinor: sums.paidMinor + part.paidMinor,
    expectedMinor: sums.expectedMinor + part.expectedMinor,
    variance,
    scale: sums.scale ?? (rounds >= policy.minimumRounds ? variance : null),
  };
}

/** Judges a window that is full: one look, so the plain bound of a sum of small steps. */
export function judgeWindow(sums: RtpSums, policy: RtpPolicy): RtpVerdict {
  return verdict(sums, Math.sqrt(2 * sums.variance * Math.log(2 / chance(policy))), sums.rounds >= policy.windowRounds);
}

/** Judges a lifetime, as often as one likes: the interval is wider by what looking after every round costs (a normal mixture). */
export function judgeLifetime(sums: RtpSums, policy: RtpPolicy): RtpVerdict {
  const scale = sums.scale ?? sums.variance;
  const total = sums.variance + scale;
  const width = total === 0 ? 0 : Math.sqrt(total * (2 * Math.log(1 / chance(policy)) + Math.log(total / scale)));
  return verdict(sums, width, sums.scale !== null);
}

function verdict(sums: RtpSums, chanceMinor: number, isLargeEnough: boolean): RtpVerdict {
  const { stakedMinor, paidMinor, expectedMinor, bets } = sums;
  if (stakedMinor === 0) return { actual: 0, theoretical: 0, tolerance: 0, isBreached: false };
  // Each payout is cut down to a whole minor unit.
  const toleranceMinor = chanceMinor + bets;
  return {
    actual: paidMinor / stakedMinor,
    theoretical: expectedMinor / stakedMinor,
    tolerance: toleranceMinor / stakedMinor,
    isBreached: isLargeEnough && Math.abs(paidMinor - expectedMinor) > toleranceMinor,
  };
}

function chance({ falseAlarmsPerMillion }: RtpPolicy): number {
  return falseAlarmsPerMillion / MILLION;
}
