/**
 * When an autoplay order ends. Orders always name what they may lose and at which single win they end; a bet that could take the loss past
 * the first is not made, so an order never costs more than its player wrote.
 */
import { type LocalDay, localDay, type UnixMs } from "../kernel/time.ts";

/** A tenant's rule from a day on, until the next one. */
export interface AutoplayRule {
  readonly validFrom: LocalDay;
  /** Rounds of one order; null while the law bans autoplay. */
  readonly roundsMax: number | null;
}

export interface AutoplayTerms {
  readonly stakeMinor: number;
  readonly rounds: number;
  /** The most that the order may lose in all. */
  readonly stopLossMinor: number;
  /** The order ends when one bet wins this much above its stake. */
  readonly stopWinMinor: number;
}

export interface AutoplayProgress {
  readonly roundsTaken: number;
  /** Payouts less stakes of the bets that have ended. */
  readonly netMinor: number;
  /** The largest payout less stake of one bet; 0 before the first win. */
  readonly bestWinMinor: number;
}

export type AutoplayVerdict = "win_reached" | "loss_reached" | "rounds_played";

/** How many rounds an order of that day may have; null while autoplay is banned, or was not offered yet. */
export function autoplayRoundsMax(rules: readonly AutoplayRule[], atMs: UnixMs, utcOffsetMinutes: number): number | null {
  const day = localDay(atMs, utcOffsetMinutes);
  const inForce = rules.filter(({ validFrom }) => validFrom <= day).toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  return inForce.at(-1)?.roundsMax ?? null;
}

/** Says why the order makes no further bet, or null when it goes on. Applies when none of its bets is open. */
export function autoplayVerdict(terms: AutoplayTerms, progress: AutoplayProgress): AutoplayVerdict | null {
  if (progress.bestWinMinor >= terms.stopWinMinor) return "win_reached";
  if (terms.stakeMinor - progress.netMinor > terms.stopLossMinor) return "loss_reached";
  return progress.roundsTaken >= terms.rounds ? "rounds_played" : null;
}
