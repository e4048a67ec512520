/**
 * What a slip would be as a bet now: current prices, lines, least and most it can win, taxes, stake bounds. Moves and reserves nothing,
 * so it needs no login; a player is quoted by their own tenant, a guest by the tenant where they are.
 */
import type * as z from "zod";
import { BASIS_POINTS, liveDelayMs, stakeMax } from "../../../shared/betting/acceptance.ts";
import { correlations } from "../../../shared/betting/correlation.ts";
import { type PromisedInsurance, refundView } from "../../../shared/betting/promised-cut.ts";
import { engineLadder, ladderInSight, type PromisedLadder } from "../../../shared/betting/promised-ladder.ts";
import { type Promises, promisesOf } from "../../../shared/betting/promises.ts";
import { leastReturn, potentialReturn } from "../../../shared/betting/returns.ts";
import { stakeForPayout } from "../../../shared/betting/stake-for-payout.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { UnixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { type Minor, minor, ZERO } from "../../../shared/money/minor.ts";
import type { quoteOut, SlipRequest } from "../../../shared/protocol/http/bets.ts";
import { taxStake, taxWinnings } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { walletName, walletOf } from "../../adapters/objects.ts";
import { liveDelayAt } from "../../env.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { catalogueCountry } from "../fixtures/catalogue-country.ts";
import { eachWayTermsOf, withPlaces } from "./each-way-slip.ts";
import { askFixtures } from "./fixture-channels.ts";
import { presentPromises, presentSelection, presentTaxLine, presentWays, totalOdds } from "./present-bet.ts";
import { type ReadSlip, readSlip } from "./read-slip.ts";
import { boostGrantsOf, boostsFor, insurancesFor, type PricedSlip, type PromotedSlip, withPromotions } from "./slip-promotions.ts";

/** What channels are told instead of a bet's id: they keep nothing of a price. */
const QUOTE = "quote";

/** Quotes a slip; refuses INVALID_BET, MARKET_CLOSED, MARKET_SUSPENDED, BOOST_REFUSED, INSURANCE_REFUSED and EACH_WAY_REFUSED. Dependent selections are shown, not refused. */
export async function quoteBet(ctx: ServiceContext, request: SlipRequest): Promise<ServiceResult<z.input<typeof quoteOut>>> {
  const catalogue = catalogueCountry(ctx);
  if (!catalogue.ok) return catalogue;
  const country = catalogue.value;
  const tenant = tenantOf(country);
  const slip = await readSlip(ctx.env, country, request, "shown");
  if (!slip.ok) return slip;
  const { kind, selections, stakeMinor, systemSizes, bankers } = slip.value;
  const own = ctx.actor?.country === country ? ctx.actor : null;
  const walletId = own === null ? "" : walletName(own);
  // A quote may never become a bet: it takes no liability off anyone.
  const question = { country, betId: QUOTE, walletId, stakeMinor: ZERO, eachWay: true };
  const [priced, boostGrants] = await Promise.all([askFixtures(ctx.env, question, selections), boostGrantsOf(ctx.env, own)]);
  if (!priced.ok) return priced;
  const isFree = request.free_bet_id !== undefined;
  const market: PricedSlip = { country, kind, stakeMinor, isFree, selections: priced.value.selections, nowMs: ctx.nowMs, boostGrants };
  const promoted = await withPromotions(ctx.env, market, request);
  if (!promoted.ok) return promoted;
  const placed = withPlaces(promoted.value, { eachWay: request.each_way === true, isFree, items: selections });
  if (!placed.ok) return placed;

  const { acceptance } = sportsRulesOf(country);
  const terms = termsOf(market, placed.value, { systemSizes, bankers });
  const factor = own === null ? BASIS_POINTS : await walletOf(ctx.env, own).customerFactor();
  return ok({
    bet_type: kind,
    total_stake: toMajor(stakeMinor),
    ...presentWays({ kind, systemSizes, bankers, stakeMinor, selections: terms.bet.selections }),
    total_odds: totalOdds(kind, terms.bet.selections),
    ...presentWins(tenant, terms, ctx.nowMs),
    bonus: presentBonus(market, terms),
    ...presentPromises(promisesShown(terms)),
    boosts: boostsFor(market),
    insurances: await insurancesFor(ctx.env, market),
    each_way_terms: eachWayTermsOf(promoted.value, isFree),
    max_payout: toMajor(tenant.payoutMaxMinor),
    min_stake: toMajor(tenant.stake.minMinor),
    max_stake: toMajor(stakeMaxOf(ctx, tenant, { ...slip.value, ...placed.value }, priced.value.stakeMaxMinor, factor)),
    live_delay_seconds: liveDelayAt(ctx.config, liveDelayMs(priced.value.selections, acceptance, priced.value.liveDelaysMs)) / 1_000,
    selections: terms.bet.selections.map(presentSelection),
    correlated: correlations(selections, acceptance).map(({ pair: [first, second] }): [string, string] => [first, second]),
  });
}

