/**
 * Rains of free bets: an operator starts one out of a campaign's budget, players in the lounge claim while it rains, and the draw gives
 * the shares. The whole budget is counted before the rain starts, and given back when it does not start.
 */
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { tenantOfGame } from "../../../shared/crash/games.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { assertNever } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { SECOND_MS } from "../../../shared/kernel/time.ts";
import { minor, mulRatio } from "../../../shared/money/minor.ts";
import type { RainClaim, RainRefusal, RainView } from "../../../shared/protocol/rpc/crash-lounge.ts";
import { loungeRulesOf, type RainRules } from "../../../shared/tenants/crash-lounge.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { countGrant, uncountGrant } from "../../adapters/d1/promotion-budgets.ts";
import { refuse, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { audit, requireStaff } from "../operators/require-staff.ts";
import { campaignToGive } from "../promotions/campaigns.ts";
import { crashLounge, requireGuest } from "./lounge-guest.ts";

export interface RainToStart {
  readonly game: string;
  readonly campaignId: string;
  /** Of one share, minor units. */
  readonly amountMinor: number;
  readonly shares: number;
  readonly claimSeconds: number;
  readonly reason: string;
  readonly idempotencyKey: string | null;
}

export interface ReadRain {
  readonly rain: RainView;
  /** Empty before the draw. */
  readonly log: readonly RainClaim[];
}

/**
 * Starts a rain. Refuses UNAUTHORIZED, FORBIDDEN, NOT_FOUND, VALIDATION_FAILED (shares or time out of bounds), PROMOTION_REFUSED
 * (unknown_campaign, amount, budget_spent) and RAIN_REFUSED (rain_runs). Idempotent by key and request.
 */
export async function startRain(ctx: ServiceContext, order: RainToStart): Promise<ServiceResult<RainView>> {
  const { game, campaignId, amountMinor, shares, claimSeconds, reason } = order;
  const tenant = tenantOfGame(game);
  const request = { campaignId, amountMinor, shares, claimSeconds };
  const staff = { roles: ["support", "finance"], action: "rain.start", subject: game, details: { reason, request } } as const;
  const scope = await requireStaff(ctx, { ...staff, country: tenant?.country });
  if (!scope.ok) return scope;
  if (tenant === null) return refuse("NOT_FOUND");
  const bounds = boundsProblem(order, loungeRulesOf(tenant.country).rain);
  if (bounds !== null) return err(bounds);
  const campaign = campaignToGive(ctx, tenant.country, sportsRulesOf(tenant.country).promotions.freeBets, order);
  if (!campaign.ok) return campaign;

  const { database, staff: by } = scope.value;
  const key = order.idempotencyKey ?? ctx.requestId;
  const rainId = idFromDigest("ran", sha256Bytes(canonical([game, by.email, key, campaignId, amountMinor, shares, claimSeconds])));
  const wholeMinor = mulRatio(minor(amountMinor), BigInt(shares), 1n, "half_up");
  const counted = { grantId: rainId, campaignId, userId: "rain", amountMinor: wholeMinor, grantedAtMs: ctx.nowMs };
  const { budgetMinor, terms, days } = campaign.value;
  if (!(await countGrant(database, counted, budgetMinor))) return refuse("PROMOTION_REFUSED", { reason: "budget_spent" });
  const command = { rainId, campaignId, amountMinor, shares, claimMs: claimSeconds * SECOND_MS, terms, days };
  const started = await crashLounge(ctx.env, tenant).startRain(command);
  if (!started.ok) await uncountGrant(database, rainId);
  const outcome = started.ok ? { rainId } : { refused: started.error };
  await audit(ctx, scope.value, { action: "rain.start:done", subject: game, details: outcome });
  return started.ok ? started : err(rainError(started.error));
}

/** Claims a share. Refuses what `requireGuest` does, NOT_FOUND and RAIN_REFUSED (rain_over, not_present). Idempotent. */
export async function claimRain(
  ctx: ServiceContext,
  { game, rainId }: { readonly game: string; readonly rainId: string },
): Promise<ServiceResult<RainView>> {
  const guest = await requireGuest(ctx, game);
  if (!guest.ok) return guest;
  const claimed = await guest.value.lounge.claimRain(rainId, guest.value.actor.userId);
  return claimed.ok ? claimed : err(rainError(claimed.error));
}

/** A rain, with the order once it is drawn. Refuses what `requireGuest` does, and NOT_FOUND. */
export async function readRain(
  ctx: ServiceContext,
  { game, rainId }: { readonly game: string; readonly rainId: string },
): Promise<ServiceResult<ReadRain>> {
  const guest = await requireGuest(ctx, game);
  if (!guest.ok) return guest;
  const read = await guest.value.lounge.rain(rainId);
  return read === null ? refuse("NOT_FOUND") : ok(read);
}

/** For operators: a rain with whose each claim is and what came of it. Refuses UNAUTHORIZED, FORBIDDEN and NOT_FOUND. */
export async function readRainLog(
  ctx: ServiceContext,
  { game, rainId }: { readonly game: string; readonly rainId: string },
): Promise<ServiceResult<ReadRain>> {
  const tenant = tenantOfGame(game);
  const staff = { roles: ["support", "finance", "regulator"], action: "rain.read", subject: rainId } as const;
  const scope = await requireStaff(ctx, { ...staff, country: tenant?.country });
  if (!scope.ok) return scope;
  const read = tenant === null ? null : await crashLounge(ctx.env, tenant).rain(rainId);
  return read === null ? refuse("NOT_FOUND") : ok(read);
}

function boundsProblem({ shares, claimSeconds }: RainToStart, rules: RainRules): ServiceError | null {
  const fields: Record<string, string> = {};
  if (shares > rules.sharesMax) fields["shares"] = `is more than ${rules.sharesMax}`;
  if (claimSeconds < rules.claimSecondsMin || claimSeconds > rules.claimSecondsMax)
    fields["claim_seconds"] = `is not between ${rules.claimSecondsMin} and ${rules.claimSecondsMax}`;
  return Object.keys(fields).length === 0 ? null : { code: "VALIDATION_FAILED", details: { fields } };
}

function rainError(refusal: RainRefusal): ServiceError {
  switch (refusal.reason) {
    case "not_found":
      return { code: "NOT_FOUND" };
    case "rain_runs":
      return { code: "RAIN_REFUSED", details: { reason: refusal.reason, rain_id: refusal.rainId } };
    case "rain_over":
    case "not_present":
      return { code: "RAIN_REFUSED", details: { reason: refusal.reason } };
    default:
      return assertNever(refusal, "rainError");
  }
}
