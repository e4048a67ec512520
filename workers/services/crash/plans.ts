/** What a player leaves their table to do: bets for the next round, and autoplay. The table decides; here is only who and where. */
import { tablesOf } from "../../../shared/crash/seats.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { crashError } from "../../../shared/protocol/http/crash-error.ts";
import type { CrashReply, Slot } from "../../../shared/protocol/rpc/crash.ts";
import type { AutoplayView, CrashPlansView, QueuedBet, StakeBar } from "../../../shared/protocol/rpc/crash-plans.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { askOwnTable, type CrashTableStub, crashGame, crashTable, heardTables, tablesOfGame } from "./crash-objects.ts";
import type { PlaceCrashBetInput } from "./play.ts";

export interface StartAutoplayInput {
  readonly stake: Minor;
  readonly targetHundredths: number;
  readonly slot: Slot;
  readonly rounds: number;
  readonly stopLoss: Minor;
  readonly stopWin: Minor;
  /** The client's key; null makes the request its own. */
  readonly idempotencyKey: string | null;
}

/** Bets in the next betting window, or at once in an open one. Refuses what the table and the wallet refuse; idempotent by key. */
export async function queueCrashBet(ctx: ServiceContext, input: PlaceCrashBetInput): Promise<ServiceResult<QueuedBet>> {
  const player = requirePlayerAtHome(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const { stake: stakeMinor, slot, autoCashOutHundredths } = input;
  const key = input.idempotencyKey ?? crypto.randomUUID();
  const command = { userId: actor.userId, country: actor.country, key, slot, stakeMinor, autoCashOutHundredths };
  const queued = await askOwnTable(ctx.env, tenant, actor.userId, (table) => table.queueBet(command));
  return queued.ok ? queued : err(crashError(queued.error));
}

/** Takes back the slot's bet that waits, or that is in while betting is open. Refuses NOT_FOUND, and GAME_NOT_ACTIVE in flight. */
export async function cancelCrashBet(ctx: ServiceContext, slot: Slot): Promise<ServiceResult<{ readonly cancelled: "waiting" | "bet" }>> {
  return askHomes(ctx, (table, userId) => table.cancelBet({ userId, slot }));
}

/** Starts an order in a slot. Refuses what the table refuses; idempotent by key. */
export async function startAutoplay(ctx: ServiceContext, input: StartAutoplayInput): Promise<ServiceResult<AutoplayView>> {
  const player = requirePlayerAtHome(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const { stake: stakeMinor, stopLoss: stopLossMinor, stopWin: stopWinMinor, targetHundredths, rounds, slot } = input;
  const key = input.idempotencyKey ?? crypto.randomUUID();
  const order = { slot, stakeMinor, targetHundredths, rounds, stopLossMinor, stopWinMinor };
  const command = { userId: actor.userId, country: actor.country, key, ...order };
  const started = await askOwnTable(ctx.env, tenant, actor.userId, (table) => table.startAutoplay(command));
  return started.ok ? started : err(crashError(started.error));
}

/** Ends the slot's order; a bet of it that is in plays on. Refuses NOT_FOUND. */
export async function stopAutoplay(ctx: ServiceContext, slot: Slot): Promise<ServiceResult<AutoplayView>> {
  return askHomes(ctx, (table, userId) => table.stopAutoplay({ userId, slot }));
}

/** What waits, what runs, and the orders that ended, with why. */
export async function readCrashPlans(ctx: ServiceContext): Promise<ServiceResult<CrashPlansView>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  await hearTables(ctx, tenant);
  const views = await Promise.all(homesOf(ctx, actor, tenant).map((table) => table.plans(actor.userId)));
  return ok({ waiting: views.flatMap(({ waiting }) => waiting), autoplay: views.flatMap(({ autoplay }) => autoplay) });
}

/** Tells the tables of a player whose wallet takes no stake any more, and why; what they left there is dropped at once. */
export async function restrictAtTables(ctx: ServiceContext, userId: string, tenant: Tenant, why: StakeBar): Promise<void> {
  await hearTables(ctx, tenant);
  await Promise.all(homesOf(ctx, { userId }, tenant).map((table) => table.playerRestricted(userId, why)));
}

/** Asks the player's table, then those where they sat before. Open from abroad: it takes no stake. */
async function askHomes<T>(
  ctx: ServiceContext,
  ask: (table: CrashTableStub, userId: string) => Promise<CrashReply<T>>,
): Promise<ServiceResult<T>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  for (let hasHeard = false; ; hasHeard = true) {
    for (const table of homesOf(ctx, actor, tenant)) {
      const reply = await ask(table, actor.userId);
      if (reply.ok) return reply;
      if (reply.error.reason !== "not_found") return err(crashError(reply.error));
    }
    // Nobody knows it; there may be tables that this isolate has not heard of.
    const heard = tablesOfGame(tenant);
    if (hasHeard || (await hearTables(ctx, tenant)) === heard) return err(crashError({ reason: "not_found" }));
  }
}

async function hearTables(ctx: ServiceContext, tenant: Tenant): Promise<number> {
  const { tables } = await crashGame(ctx.env, tenant).view();
  heardTables(tenant, tables);
  return tables;
}

function homesOf(ctx: ServiceContext, { userId }: { readonly userId: string }, tenant: Tenant): readonly CrashTableStub[] {
  const numbers = tablesOf(userId, tablesOfGame(tenant)).toReversed();
  return numbers.map((number) => crashTable(ctx.env, tenant, number));
}
