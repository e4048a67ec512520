/** Reads one of the player's own bets, by its id or by the key under which it was placed. */
import { isId } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { clientBetKey } from "./bet-key.ts";

export type BetQuery = { readonly betId: string } | { readonly idempotencyKey: string };

/** Gives the bet; refuses NOT_FOUND for an id of nobody's and of somebody else's alike: each wallet knows only its own bets. */
export async function getBet(ctx: ServiceContext, query: BetQuery): Promise<ServiceResult<ShownBet>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const wallet = walletOf(ctx.env, scope.value.actor);
  if ("betId" in query && !isId("bet", query.betId)) return refuse("NOT_FOUND");
  const bet = await ("betId" in query ? wallet.shownBet(query.betId) : wallet.shownBetByKey(clientBetKey(query.idempotencyKey)));
  return bet === null ? refuse("NOT_FOUND") : ok(bet);
}
