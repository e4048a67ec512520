/** Lists the player's own bets, newest first. */
import type { BetStatus } from "../../../shared/betting/types.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { BetView, Page } from "../../../shared/protocol/rpc/wallet.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";

export interface BetHistoryQuery {
  readonly status: BetStatus | "ALL";
  readonly limit: number;
  readonly offset: number;
}

export async function listBets(ctx: ServiceContext, query: BetHistoryQuery): Promise<ServiceResult<Page<BetView>>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  return ok(await walletOf(ctx.env, scope.value.actor).bets(query));
}
