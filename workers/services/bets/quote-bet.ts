/**
 * What a slip would be as a bet now: current prices, lines, least and most it can win, taxes, stake bounds. Moves and reserves nothing,
 * so it needs no login; a player is quoted by their own tenant, a guest by the tenant where they are.
 */
import type * as z from "zod";
import { lineCount } from "../../../shared/betting/lines.ts";
import { leastReturn, potentialReturn } from "../../../shared/betting/returns.ts";
import { correlatedPairs } from "../../../shared/betting/slip.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import type { quoteOut, SlipRequest } from "../../../shared/protocol/http/bets.ts";
import { taxStake, taxWinnings } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { catalogueCountry } from "../fixtures/catalogue-country.ts";
import { askFixtures, joinAnswers } from "./fixture-channels.ts";
import { presentSelection, presentTaxLine, totalOdds } from "./present-bet.ts";
import { readSlip } from "./read-slip.ts";

/** Quotes a slip; refuses INVALID_BET, MARKET_CLOSED and MARKET_SUSPENDED. Dependent selections are shown, not refused. */
export async function quoteBet(ctx: ServiceContext, request: SlipRequest): Promise<ServiceResult<z.input<typeof quoteOut>>> {
  const catalogue = catalogueCountry(ctx);
  if (!catalogue.ok) return catalogue;
  const country = catalogue.value;
  const tenant = tenantOf(country);
  const slip = await readSlip(ctx.env, country, request, "shown");
  if (!slip.ok) return slip;
  const { kind, selections, stakeMinor, systemSizes, bankers } = slip.value;
  const asked = await askFixtures(selections, (fixtureId, own) => oddsChannelOf(ctx.env, country, fixtureId).price(own));
  const priced = joinAnswers(selections, asked);
  if (!priced.ok) return priced;

  const staked = taxStake(tenant, "sports", stakeMinor, ctx.nowMs);
  const bet = { kind, stakeMinor: staked.netMinor, systemSizes, bankers, selections: priced.value };
  const most = potentialReturn(bet, tenant.payoutMaxMinor);
  const won = taxWinnings(tenant, "sports", most, staked.netMinor, ctx.nowMs);
  return ok({
    bet_type: kind,
    total_stake: toMajor(stakeMinor),
    lines: lineCount({ kind, selections: selections.length, systemSizes, bankers }),
    total_odds: totalOdds(kind, priced.value),
    potential_win: { min: toMajor(leastReturn(bet, tenant.payoutMaxMinor)), max: toMajor(most) },
    max_payout: toMajor(tenant.payoutMaxMinor),
    min_stake: toMajor(tenant.stake.minMinor),
    max_stake: toMajor(tenant.stake.maxMinor),
    tax: {
      stake: staked.taxLines.map(presentTaxLine),
      at_risk: toMajor(staked.netMinor),
      winnings: won.taxLines.map(presentTaxLine),
      net_win: toMajor(won.paidMinor),
    },
    selections: priced.value.map(presentSelection),
    correlated: correlatedPairs(selections).map(([first, second]): [string, string] => [first, second]),
  });
}
