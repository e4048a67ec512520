/** Lists the player's own bets, newest first, those that wait or came to nothing too. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Page } from "../../../shared/protocol/rpc/wallet.ts";
import type { ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";

export interface BetHistoryQuery {
  readonly status: ShownBet["status"] | "ALL";
  readonly limit: number;
  readonly offset: number;
}

export async function listBets(ctx: ServiceContext, query: BetHistoryQuery): Promise<ServiceResult<Page<ShownBet>>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  return ok(await walletOf(ctx.env, scope.value.actor).shownBets(query));
}
