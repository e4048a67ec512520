/** What the player has been given: free bets, and which of them the slip of now may use; bonuses, and what is done with them. */
import { computed, signal } from "@preact/signals";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { Bonus, Claimable, FreeBet, Promotions } from "../api/types.ts";

/** Newest first; empty while nobody is logged in. */
export const freeBets = signal<readonly FreeBet[]>([]);

export const bonuses = signal<readonly Bonus[]>([]);
/** Bonuses that can be had for a deposit. */
export const claimable = signal<readonly Claimable[]>([]);

export async function refreshPromotions(): Promise<void> {
  const none: Promotions = { boosts: [], free_bets: [], bonuses: [], claimable: [] };
  const own = session.value === null ? none : await call<Promotions>("GET", "/api/v1/promotions");
  freeBets.value = own.free_bets;
  bonuses.value = own.bonuses;
  claimable.value = own.claimable;
}

/** Whether a withdrawal ends a bonus now. */
export const endsBonus = computed(() => bonuses.value.some(({ state, wagering }) => state === "ACTIVE" && wagering.ends_on_withdrawal));

/** True for a bonus that can be taken or is being wagered. */
export function isOpen({ state }: Bonus): boolean {
  return state === "OFFERED" || state === "ACTIVE";
}

/** A deposit is matched once, however often this is sent. */
export async function claimBonus({ campaign, deposit_id }: Claimable): Promise<void> {
  await call("POST", "/api/v1/promotions/bonuses", { body: { campaign, deposit_id } });
  await refreshPromotions();
}

export async function acceptBonus(bonus: Bonus): Promise<void> {
  await answer(bonus, "accept");
}

export async function giveUpBonus(bonus: Bonus): Promise<void> {
  await answer(bonus, "forfeit");
}

async function answer({ bonus_id }: Bonus, verb: "accept" | "forfeit"): Promise<void> {
  await call("POST", `/api/v1/promotions/bonuses/${bonus_id}/${verb}`, { body: {} });
  await refreshPromotions();
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
