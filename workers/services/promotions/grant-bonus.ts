/**
 * Lets operators offer a player a bonus, out of a campaign's budget: counted as free bets are (grant-free-bet.ts). The player decides
 * whether to take it.
 */

import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { requirementOf } from "../../../shared/betting/wagering.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { minor, ZERO } from "../../../shared/money/minor.ts";
import type { BonusView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { countGrant, uncountGrant } from "../../adapters/d1/promotion-budgets.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "../operators/wallet-verb.ts";
import { campaignToGive } from "./campaigns.ts";

export interface BonusToGrant extends WalletOrder {
  readonly campaignId: string;
  /** Minor units. */
  readonly amountMinor: number;
}

/**
 * Offers a bonus. Refuses PROMOTION_REFUSED (unknown_campaign, amount, budget_spent), what the wallet's `grantBonus` refuses, and what
 * `runWalletVerb` does. Idempotent by key.
 */
export function grantBonus(ctx: ServiceContext, order: BonusToGrant): Promise<ServiceResult<OperatorReceipt<BonusView>>> {
  const { campaignId, amountMinor, userId, reason } = order;
  const verb = { roles: ["support", "finance"], action: "promotion.grant_bonus", order, request: { campaignId, amountMinor } } as const;
  return runWalletVerb<BonusView>(ctx, verb, async (wallet, key, country) => {
    const byHand = sportsRulesOf(country).promotions.bonuses.filter(({ match }) => match === null);
    const campaign = campaignToGive(ctx, country, byHand, order);
    if (!campaign.ok) return campaign;
    const { terms, days, offerDays, budgetMinor } = campaign.value;
    const bonusId = idFromDigest("bon", sha256Bytes(canonical([country, userId, key, campaignId, amountMinor])));
    const database = databaseOf(ctx.env, country);
    const counted = { grantId: bonusId, campaignId, userId, amountMinor, grantedAtMs: ctx.nowMs };
    if (!(await countGrant(database, counted, budgetMinor))) return refuse("PROMOTION_REFUSED", { reason: "budget_spent" });
    const requiredMinor = requirementOf(terms, minor(amountMinor), ZERO);
    const bonus = { key, bonusId, campaignId, depositId: null, amountMinor, requiredMinor, terms, days, offerDays, reason };
    const granted = await wallet.grantBonus(bonus);
    // A key that was used before may have made this very bonus: its share stays counted.
    if (!granted.ok && granted.error.reason !== "idempotency_key_reused") await uncountGrant(database, bonusId);
    return ok(granted);
  });
}
