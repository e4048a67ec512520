/** Lets operators give a player a boost campaign that is not for everybody: so many bets, each up to a stake. */
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { campaignsOf } from "../../../shared/betting/boost.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { BoostGrantView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { type OperatorReceipt, runWalletVerb, type WalletOrder } from "../operators/wallet-verb.ts";

export interface BoostToGrant extends WalletOrder {
  readonly boostId: string;
  readonly uses: number;
  /** Of one bet, minor units; null for the campaign's most. */
  readonly stakeMaxMinor: number | null;
}

/**
 * Grants a boost. Refuses PROMOTION_REFUSED (unknown_campaign, uses, amount), what the wallet's `grantBoost` refuses, and what
 * `runWalletVerb` does. Idempotent by key.
 */
export function grantBoost(ctx: ServiceContext, order: BoostToGrant): Promise<ServiceResult<OperatorReceipt<BoostGrantView>>> {
  const { boostId, uses, userId, reason } = order;
  const request = { boostId, uses, stakeMaxMinor: order.stakeMaxMinor };
  const verb = { roles: ["support", "finance"], action: "promotion.grant_boost", order, request } as const;
  return runWalletVerb<BoostGrantView>(ctx, verb, async (wallet, key, country) => {
    const inForce = campaignsOf(sportsRulesOf(country).boosts, ctx.nowMs, tenantOf(country).utcOffsetMinutes);
    const campaign = inForce.find((one) => one.boostId === boostId);
    if (campaign?.personal === undefined) return refuse("PROMOTION_REFUSED", { reason: "unknown_campaign" });
    const { usesMax, days } = campaign.personal;
    if (uses > usesMax) return refuse("PROMOTION_REFUSED", { reason: "uses", max: usesMax });
    const stakeMaxMinor = order.stakeMaxMinor ?? campaign.stakeMaxMinor;
    if (stakeMaxMinor > campaign.stakeMaxMinor)
      return refuse("PROMOTION_REFUSED", { reason: "amount", max: toMajor(minor(campaign.stakeMaxMinor)) });
    const grantId = idFromDigest("bst", sha256Bytes(canonical([country, userId, key, boostId, uses, stakeMaxMinor])));
    return ok(await wallet.grantBoost({ key, grantId, boostId, stakeMaxMinor, uses, days, reason }));
  });
}
