/**
 * Pricing a slip's selections of one fixture: which price holds now, and whether the player's odds policy takes it.
 *
 * The server's price is the only price; what the player saw decides no more than whether to ask again. Refusals come in the order of
 * `ReserveRefusal`, each naming every selection it is about.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import type { OddsPolicy, ReserveRefusal, WantedSelection } from "../protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../protocol/rpc/wallet.ts";
import { LATE_AFTER_MS } from "../protocol/ws/odds.ts";
import { type FixtureState, isMonitored, type MarketState, type OutcomeState } from "./fixture-state.ts";
import { offerStatus, shownName } from "./fixture-view.ts";
import { type PlaceRules, placeTermsOf } from "./place-offers.ts";
import { parseSelectionId } from "./selection-id.ts";
import { traded } from "./trading.ts";

interface Offer {
  readonly wanted: WantedSelection;
  readonly market: MarketState;
  readonly outcome: OutcomeState;
}

type Change = Extract<ReserveRefusal, { reason: "odds_changed" }>["changes"][number];

/** What each policy accepts; `none` asks for exactly the price that was seen, so it refuses a player who names none. */
const ACCEPTS: Readonly<Record<OddsPolicy, (wanted: WantedSelection, outcome: OutcomeState) => boolean>> = {
  none: (wanted, outcome) => sawThis(wanted, outcome),
  higher: (wanted, outcome) =>
    sawThis(wanted, outcome) || (wanted.seenOddsThousandths !== null && outcome.oddsThousandths >= wanted.seenOddsThousandths),
  any: () => true,
};

function sawThis(wanted: WantedSelection, outcome: OutcomeState): boolean {
  return wanted.seenPriceVersion === outcome.priceVersion || wanted.seenOddsThousandths === outcome.oddsThousandths;
}

/**
 * Prices selections at `nowMs` and holds the price until `reservedUntilMs`. Refuses `unknown_selection`, `market_closed`,
 * `market_suspended` (also while the feed is late, or a kick-off has passed unreported), `odds_changed` by the policy. With `places` each
 * selection has its place terms, where its market has any.
 */
export function priceSelections(
  fed: FixtureState,
  wanted: readonly WantedSelection[],
  policy: OddsPolicy,
  nowMs: number,
  reservedUntilMs: number,
  places: PlaceRules | null = null,
): Result<readonly AcceptedSelection[], ReserveRefusal> {
  const state = traded(fed);
  const found = wanted.map((selection) => offerOf(state, selection));
  const offers = found.filter((offer) => offer !== null);
  if (offers.length < wanted.length) {
    return err({ reason: "unknown_selection", selectionIds: wanted.filter((_, i) => found[i] === null).map((s) => s.selectionId) });
  }
  const closed = offers.filter((offer) => offerStatus(state, offer.market, offer.outcome) === "closed");
  if (closed.length > 0) return err({ reason: "market_closed", selectionIds: idsOf(closed) });
  const suspended = isBlind(state, nowMs)
    ? offers
    : offers.filter((offer) => offerStatus(state, offer.market, offer.outcome) === "suspended");
  if (suspended.length > 0) return err({ reason: "market_suspended", selectionIds: idsOf(suspended) });
  const changes = offers.filter((offer) => !ACCEPTS[policy](offer.wanted, offer.outcome)).map(changeOf);
  if (changes.length > 0) return err({ reason: "odds_changed", changes });
  return ok(
    offers.map((offer) => {
      const { marketId } = offer.market;
      // Runners are counted as the feed has them: what the house stops for a while runs all the same.
      const place = places === null ? null : placeTermsOf(fed, { marketId, outcomeId: offer.outcome.outcomeId }, places);
      return { ...accepted(state, offer, reservedUntilMs), ...(place === null ? {} : { place }) };
    }),
  );
}

function offerOf(state: FixtureState, wanted: WantedSelection): Offer | null {
  const parts = parseSelectionId(wanted.selectionId);
  if (parts?.fixtureId !== state.fixtureId) return null;
  const market = state.markets.find((candidate) => candidate.marketId === parts.marketId);
  const outcome = market?.outcomes.find((candidate) => candidate.outcomeId === parts.outcomeId);
  return market === undefined || outcome === undefined ? null : { wanted, market, outcome };
}

/** A feed that says itself whether it is there may be silent about one match for longer. */
const MONITORED_LATE_AFTER_MS = 120_000;

/** For how long the feed may be silent on a live fixture before its prices count as late, milliseconds. */
export function lateAfterMs(state: FixtureState): number {
  return isMonitored(state) ? MONITORED_LATE_AFTER_MS : LATE_AFTER_MS;
}

/** True when prices may be behind the match: the feed is silent on a live fixture, or has not said that a started one began. */
function isBlind(state: FixtureState, nowMs: number): boolean {
  if (state.status === "live") return nowMs - state.heardAtMs > lateAfterMs(state);
  if (state.status === "interrupted" || state.status === "postponed") return true;
  return state.status === "upcoming" && nowMs >= state.startsAtMs;
}

function idsOf(offers: readonly Offer[]): readonly string[] {
  return offers.map((offer) => offer.wanted.selectionId);
}

function changeOf({ wanted, outcome }: Offer): Change {
  return {
    selectionId: wanted.selectionId,
    oldOddsThousandths: wanted.seenOddsThousandths,
    newOddsThousandths: outcome.oddsThousandths,
    priceVersion: outcome.priceVersion,
  };
}

function accepted(state: FixtureState, { wanted, market, outcome }: Offer, reservedUntilMs: number): AcceptedSelection {
  return {
    selectionId: wanted.selectionId,
    fixtureId: state.fixtureId,
    marketId: market.marketId,
    fixtureName: `${state.homeTeam} v ${state.awayTeam}`,
    marketName: market.name,
    outcomeName: shownName(state, outcome.name),
    oddsThousandths: outcome.oddsThousandths,
    priceVersion: outcome.priceVersion,
    reservedUntilMs,
    isLive: state.status === "live",
    sport: state.sport,
    scoreVersion: state.scoreVersion,
    probabilityPpm: outcome.probabilities?.winPpm ?? null,
  };
}
