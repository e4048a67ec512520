/** What the player has been given: free bets, and which of them the slip of now may use. */
import { signal } from "@preact/signals";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { FreeBet } from "../api/types.ts";

/** Newest first; empty while nobody is logged in. */
export const freeBets = signal<readonly FreeBet[]>([]);

export async function refreshPromotions(): Promise<void> {
  if (session.value === null) {
    freeBets.value = [];
    return;
  }
  freeBets.value = (await call<{ free_bets: readonly FreeBet[] }>("GET", "/api/v1/promotions")).free_bets;
}

/** True for a token that can be staked; whether a bet meets its terms is another question. */
export function isUnused({ state }: FreeBet): boolean {
  return state === "ISSUED" || state === "RETURNED";
}

/** Whether a bet of so many selections at these odds meets what the page can see of a token's terms; the server decides. */
export function suits({ terms }: FreeBet, odds: readonly number[]): boolean {
  const kind = odds.length > 1 ? "MULTI" : "SINGLE";
  return terms.bet_types.includes(kind) && odds.length >= terms.selections_min && odds.every((each) => each >= terms.odds_min);
}
