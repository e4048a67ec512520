/** Lists the movements of the player's own cash, newest first, from the wallet itself: what was just done is in it. */
import { ok } from "../../../shared/kernel/result.ts";
import type { Currency } from "../../../shared/money/currency.ts";
import type { Page, StatementLine } from "../../../shared/protocol/rpc/wallet.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";

export interface Transactions extends Page<StatementLine> {
  readonly currency: Currency;
}

/** Refuses UNAUTHORIZED. */
export async function listTransactions(
  ctx: ServiceContext,
  page: { readonly limit: number; readonly offset: number },
): Promise<ServiceResult<Transactions>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const { actor, tenant } = player.value;
  const { rows, total } = await walletOf(ctx.env, actor).statement(page);
  return ok({ rows, total, currency: tenant.currency });
}
