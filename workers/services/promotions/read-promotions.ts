/** What a player has been given, and how the campaigns of a tenant stand. */
import { ok } from "../../../shared/kernel/result.ts";
import { type LocalDay, localDay } from "../../../shared/kernel/time.ts";
import type { PromotionsView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { FreeBetCampaign } from "../../../shared/tenants/sports/promotions.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { grantedByCampaign } from "../../adapters/d1/promotion-budgets.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";

/** The player's own tokens. Refuses UNAUTHORIZED. */
export async function readPromotions(ctx: ServiceContext): Promise<ServiceResult<PromotionsView>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  return ok(await walletOf(ctx.env, scope.value.actor).promotions(ctx.nowMs));
}

export interface CampaignStanding {
  readonly campaign: FreeBetCampaign;
  /** Minor units. */
  readonly grantedMinor: number;
}

/** Campaigns that are in force or to come, with what each has granted. Refuses UNAUTHORIZED and FORBIDDEN. */
export async function readCampaigns(
  ctx: ServiceContext,
  country: Country | undefined,
): Promise<ServiceResult<readonly CampaignStanding[]>> {
  const scope = await requireStaff(ctx, {
    ...{ roles: ["support", "finance", "regulator"], action: "promotion.read", subject: "campaigns", country },
  });
  if (!scope.ok) return scope;
  const { country: at, database } = scope.value;
  const granted = await grantedByCampaign(database);
  const today = localDay(ctx.nowMs, tenantOf(at).utcOffsetMinutes);
  const isOver = (validTo: LocalDay | null) => validTo !== null && validTo < today;
  const campaigns = sportsRulesOf(at).promotions.freeBets.filter(({ validTo }) => !isOver(validTo));
  return ok(campaigns.map((campaign) => ({ campaign, grantedMinor: granted.get(campaign.campaignId) ?? 0 })));
}
