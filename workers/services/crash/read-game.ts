/** What anyone may know of a crash game: the round now, the rounds before, and what they are checked with. */
import { ok } from "../../../shared/kernel/result.ts";
import type { FairnessView, RoundResult, RoundView } from "../../../shared/protocol/rpc/crash.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { crashGame, gameTenant, heardTables } from "./crash-objects.ts";

/** Refuses NOT_FOUND. */
export async function readCurrentRound(ctx: ServiceContext, game: string | null): Promise<ServiceResult<RoundView>> {
  const tenant = gameTenant(ctx, game);
  if (!tenant.ok) return tenant;
  const round = await crashGame(ctx.env, tenant.value).view();
  heardTables(tenant.value, round.tables);
  return ok(round);
}

/** Finished rounds, newest first. Refuses NOT_FOUND. */
export async function listRounds(
  ctx: ServiceContext,
  input: { readonly game: string | null; readonly limit: number },
): Promise<ServiceResult<readonly RoundResult[]>> {
  const tenant = gameTenant(ctx, input.game);
  return tenant.ok ? ok(await crashGame(ctx.env, tenant.value).history(input.limit)) : tenant;
}

/** The commitment to the game's chain, and its salt. Refuses NOT_FOUND. */
export async function readFairness(ctx: ServiceContext, game: string): Promise<ServiceResult<FairnessView>> {
  const tenant = gameTenant(ctx, game);
  return tenant.ok ? ok(await crashGame(ctx.env, tenant.value).fairness()) : tenant;
}
