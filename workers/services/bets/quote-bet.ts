/**
 * What a slip would be as a bet now: current prices, lines, least and most it can win, taxes, stake bounds. Moves and reserves nothing,
 * so it needs no login; a player is quoted by their own tenant, a guest by the tenant where they are.
 */
import type * as z from "zod";
import { BASIS_POINTS, liveDelayMs, stakeMax } from "../../../shared/betting/acceptance.ts";
import { correlations } from "../../../shared/betting/correlation.ts";
import { lineCount } from "../../../shared/betting/lines.ts";
import { engineLadder, type PromisedLadder, promisedLadder } from "../../../shared/betting/promised-ladder.ts";
import { leastReturn, potentialReturn } from "../../../shared/betting/returns.ts";
import { stakeForPayout } from "../../../shared/betting/stake-for-payout.ts";
import { ok } from "../../../shared/kernel/result.ts";
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
import { askFixtures, type SlipPrices } from "./fixture-channels.ts";
import { presentSelection, presentTaxLine, totalOdds } from "./present-bet.ts";
import { type ReadSlip, readSlip } from "./read-slip.ts";

/** What channels are told instead of a bet's id: they keep nothing of a price. */
const QUOTE = "quote";

/** Quotes a slip; refuses INVALID_BET, MARKET_CLOSED and MARKET_SUSPENDED. Dependent selections are shown, not refused. */
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
  const priced = await askFixtures(ctx.env, { country, betId: QUOTE, walletId, stakeMinor: ZERO }, selections);
  if (!priced.ok) return priced;
  const { acceptance, promotions } = sportsRulesOf(country);

  const staked = taxStake(tenant, "sports", stakeMinor, ctx.nowMs);
  const freeBet = request.free_bet_id !== undefined;
  const ladders = freeBet ? [] : promotions.ladders;
  const promised = promisedLadder(ladders, { kind, stakeMinor, selections: priced.value.selections }, ctx.nowMs, tenant.utcOffsetMinutes);
  const ladder = promised === null ? null : engineLadder(promised);
  const bet = { kind, stakeMinor: staked.netMinor, systemSizes, bankers, selections: priced.value.selections, ladder, freeBet };
  const most = potentialReturn(bet, tenant.payoutMaxMinor);
  const won = taxWinnings(tenant, "sports", most, freeBet ? ZERO : staked.netMinor, ctx.nowMs);
  return ok({
    bet_type: kind,
    total_stake: toMajor(stakeMinor),
    lines: lineCount({ kind, selections: selections.length, systemSizes, bankers }),
    total_odds: totalOdds(kind, priced.value.selections),
    potential_win: { min: toMajor(leastReturn(bet, tenant.payoutMaxMinor)), max: toMajor(most) },
    bonus: promised === null ? null : presentLadder(promised, priced.value.selections),
    max_payout: toMajor(tenant.payoutMaxMinor),
    min_stake: toMajor(tenant.stake.minMinor),
    max_stake: toMajor(
      stakeMaxOf(ctx, tenant, slip.value, priced.value, own === null ? BASIS_POINTS : await walletOf(ctx.env, own).customerFactor()),
    ),
    live_delay_seconds: liveDelayAt(ctx.config, liveDelayMs(priced.value.selections, acceptance, priced.value.liveDelaysMs)) / 1_000,
    tax: {
      stake: staked.taxLines.map(presentTaxLine),
      at_risk: toMajor(staked.netMinor),
      winnings: won.taxLines.map(presentTaxLine),
      net_win: toMajor(won.paidMinor),
    },
    selections: priced.value.selections.map(presentSelection),
    correlated: correlations(selections, acceptance).map(({ pair: [first, second] }): [string, string] => [first, second]),
  });
}

/** What the bonus stands at, and what one selection more would make of it. */
function presentLadder(promised: PromisedLadder, selections: readonly { readonly oddsThousandths: number }[]) {
  const qualifying = selections.filter(({ oddsThousandths }) => oddsThousandths >= promised.oddsMinThousandths).length;
  const step = promised.steps.findLast(([count]) => count <= qualifying);
  const next = promised.steps.find(([count]) => count > qualifying);
  return {
    percent: step?.[1] ?? 0,
    min_odds: promised.oddsMinThousandths / 1_000,
    next: next === undefined ? null : { selections: next[0], percent: next[1] },
  };
}

/** As the wallet bounds it when the bet comes, in minor units. */
function stakeMaxOf(ctx: ServiceContext, tenant: Tenant, slip: ReadSlip, prices: SlipPrices, customerFactorBasisPoints: number): Minor {
  const netOf = (stakeMinor: Minor) => taxStake(tenant, "sports", stakeMinor, ctx.nowMs).netMinor;
  const bet = { ...slip, selections: prices.selections };
  return minor(
    stakeMax({
      productMaxMinor: tenant.stake.maxMinor,
      fixturesMaxMinor: prices.stakeMaxMinor,
      customerFactorBasisPoints,
      payoutStakeMaxMinor: stakeForPayout(bet, tenant.payoutMaxMinor, tenant.stake.minMinor, netOf),
    }),
  );
}
