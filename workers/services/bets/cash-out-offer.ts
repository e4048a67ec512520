/**
 * What a bet's cash-out would bring now: a state with its reason, and the amount when there is one (betting-rules 2.5).
 *
 * Fair value is what the lines are expected to return on the stake that still plays; the house keeps the tenant's margin of it. Never
 * more than the bet can win, and never from a price that may be behind the match.
 */
import { cashOutValue } from "../../../shared/betting/cash-out-value.ts";
import { expectedFactor } from "../../../shared/betting/expected-factor.ts";
import { outcomeFactor } from "../../../shared/betting/factors.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { type Fraction, fraction } from "../../../shared/money/fraction.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import { chancesOf } from "../../../shared/odds/chances.ts";
import { parseSelectionId } from "../../../shared/odds/selection-id.ts";
import type { NoCashOutReason } from "../../../shared/protocol/http/cash-out.ts";
import type { FixtureView, MarketView } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";

export interface CashOutAmount {
  readonly stateVersion: number;
  readonly percent: number;
  /** For that part, and for all of it; before taxes. */
  readonly amountMinor: Minor;
  readonly fullMinor: Minor;
  /** Sports of the open selections whose match runs: their delay applies. */
  readonly liveSports: readonly string[];
}

export type NoCashOut = { readonly state: "SUSPENDED" | "CLOSED"; readonly reason: NoCashOutReason };

/** Prices a cash-out of `percent` of what still plays. Asks the channel of each fixture that is open. */
export async function cashOutAmount(env: Env, country: Country, bet: BetView, percent: number): Promise<Result<CashOutAmount, NoCashOut>> {
  if (bet.status !== "PENDING") return err({ state: "CLOSED", reason: bet.status === "CASHED_OUT" ? "cashed_out" : "settled" });
  const isEligible = bet.freeBetId === undefined && bet.selections.every((selection) => selection.builder === undefined);
  if (!isEligible) return err({ state: "CLOSED", reason: "not_eligible" });
  const open = bet.selections.filter(({ outcome }) => outcome === null);
  const fixtures = new Set(open.map(({ fixtureId }) => fixtureId));
  const views = new Map(await Promise.all([...fixtures].map(async (id) => [id, await oddsChannelOf(env, country, id).view()] as const)));
  const factors: Fraction[] = [];
  for (const { selectionId, fixtureId, oddsThousandths, outcome } of bet.selections) {
    const factor =
      outcome === null
        ? openFactor(views.get(fixtureId) ?? null, selectionId, oddsThousandths)
        : ok(outcomeFactor(oddsThousandths, outcome));
    if (!factor.ok) return factor;
    factors.push(factor.value);
  }
  const liveSports = [...views.values()].flatMap((view) => (view?.status === "live" ? [view.sport] : []));
  return priced(country, bet, percent, factors, liveSports);
}

function priced(
  country: Country,
  bet: BetView,
  percent: number,
  factors: readonly Fraction[],
  liveSports: readonly string[],
): Result<CashOutAmount, NoCashOut> {
  const rules = sportsRulesOf(country).cashOut;
  const tenant = tenantOf(country);
  const restMinor = bet.openStakeMinor - Math.floor((bet.openStakeMinor * percent) / 100);
  if (percent < 100 && restMinor < tenant.stake.minMinor) return suspended("rest_too_small");
  const margin = fraction(liveSports.length > 0 ? rules.marginBasisPoints.live : rules.marginBasisPoints.upcoming, 10_000);
  const shape = { kind: bet.kind, selections: factors.length, systemSizes: bet.systemSizes, bankers: bet.bankers };
  const value = cashOutValue(shape, fraction(bet.openNetStakeMinor), factors, margin, fraction(percent, 100));
  const { kind, systemSizes, bankers, selections } = bet;
  const most = potentialReturn({ kind, systemSizes, bankers, selections, stakeMinor: minor(bet.openNetStakeMinor) }, tenant.payoutMaxMinor);
  const cap = (BigInt(most) * BigInt(10_000 - rules.belowPayoutBasisPoints)) / 10_000n;
  const amountMinor = capped(value.offerMinor, (cap * BigInt(percent)) / 100n);
  if (amountMinor < rules.amountMinMinor) return err({ state: "SUSPENDED", reason: "too_small" });
  return ok({ stateVersion: bet.stateVersion, percent, amountMinor, fullMinor: capped(value.offerFullMinor, cap), liveSports });
}

function capped(value: bigint, cap: bigint): Minor {
  return minor(Number(value < cap ? value : cap));
}

/** What an open selection is expected to return; the reason when nothing can be said now. */
function openFactor(view: FixtureView | null, selectionId: string, oddsThousandths: number): Result<Fraction, NoCashOut> {
  const parts = parseSelectionId(selectionId);
  const market = view?.markets.find(({ marketId }) => marketId === parts?.marketId);
  if (view === null || market === undefined || parts === null) return suspended("market_closed");
  if (view.late) return suspended("feed_late");
  const reason = closedReason(market, parts.outcomeId);
  if (reason !== null) return suspended(reason);
  const chances = chancesOf(market, parts.outcomeId);
  return chances === null ? suspended("no_price") : ok(expectedFactor(oddsThousandths, chances));
}

function closedReason(market: MarketView, outcomeId: string): NoCashOutReason | null {
  const outcome = market.outcomes.find((one) => one.outcomeId === outcomeId);
  if (market.status === "suspended" || outcome?.status === "suspended" || market.cashOut === "suspended") return "market_suspended";
  return market.status !== "active" || market.cashOut === "closed" ? "market_closed" : null;
}

function suspended(reason: NoCashOutReason): Result<never, NoCashOut> {
  return err({ state: "SUSPENDED", reason });
}
