/**
 * A fixture's state as callers and clients see it: the view of RPC, and its wire form for HTTP and WebSocket.
 */
import { toRfc3339, unixMs } from "../kernel/time.ts";
import { oddsThousandths, toDecimalOdds } from "../money/odds.ts";
import type { FixtureWire } from "../protocol/http/fixtures.ts";
import type { FixtureView, MarketView, OutcomeView } from "../protocol/rpc/odds-channel.ts";
import type { Country } from "../tenants/tenant.ts";
import type { FixtureState, MarketState, OutcomeState } from "./fixture-state.ts";
import { isCovered } from "./market-offers.ts";
import { selectionId } from "./selection-id.ts";
import { liveDelayOf, traded } from "./trading.ts";

/** Says whether an outcome can be bet on now, as far as its market goes. */
export function offerStatus(
  state: Pick<FixtureState, "producers">,
  market: MarketState,
  outcome: Pick<OutcomeState, "active">,
): OutcomeView["status"] {
  if (market.status === "active") return outcome.active && isCovered(state, market) ? "active" : "suspended";
  return market.status === "suspended" ? "suspended" : "closed";
}

/** A name with the fixture's teams in the place of the feed's tokens. */
export function shownName({ homeTeam, awayTeam }: Pick<FixtureState, "homeTeam" | "awayTeam">, name: string): string {
  return name.replaceAll("{$competitor1}", homeTeam).replaceAll("{$competitor2}", awayTeam);
}

/** The fixture as it is offered to players: the feed's word with the house's over it. */
export function fixtureView(fed: FixtureState, country: Country): FixtureView {
  const state = traded(fed);
  const { fixtureId, sport, league, homeTeam, awayTeam, startsAtMs, status, minute, homeScore, awayScore, seq, late } = state;
  const markets = state.markets.map((market): MarketView => {
    const { marketId, type, name, specifier } = market;
    const outcomes = market.outcomes.map(
      ({ outcomeId, name: outcomeName, oddsThousandths: odds, priceVersion, active, result, probabilities }) => ({
        selectionId: selectionId({ fixtureId, marketId, outcomeId }),
        ...{ outcomeId, name: shownName(state, outcomeName), oddsThousandths: odds, priceVersion, result, probabilities },
        status: offerStatus(state, market, { active }),
      }),
    );
    const status = market.status === "active" && !isCovered(state, market) ? "suspended" : market.status;
    return { marketId, type, name, specifier, status, cashOut: market.cashOut, outcomes };
  });
  const liveDelayMs = liveDelayOf(state.trading);
  return {
    ...{ fixtureId, country, sport, league, homeTeam, awayTeam, startsAtMs, status, minute, homeScore, awayScore, seq, late },
    ...{ liveDelayMs, markets },
  };
}

/** Writes a view for clients: snake case, decimal odds, RFC 3339. */
export function fixtureWire(view: FixtureView): FixtureWire {
  return {
    fixture_id: view.fixtureId,
    sport: view.sport,
    league: view.league,
    home_team: view.homeTeam,
    away_team: view.awayTeam,
    starts_at: toRfc3339(unixMs(view.startsAtMs)),
    status: view.status,
    minute: view.minute,
    home_score: view.homeScore,
    away_score: view.awayScore,
    seq: view.seq,
    late: view.late,
    markets: view.markets.map((market) => ({
      market_id: market.marketId,
      type: market.type,
      name: market.name,
      specifier: market.specifier,
      status: market.status,
      outcomes: market.outcomes.map((outcome) => ({
        selection_id: outcome.selectionId,
        outcome_id: outcome.outcomeId,
        name: outcome.name,
        odds: toDecimalOdds(oddsThousandths(outcome.oddsThousandths)),
        price_version: outcome.priceVersion,
        status: outcome.status,
        result: outcome.result,
      })),
    })),
  };
}
