/**
 * What promotions make of a priced slip: the boost and the insurance that its player asks for, by the tenant's rules of the day. The
 * player names a campaign and a number of cuts, never a price of the house. What is promised unasked the wallet decides.
 */
import { type BoostProblem, boosted, campaignsOf } from "../../../shared/betting/boost.ts";
import { type BoostGrant, type BoostGrantProblem, isPersonal, usableGrant } from "../../../shared/betting/boost-grant.ts";
import { type PromisedInsurance, promisedInsurance } from "../../../shared/betting/promised-cut.ts";
import type { BetKind } from "../../../shared/betting/types.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { UnixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import { chancesOf } from "../../../shared/odds/chances.ts";
import { parseSelectionId } from "../../../shared/odds/selection-id.ts";
import type { SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { Probabilities } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf, walletOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import type { Actor, ServiceError } from "../context.ts";

/** A slip at the fixtures' prices. */
export interface PricedSlip {
  readonly country: Country;
  readonly kind: BetKind;
  readonly stakeMinor: number;
  readonly isFree: boolean;
  readonly selections: readonly AcceptedSelection[];
  readonly nowMs: UnixMs;
  /** Boosts that the player was given. */
  readonly boostGrants: readonly BoostGrant[];
}

export interface PromotedSlip {
  readonly selections: readonly AcceptedSelection[];
  readonly insurance?: PromisedInsurance;
}

/** The slip with what it asks for. Refuses BOOST_REFUSED and INSURANCE_REFUSED with a reason. */
export async function withPromotions(
  env: Env,
  slip: PricedSlip,
  { boost_id: boostId, insurance, odds_policy: policy }: Pick<SlipRequest, "boost_id" | "insurance" | "odds_policy">,
): Promise<Result<PromotedSlip, ServiceError>> {
  const raised = boostId === undefined ? ok(slip.selections) : boost(slip, boostId);
  if (!raised.ok || insurance === undefined) return raised.ok ? ok({ selections: raised.value }) : raised;
  const promoted = { ...slip, selections: raised.value };
  const offered = insure(promoted, insurance.cuts, await chancesOfSlip(env, promoted));
  if (!offered.ok) return refusedInsurance(offered.error);
  const seen = insurance.odds ?? null;
  if (seen !== null && offered.value.oddsThousandths < seen && policy !== "any")
    return refusedInsurance({ reason: "odds_changed", odds: decimal(offered.value.oddsThousandths) });
  return ok({ selections: raised.value, insurance: offered.value });
}

function boost(slip: PricedSlip, boostId: string): Result<readonly AcceptedSelection[], ServiceError> {
  const raised = raisedBy(slip, boostId);
  if (raised.ok) return raised;
  const { error } = raised;
  const details = error.reason === "stake" ? { reason: error.reason, max: toMajor(minor(error.maxMinor)) } : { reason: error.reason };
  return err({ code: "BOOST_REFUSED", details });
}

/** At the campaign's prices, where the player may have them. The wallet asks again when the bet is placed. */
function raisedBy(slip: PricedSlip, boostId: string): Result<readonly AcceptedSelection[], BoostProblem | BoostGrantProblem> {
  const { boosts } = sportsRulesOf(slip.country);
  if (isPersonal(boosts, boostId)) {
    const grant = usableGrant(slip.boostGrants, boostId, slip.stakeMinor, slip.nowMs);
    if (!grant.ok) return grant;
  }
  return boosted(boosts, boostId, slip, slip.nowMs, offsetOf(slip));
}

/** The boosts that a player was given, where the slip may have use for them; none for a guest. */
export async function boostGrantsOf(env: Env, actor: Actor | null): Promise<readonly BoostGrant[]> {
  return actor === null ? [] : (await walletOf(env, actor).promotions()).boosts;
}

function insure(slip: PricedSlip, cuts: number, chances: readonly (Probabilities | null)[]) {
  const selections = slip.selections.map((selection, index) => ({ ...selection, chances: chances[index] ?? null }));
  return promisedInsurance(sportsRulesOf(slip.country).cut.insurance, cuts, { ...slip, selections }, slip.nowMs, offsetOf(slip));
}

function refusedInsurance(details: { readonly reason: string } & Record<string, unknown>): Result<never, ServiceError> {
  return err({ code: "INSURANCE_REFUSED", details });
}

/** What is known of each selection's chances now; null where nothing tells them. */
async function chancesOfSlip(env: Env, { country, selections }: PricedSlip): Promise<readonly (Probabilities | null)[]> {
  const fixtures = new Set(selections.map(({ fixtureId }) => fixtureId));
  const views = new Map(await Promise.all([...fixtures].map(async (id) => [id, await oddsChannelOf(env, country, id).view()] as const)));
  return selections.map(({ selectionId, fixtureId }) => {
    const parts = parseSelectionId(selectionId);
    const market = views.get(fixtureId)?.markets.find(({ marketId }) => marketId === parts?.marketId);
    return market === undefined || parts === null ? null : chancesOf(market, parts.outcomeId);
  });
}

/** Campaigns that this slip may name, whatever its stake, and what they make of its prices. */
export function boostsFor(slip: PricedSlip) {
  const { boosts } = sportsRulesOf(slip.country);
  return campaignsOf(boosts, slip.nowMs, offsetOf(slip)).flatMap(({ boostId, basisPoints, ...campaign }) => {
    const stakeMaxMinor = stakeMaxOf(slip, boostId, campaign.stakeMaxMinor);
    const raised = raisedBy({ ...slip, stakeMinor: Math.min(slip.stakeMinor, stakeMaxMinor) }, boostId);
    if (!raised.ok) return [];
    const selections = raised.value.flatMap(({ selectionId, oddsThousandths: better, boost: made }) =>
      made === undefined ? [] : [{ selection_id: selectionId, odds: decimal(made.oddsThousandths), boosted_odds: decimal(better) }],
    );
    return [{ boost_id: boostId, percent: basisPoints / 100, max_stake: toMajor(minor(stakeMaxMinor)), selections }];
  });
}

/** The largest stake at a campaign's prices: what the player was given where it is not for everybody. */
function stakeMaxOf({ country, boostGrants, nowMs }: PricedSlip, boostId: string, stakeMaxMinor: number): number {
  if (!isPersonal(sportsRulesOf(country).boosts, boostId)) return stakeMaxMinor;
  const usable = boostGrants.filter((grant) => usableGrant([grant], boostId, 0, nowMs).ok);
  return Math.min(stakeMaxMinor, Math.max(0, ...usable.map((grant) => grant.stakeMaxMinor)));
}

/** What insurance this slip can be bought with, by the number of cuts. */
export async function insurancesFor(env: Env, slip: PricedSlip) {
  const most = Math.max(0, ...sportsRulesOf(slip.country).cut.insurance.map(({ cutsMax }) => cutsMax));
  // Where no rule covers the slip nothing is asked: chances that nothing tells are not looked for.
  const unpriced = slip.selections.map(() => null);
  const cuts = Array.from({ length: most }, (_, index) => index + 1).filter((count) => {
    const answer = insure(slip, count, unpriced);
    return !answer.ok && answer.error.reason === "no_chances";
  });
  if (cuts.length === 0) return [];
  const chances = await chancesOfSlip(env, slip);
  return cuts.flatMap((count) => {
    const offered = insure(slip, count, chances);
    return offered.ok ? [{ cuts: count, odds: decimal(offered.value.oddsThousandths) }] : [];
  });
}

function decimal(odds: number): number {
  return toDecimalOdds(oddsThousandths(odds));
}

function offsetOf({ country }: PricedSlip): number {
  return tenantOf(country).utcOffsetMinutes;
}
