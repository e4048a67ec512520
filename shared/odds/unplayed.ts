/**
 * Matches that do not take place: what is still undecided is void once the tenant's time is over (betting-rules 2.4.8). What was decided
 * before a match was broken off stands.
 */
import type { SettlementRules } from "../tenants/sports/settlement.ts";
import type { Cancellation, FixtureState } from "./fixture-state.ts";
import { statusOf } from "./market-offers.ts";

/** When what is undecided becomes void if nothing else happens, counted from the first announced start; null while the match is played. */
export function unplayedVoidAtMs(state: FixtureState, rules: SettlementRules): number | null {
  switch (state.status) {
    case "upcoming":
    case "postponed":
      return state.originalStartsAtMs + rules.postponedVoidMs;
    case "abandoned":
    case "cancelled":
      return state.originalStartsAtMs + rules.abandonedVoidMs;
    case "live":
    case "interrupted":
    case "finished":
      return null;
  }
}

/** The state with every market that has no result cancelled for good; null when there is none. */
export function withUnplayedVoid(state: FixtureState, nowMs: number): FixtureState | null {
  const marketIds = state.markets
    .filter((market) => market.settlement === null && market.status !== "cancelled")
    .map(({ marketId }) => marketId);
  if (marketIds.length === 0) return null;
  const cancelled = new Set(marketIds);
  const others = state.cancellations.filter(
    (one) => !(cancelled.has(one.marketId) && one.placedFromMs === null && one.placedToMs === null),
  );
  const added = marketIds.map((marketId): Cancellation => {
    return { marketId, placedFromMs: null, placedToMs: null, isStanding: true, producedAtMs: nowMs };
  });
  return {
    ...state,
    cancellations: [...others, ...added],
    markets: state.markets.map((market) => (cancelled.has(market.marketId) ? { ...market, status: statusOf(market, true) } : market)),
    resultVersion: state.resultVersion + 1,
  };
}
