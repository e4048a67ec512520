/**
 * When an autoplay order ends. Orders always name what they may lose and at which single win they end; a bet that could take the loss past
 * the first is not made, so an order never costs more than its player wrote.
 */

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

/** Says why the order makes no further bet, or null when it goes on. Applies when none of its bets is open. */
export function autoplayVerdict(terms: AutoplayTerms, progress: AutoplayProgress): AutoplayVerdict | null {
  if (progress.bestWinMinor >= terms.stopWinMinor) return "win_reached";
  if (terms.stakeMinor - progress.netMinor > terms.stopLossMinor) return "loss_reached";
  return progress.roundsTaken >= terms.rounds ? "rounds_played" : null;
}
