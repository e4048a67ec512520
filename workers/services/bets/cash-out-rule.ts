/**
 * The player's rule for a bet: cash out a part of it by itself as soon as that brings enough. The wallet keeps the rule and takes it,
 * wherever the player is by then; a rule that is set while a match runs waits as long as a bet on it would.
 */
import type * as z from "zod";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { CashOutRuleRequest, cashOutRules } from "../../../shared/protocol/http/cash-out.ts";
import { walletError } from "../../../shared/protocol/http/wallet-error.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { CashOutOrderView } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { acceptedBet } from "./accepted-bet.ts";
import { cashOutAmount, cashOutDelayMs, openFixtures } from "./cash-out-offer.ts";
import { type CashOutRuleOut, ruleOut } from "./present-cash-out.ts";

/**
 * Sets the bet's rule, in the place of the one it has. Refuses NOT_FOUND, CASH_OUT_CLOSED with the reason, AMOUNT_TOO_LOW and
 * AMOUNT_TOO_HIGH. Idempotent.
 */
export async function setCashOutRule(
  ctx: ServiceContext,
  betId: string,
  { amount, percent }: CashOutRuleRequest,
): Promise<ServiceResult<CashOutRuleOut>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return refuse("CASH_OUT_CLOSED", { reason: "not_accepted" });
  const { bet } = found.value;
  const fixtures = await openFixtures(ctx.env, actor.country, bet);
  const priced = cashOutAmount(actor.country, bet, percent, fixtures);
  // What is suspended now comes back; what is closed does not.
  if (!priced.ok && priced.error.state === "CLOSED") return refuse("CASH_OUT_CLOSED", { reason: priced.error.reason });
  const delayMs = cashOutDelayMs(ctx.config, actor.country, fixtures);
  const reply = (await walletOf(ctx.env, actor).setCashOutRule({
    ...{ betId, percent, leastMinor: amount, delayMs },
  })) as WalletReply<CashOutOrderView>;
  return reply.ok ? ok(ruleOut(reply.value.value)) : err(walletError(reply.error));
}

/** Ends the bet's rule; refuses NOT_FOUND for a bet that is not the player's. Idempotent: a bet without a rule stays as it is. */
export async function removeCashOutRule(ctx: ServiceContext, betId: string): Promise<ServiceResult<null>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return ok(null);
  const reply = await walletOf(ctx.env, scope.value.actor).removeCashOutRule({ betId });
  return reply.ok ? ok(null) : err(walletError(reply.error));
}

/** The bet's rule, and those that it had; refuses NOT_FOUND. Reads only. */
export async function readCashOutRules(ctx: ServiceContext, betId: string): Promise<ServiceResult<z.input<typeof cashOutRules>>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  const orders = (await walletOf(ctx.env, scope.value.actor).cashOutOrders(betId)) as readonly CashOutOrderView[];
  const rules = orders.filter(({ kind }) => kind === "rule");
  const standing = rules.find(({ answer }) => answer === null);
  return ok({
    bet_id: betId,
    rule: standing === undefined ? null : ruleOut(standing),
    history: rules.filter(({ answer }) => answer !== null).map(ruleOut),
  });
}
