/**
 * Lets operators give a player a free bet, out of a campaign's budget.
 *
 * The budget is counted before the wallet makes the token and given back when the wallet refuses it, so it can't be passed. The token's id
 * follows from the order: a repeat counts nothing again, and the same key with another amount is another token, which the wallet refuses.
 */

import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { FreeBetView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { countGrant, uncountGrant } from "../../adapters/d1/promotion-budgets.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "../operators/wallet-verb.ts";
import { campaignToGive } from "./campaigns.ts";

export interface FreeBetToGrant extends WalletOrder {
  readonly campaignId: string;
  /** Minor units. */
  readonly amountMinor: number;
}

/**
 * Grants a token. Refuses PROMOTION_REFUSED (unknown_campaign, amount, budget_spent), what the wallet's `grantFreeBet` refuses, and what
 * `runWalletVerb` does. Idempotent by key.
 */
export function grantFreeBet(ctx: ServiceContext, order: FreeBetToGrant): Promise<ServiceResult<OperatorReceipt<FreeBetView>>> {
  const { campaignId, amountMinor, userId, reason } = order;
  const verb = { roles: ["support", "finance"], action: "promotion.grant_free_bet", order, request: { campaignId, amountMinor } } as const;
  return runWalletVerb<FreeBetView>(ctx, verb, async (wallet, key, country) => {
    const campaign = campaignToGive(ctx, country, sportsRulesOf(country).promotions.freeBets, order);
    if (!campaign.ok) return campaign;
    const { terms, days, budgetMinor } = campaign.value;
    const freeBetId = idFromDigest("fbt", sha256Bytes(canonical([country, userId, key, campaignId, amountMinor])));
    const database = databaseOf(ctx.env, country);
    const counted = { grantId: freeBetId, campaignId, userId, amountMinor, grantedAtMs: ctx.nowMs };
    if (!(await countGrant(database, counted, budgetMinor))) return refuse("PROMOTION_REFUSED", { reason: "budget_spent" });
    const granted = await wallet.grantFreeBet({ key, freeBetId, campaignId, amountMinor, terms, days, reason });
    // A key that was used before may have made this very token: its share stays counted.
    if (!granted.ok && granted.error.reason !== "idempotency_key_reused") await uncountGrant(database, freeBetId);
    return ok(granted);
  });
}
