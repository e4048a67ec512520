/** The player's side of a crash game: bet, cash out, look back. The table and the wallet decide; here is only who and where. */
import { err, ok } from "../../../shared/kernel/result.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { crashError } from "../../../shared/protocol/http/crash-error.ts";
import type { CrashBetView, Slot } from "../../../shared/protocol/rpc/crash.ts";
import { requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { crashTable } from "./crash-objects.ts";

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
  const placed = await crashTable(ctx.env, tenant).placeBet({
    userId: actor.userId,
    country: actor.country,
    key: input.idempotencyKey ?? crypto.randomUUID(),
    slot: input.slot,
    stakeMinor: input.stake,
    autoCashOutHundredths: input.autoCashOutHundredths,
  });
  return placed.ok ? placed : err(crashError(placed.error));
}

/** Cashes a bet out at the multiplier of this moment; a second call answers the first result. Open from abroad: it takes no stake. */
export async function cashOutCrashBet(ctx: ServiceContext, betId: string): Promise<ServiceResult<CrashBetView>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const cashedOut = await crashTable(ctx.env, tenant).cashOut({ userId: actor.userId, betId });
  return cashedOut.ok ? cashedOut : err(crashError(cashedOut.error));
}

/** The player's crash bets, newest first. */
export async function listCrashBets(ctx: ServiceContext, limit: number): Promise<ServiceResult<readonly CrashBetView[]>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  return ok(await crashTable(ctx.env, tenant).bets({ userId: actor.userId, limit }));
}
