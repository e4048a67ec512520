/** What anyone may know of a crash game: the round now, the rounds before, and what they are checked with. */
import { ok } from "../../../shared/kernel/result.ts";
import type { FairnessView, RoundProof, RoundResult, RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { type RoundTotals, readRoundTotals } from "../../adapters/d1/crash-boards.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
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

/** A finished round with everything it is checked with. Refuses NOT_FOUND, also while it is not finished. */
export async function readProof(
  ctx: ServiceContext,
  input: { readonly game: string; readonly roundNumber: number },
): Promise<ServiceResult<{ readonly gameId: string; readonly proof: RoundProof }>> {
  const tenant = gameTenant(ctx, input.game);
  if (!tenant.ok) return tenant;
  const proof = await crashGame(ctx.env, tenant.value).proof(input.roundNumber);
  return proof === null ? refuse("NOT_FOUND") : ok({ gameId: tenant.value.crash.gameId, proof });
}

/** What a finished round came to; null totals when nobody played it or no table has told yet. Refuses NOT_FOUND, also while it is not finished. */
export async function readTotals(
  ctx: ServiceContext,
  input: { readonly game: string; readonly roundNumber: number },
): Promise<ServiceResult<RoundTotals | null>> {
  const tenant = gameTenant(ctx, input.game);
  if (!tenant.ok) return tenant;
  const { country, crash } = tenant.value;
  const proof = await crashGame(ctx.env, tenant.value).proof(input.roundNumber);
  return proof === null ? refuse("NOT_FOUND") : ok(await readRoundTotals(databaseOf(ctx.env, country), crash.gameId, input.roundNumber));
}
