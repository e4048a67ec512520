/** Which campaigns of a tenant give what now. */
import { matchOf } from "../../../shared/betting/wagering.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { DAY_MS, type LocalDay, localDay } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { PromotionsView, UnmatchedDeposit } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { type BonusCampaign, campaignInForce } from "../../../shared/tenants/sports/promotions.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

interface GivenCampaign {
  readonly campaignId: string;
  readonly amountMinMinor: number;
  readonly amountMaxMinor: number;
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay | null;
}

/** The campaign that an operator gives an amount (minor units) out of. Refuses PROMOTION_REFUSED (unknown_campaign, amount). */
export function campaignToGive<C extends GivenCampaign>(
  ctx: ServiceContext,
  country: Country,
  campaigns: readonly C[],
  { campaignId, amountMinor }: { readonly campaignId: string; readonly amountMinor: number },
): ServiceResult<C> {
  const campaign = campaignInForce(campaigns, campaignId, today(ctx, country));
  if (campaign === null) return refuse("PROMOTION_REFUSED", { reason: "unknown_campaign" });
  const { amountMinMinor, amountMaxMinor } = campaign;
  if (amountMinMinor <= amountMinor && amountMinor <= amountMaxMinor) return ok(campaign);
  return refuse("PROMOTION_REFUSED", { reason: "amount", min: toMajor(minor(amountMinMinor)), max: toMajor(minor(amountMaxMinor)) });
}

/** A bonus that the player can have for a deposit. */
export interface Claimable {
  readonly campaign: BonusCampaign;
  readonly deposit: UnmatchedDeposit;
  readonly amountMinor: Minor;
}

/** What the player can claim now. */
export function claimableOf(
  ctx: ServiceContext,
  country: Country,
  { bonuses, deposits }: Pick<PromotionsView, "bonuses" | "deposits">,
): readonly Claimable[] {
  return matchesInForce(ctx, country).flatMap((campaign) => {
    const { match, campaignId } = campaign;
    if (match === null || (match.isOnce && bonuses.some((bonus) => bonus.campaignId === campaignId))) return [];
    const sinceMs = ctx.nowMs - match.claimDays * DAY_MS;
    return deposits
      .filter(({ startedAtMs }) => startedAtMs >= sinceMs)
      .map((deposit) => ({ campaign, deposit, amountMinor: matchOf(campaign, minor(deposit.amountMinor)) }))
      .filter(({ amountMinor }) => amountMinor > 0);
  });
}

/** From when on a deposit may be matched by any campaign. */
export function claimsSinceMs(ctx: ServiceContext, country: Country): number {
  const days = matchesInForce(ctx, country).map(({ match }) => match?.claimDays ?? 0);
  return ctx.nowMs - Math.max(0, ...days) * DAY_MS;
}

function matchesInForce(ctx: ServiceContext, country: Country): readonly BonusCampaign[] {
  const day = today(ctx, country);
  return sportsRulesOf(country).promotions.bonuses.filter(
    (each) => each.match !== null && campaignInForce([each], each.campaignId, day) !== null,
  );
}

function today(ctx: ServiceContext, country: Country): LocalDay {
  return localDay(ctx.nowMs, tenantOf(country).utcOffsetMinutes);
}
