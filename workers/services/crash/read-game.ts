/** What anyone may know of a crash game: the round now, the rounds before, and what they are checked with. */
import { ok } from "../../../shared/kernel/result.ts";
import type { FairnessView, RoundResult, TableView } from "../../../shared/protocol/rpc/crash.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { crashGame, crashTable, gameTenant } from "./crash-objects.ts";

/** Refuses NOT_FOUND. */
export async function readCurrentRound(ctx: ServiceContext, game: string | null): Promise<ServiceResult<TableView>> {
  const tenant = gameTenant(ctx, game);
  return tenant.ok ? ok(await crashTable(ctx.env, tenant.value).view()) : tenant;
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
