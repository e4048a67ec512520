/** The player's bets, newest first. */
import { signal } from "@preact/signals";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import type { Bet } from "../api/types.ts";

const SHOWN_MAX = 50;

export const bets = signal<readonly Bet[] | null>(null);

export async function refreshBets(): Promise<void> {
  if (session.value === null) return;
  bets.value = (await call<{ bets: readonly Bet[] }>("GET", `/api/v1/bets/history?status=ALL&limit=${SHOWN_MAX}`)).bets;
}
