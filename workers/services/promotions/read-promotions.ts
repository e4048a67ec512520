/** What a player has been given, and how the campaigns of a tenant stand. */
import { ok } from "../../../shared/kernel/result.ts";
import { type LocalDay, localDay } from "../../../shared/kernel/time.ts";
import type { PromotionsView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { BonusCampaign, FreeBetCampaign } from "../../../shared/tenants/sports/promotions.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { grantedByCampaign } from "../../adapters/d1/promotion-budgets.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";
import { type Claimable, claimableOf, claimsSinceMs } from "./campaigns.ts";

export interface OwnPromotions extends Pick<PromotionsView, "freeBets" | "bonuses" | "boosts"> {
  readonly claimable: readonly Claimable[];
}

/** The player's own tokens and bonuses, and what can be claimed; nothing is offered to the excluded. Refuses UNAUTHORIZED. */
export async function readPromotions(ctx: ServiceContext): Promise<ServiceResult<OwnPromotions>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const view = await walletOf(ctx.env, actor).promotions(claimsSinceMs(ctx, actor.country));
  const { freeBets, bonuses, isExcluded } = view;
  const boosts = view.boosts.filter(({ usesLeft, expiresAtMs }) => usesLeft > 0 && expiresAtMs > ctx.nowMs);
  if (isExcluded) return ok({ freeBets, boosts, bonuses: bonuses.filter(({ state }) => state !== "OFFERED"), claimable: [] });
  return ok({ freeBets, boosts, bonuses, claimable: claimableOf(ctx, actor.country, view) });
}

export interface CampaignStanding {
  readonly kind: "free_bet" | "bonus";
  readonly campaign: FreeBetCampaign | BonusCampaign;
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
  const { freeBets, bonuses } = sportsRulesOf(at).promotions;
  const standing = (kind: CampaignStanding["kind"]) => (campaign: FreeBetCampaign | BonusCampaign) => ({
    ...{ kind, campaign, grantedMinor: granted.get(campaign.campaignId) ?? 0 },
  });
  const all = [...freeBets.map(standing("free_bet")), ...bonuses.map(standing("bonus"))];
  return ok(all.filter(({ campaign }) => !isOver(campaign.validTo)));
}