/** The bet that a slip would be, and what it would be promised. */
interface QuotedTerms {
  readonly bet: ReturnType<typeof betOf>;
  readonly staked: ReturnType<typeof taxStake>;
  readonly promises: Promises;
  readonly insurance: PromisedInsurance | undefined;
}

type Shape = Pick<ReadSlip, "systemSizes" | "bankers">;

function termsOf(market: PricedSlip, { selections, insurance }: PromotedSlip, shape: Shape): QuotedTerms {
  const { country, kind, stakeMinor, isFree, nowMs } = market;
  const tenant = tenantOf(country);
  const staked = taxStake(tenant, "sports", minor(stakeMinor), nowMs);
  const asked = { kind, stakeMinor, isFree, isInsured: insurance !== undefined, selections };
  const promises = promisesOf(sportsRulesOf(country), asked, nowMs, tenant.utcOffsetMinutes);
  return { bet: betOf(market, { selections, insurance }, shape, staked.netMinor, promises), staked, promises, insurance };
}

function betOf(
  { kind, isFree }: PricedSlip,
  { selections, insurance = null }: { selections: PromotedSlip["selections"]; insurance: PromisedInsurance | null | undefined },
  shape: Shape,
  netMinor: Minor,
  { ladder }: Promises,
) {
  return {
    ...{ kind, stakeMinor: netMinor, selections, ...shape, freeBet: isFree, insurance },
    ladder: ladder === null ? null : engineLadder(ladder),
  };
}

/** What it can win, and the taxes that the stake and the winnings would bear. */
function presentWins(tenant: Tenant, { bet, staked }: QuotedTerms, nowMs: UnixMs) {
  const most = potentialReturn(bet, tenant.payoutMaxMinor);
  const won = taxWinnings(tenant, "sports", most, bet.freeBet ? ZERO : staked.netMinor, nowMs);
  return {
    potential_win: { min: toMajor(leastReturn(bet, tenant.payoutMaxMinor)), max: toMajor(most) },
    tax: {
      stake: staked.taxLines.map(presentTaxLine),
      at_risk: toMajor(staked.netMinor),
      winnings: won.taxLines.map(presentTaxLine),
      net_win: toMajor(won.paidMinor),
    },
  };
}

/** As a placed bet would show them. */
function promisesShown({ bet, promises: { earlyPayout, cutRefund }, insurance }: QuotedTerms) {
  return {
    ...(earlyPayout === undefined ? {} : { earlyPayout }),
    ...(cutRefund === undefined ? {} : { cutRefund: refundView(cutRefund, bet.selections.length) }),
    ...(insurance === undefined ? {} : { insurance }),
  };
}

/** The bonus of now, or the one that more selections would bring. */
function presentBonus({ country, kind, stakeMinor, isFree, nowMs }: PricedSlip, { bet: { selections }, insurance }: QuotedTerms) {
  if (isFree || insurance !== undefined) return null;
  const { ladders } = sportsRulesOf(country).promotions;
  const ladder = ladderInSight(ladders, { kind, stakeMinor, selections }, nowMs, tenantOf(country).utcOffsetMinutes);
  return ladder === null ? null : presentLadder(ladder, selections);
}

/** What the bonus stands at, and what one selection more would make of it. */
function presentLadder(promised: PromisedLadder, selections: readonly { readonly oddsThousandths: number }[]) {
  const qualifying = selections.filter(({ oddsThousandths }) => oddsThousandths >= promised.oddsMinThousandths).length;
  const step = promised.steps.findLast(([count]) => count <= qualifying);
  const next = promised.steps.find(([count]) => count > qualifying);
  return {
    percent: step?.[1] ?? 0,
    qualifying,
    min_odds: promised.oddsMinThousandths / 1_000,
    next: next === undefined ? null : { selections: next[0], percent: next[1] },
  };
}

/** As the wallet bounds it when the bet comes, in minor units. */
function stakeMaxOf(
  ctx: ServiceContext,
  tenant: Tenant,
  bet: Omit<ReadSlip, "selections" | "stakeMinor"> & PromotedSlip,
  fixturesMaxMinor: number | null,
  customerFactorBasisPoints: number,
): Minor {
  const netOf = (stakeMinor: Minor) => taxStake(tenant, "sports", stakeMinor, ctx.nowMs).netMinor;
  return minor(
    stakeMax({
      productMaxMinor: tenant.stake.maxMinor,
      fixturesMaxMinor,
      customerFactorBasisPoints,
      payoutStakeMaxMinor: stakeForPayout(bet, tenant.payoutMaxMinor, tenant.stake.minMinor, netOf),
    }),
  );
}
