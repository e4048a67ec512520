/** A trader's table of a fixture's markets: what the feed says, what players see, what stands on each outcome. */
import type { MarketSheet } from "../protocol/rpc/trading.ts";
import type { FixtureState } from "./fixture-state.ts";
import { offerStatus } from "./fixture-view.ts";
import { liabilityOf, type OutcomeExposure, worstCaseOf } from "./liability.ts";
import { isCovered } from "./market-offers.ts";
import { limitsOf, marginOf, suspensionsOf, traded } from "./trading.ts";

/** One row a market, in the feed's order; `exposureOf` says what stands on a market. */
export function fieldSheetMarkets(
  state: FixtureState,
  exposureOf: (marketId: string) => readonly OutcomeExposure[],
): readonly MarketSheet[] {
  const offered = new Map(traded(state).markets.map((market) => [market.marketId, market]));
  return state.markets.map((fed): MarketSheet => {
    const market = offered.get(fed.marketId) ?? fed;
    const exposure = exposureOf(fed.marketId);
    return {
      ...{ marketId: fed.marketId, name: fed.name, specifier: fed.specifier, feedStatus: fed.status },
      status: market.status === "active" && !isCovered(state, market) ? "suspended" : market.status,
      suspendedBy: suspensionsOf(state.trading, fed.marketId, ""),
      marginBasisPoints: marginOf(state.trading, fed.marketId),
      limits: limitsOf(state.trading, fed.marketId),
      worstCaseMinor: worstCaseOf(exposure),
      outcomes: market.outcomes.map((outcome, index) => {
        const { outcomeId, name, oddsThousandths } = outcome;
        const stands = exposure.find((each) => each.outcomeId === outcomeId);
        return {
          ...{ outcomeId, name, oddsThousandths, isOffered: offerStatus(state, market, outcome) === "active" },
          feedOddsThousandths: fed.outcomes[index]?.oddsThousandths ?? oddsThousandths,
          ...{ payoutMinor: stands?.payoutMinor ?? 0, hardPayoutMinor: stands?.hardPayoutMinor ?? 0 },
          ...{ bets: stands?.bets ?? 0, stakeMinor: stands?.stakeMinor ?? 0, liabilityMinor: liabilityOf(exposure, outcomeId) },
        };
      }),
    };
  });
}
