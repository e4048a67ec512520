/** The bets of the sportsbook's bench: which wallet has which, and on what. The same on both sides of a settlement. */
import { selectionId } from "../../shared/odds/selection-id.ts";

export const COUNTRY = "KE";
/** A stake that every tenant takes: 20.00. */
export const STAKE_MINOR = 2_000;

const OUTCOMES = ["home", "draw", "away"] as const;

export function userIdOf(wallet: number): string {
  return `usr_bench_${String(wallet).padStart(6, "0")}`;
}

export function walletIdOf(wallet: number): string {
  return `${COUNTRY}:${userIdOf(wallet)}`;
}

export function betIdOf(wallet: number, bet: number): string {
  return `bet_bench_${String(wallet).padStart(6, "0")}_${bet}`;
}

/** Bets spread over the three outcomes of the match result. */
export function selectionOfBet(fixtureId: string, wallet: number, bet: number): string {
  return selectionId({ fixtureId, marketId: "1x2", outcomeId: OUTCOMES[(wallet + bet) % OUTCOMES.length] ?? "home" });
}
