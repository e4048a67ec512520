/** The player's side of a crash game: bet, cash out, look back. The table and the wallet decide; here is only who and where. */

import { tablesOf } from "../../../shared/crash/seats.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { crashError } from "../../../shared/protocol/http/crash-error.ts";
import type { CrashBetsQuery, CrashBetView, Slot } from "../../../shared/protocol/rpc/crash.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { askOwnTable, crashTable, tablesOfGame } from "./crash-objects.ts";

export interface PlaceCrashBetInput {
  readonly stake: Minor;
  readonly autoCashOutHundredths: number | null;
  readonly slot: Slot;
  /** The client's key; null makes the request its own. */
  readonly idempotencyKey: string | null;
}

/** Bets on the round that takes bets now. Refuses what the table and the wallet refuse; idempotent by the client's key. */
export async function placeCrashBet(
  ctx: ServiceContext,
  input: PlaceCrashBetInput,
): Promise<ServiceResult<{ readonly bet: CrashBetView; readonly replayed: boolean }>> {
  const player = requirePlayerAtHome(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const command = {
    userId: actor.userId,
    country: actor.country,
    key: input.idempotencyKey ?? crypto.randomUUID(),
    slot: input.slot,
    stakeMinor: input.stake,
    autoCashOutHundredths: input.autoCashOutHundredths,
  };
  const placed = await askOwnTable(ctx.env, tenant, actor.userId, (table) => table.placeBet(command));
  return placed.ok ? placed : err(crashError(placed.error));
}

/** Cashes a bet out at the multiplier of this moment; a second call answers the first result. Open from abroad: it takes no stake. */
export async function cashOutCrashBet(ctx: ServiceContext, betId: string): Promise<ServiceResult<CrashBetView>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const command = { userId: actor.userId, betId };
  // The player's own table first; an old bet may be at one where they sat before.
  for (const number of homesOf(actor.userId, tenant)) {
    const cashedOut = await crashTable(ctx.env, tenant, number).cashOut(command);
    if (cashedOut.ok) return cashedOut;
    if (cashedOut.error.reason !== "not_found") return err(crashError(cashedOut.error));
  }
  return err(crashError({ reason: "not_found" }));
}

export interface CrashBetPage {
  readonly bets: readonly CrashBetView[];
  /** After which bet the next page begins; null when there is none. */
  readonly next: { readonly roundNumber: number; readonly slot: Slot } | null;
}

/** The player's crash bets, newest first, a page at a time; or those of one round. Refuses UNAUTHORIZED. */
export async function listCrashBets(ctx: ServiceContext, query: Omit<CrashBetsQuery, "userId">): Promise<ServiceResult<CrashBetPage>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const asked = { ...query, userId: actor.userId, limit: query.limit + 1 };
  const pages = await Promise.all(homesOf(actor.userId, tenant).map((number) => crashTable(ctx.env, tenant, number).bets(asked)));
  const bets = pages.flat().sort((a, b) => b.roundNumber - a.roundNumber || a.slot.localeCompare(b.slot));
  const page = bets.slice(0, query.limit);
  const last = page.at(-1);
  return ok({
    bets: page,
    next: bets.length > page.length && last !== undefined ? { roundNumber: last.roundNumber, slot: last.slot } : null,
  });
}

/** The tables at which the player sits and has sat, the one of now first. */
function homesOf(userId: string, tenant: Tenant): readonly number[] {
  return tablesOf(userId, tablesOfGame(tenant)).toReversed();
}
