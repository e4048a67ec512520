/**
 * What a fixture's markets offer: prices, stops, producers that come and go, and the end of the match.
 *
 * A market listed in a message lists all of its outcomes; markets that are not listed stay as they are. What is settled or cancelled is
 * not for sale whatever is offered.
 */
import type { FeedMarket, FeedMessage } from "../protocol/feed/message.ts";
import type { Cancellation, FixtureState, MarketState, OfferStatus, OutcomeState } from "./fixture-state.ts";

/** More markets than any feed lists for a match: what comes beyond is left out. */
export const MARKETS_MAX = 400;

type OddsChange = Extract<FeedMessage, { type: "odds_change" }>;
type BetStop = Extract<FeedMessage, { type: "bet_stop" }>;

/** What holds of a market. */
export function statusOf(market: Pick<MarketState, "offered" | "settlement">, isCancelled: boolean): MarketState["status"] {
  if (isCancelled) return "cancelled";
  return market.settlement !== null ? "settled" : market.offered;
}

/** True when a cancel without a window stands: the market has ended, even if it is offered only now. */
export function isEnded(cancellations: readonly Cancellation[], marketId: string): boolean {
  return cancellations.some((one) => one.isStanding && one.placedFromMs === null && one.placedToMs === null && one.marketId === marketId);
}

/** Takes over the offers of the markets in the message. */
export function withOffers({ markets, cancellations }: FixtureState, message: OddsChange): readonly MarketState[] {
  const byId = new Map(message.markets.map((offer) => [offer.marketId, offer]));
  const known = markets.map((market) => {
    const offer = byId.get(market.marketId);
    byId.delete(market.marketId);
    if (offer === undefined) return market;
    if (leavesToAnother(market, offer, message)) return { ...market, handedOverBy: message.producer ?? null };
    return isTaken(market, message) ? withOffer(market, offer, message, market.status === "cancelled") : market;
  });
  const added = [...byId.values()]
    .filter((offer) => offer.outcomes.length > 0)
    .map((offer) => withOffer(null, offer, message, isEnded(cancellations, offer.marketId)));
  return [...known, ...added].slice(0, Math.max(MARKETS_MAX, markets.length));
}

/** True for a handover of what another producer offers already: late, or told again by a recovery, it takes nothing from the new owner. */
function leavesToAnother(market: MarketState, offer: FeedMarket, { producer }: OddsChange): boolean {
  return offer.handsOver === true && market.producer !== null && market.producer !== producer;
}

/** An offer older than the known one says nothing, nor does one of a producer that has handed the market over. */
function isTaken(market: MarketState, message: OddsChange): boolean {
  const producer = message.producer ?? null;
  return message.producedAtMs >= market.offeredAtMs && (producer === null || producer !== market.handedOverBy);
}

function withOffer(market: MarketState | null, offer: FeedMarket, message: OddsChange, isCancelled: boolean): MarketState {
  const producer = message.producer ?? null;
  const offered: OfferStatus = offer.handsOver === true ? "closed" : offer.status;
  const settlement = market?.settlement ?? null;
  const eachWay = offer.eachWay === undefined ? market?.eachWay : offer.eachWay;
  const next = {
    ...{ marketId: offer.marketId, type: offer.type, name: offer.name, specifier: offer.specifier },
    ...{ offered, producer, offeredAtMs: message.producedAtMs, isStale: false, settlement },
    handedOverBy: offer.handsOver === true ? producer : (market?.handedOverBy ?? null),
    groups: offer.groups ?? market?.groups ?? [],
    cashOut: offer.cashOut ?? "active",
    ...(eachWay === undefined ? {} : { eachWay }),
    resultAtMs: market?.resultAtMs ?? 0,
    // A message may say a market's status alone.
    outcomes: offer.outcomes.length === 0 && market !== null ? market.outcomes : offeredOutcomes(market, offer),
  };
  return { ...next, status: statusOf(next, isCancelled) };
}

function offeredOutcomes(market: MarketState | null, offer: FeedMarket): readonly OutcomeState[] {
  const before = new Map(market?.outcomes.map((outcome) => [outcome.outcomeId, outcome]));
  const offered = offer.outcomes.map(({ outcomeId, name, oddsThousandths, active, probabilities }): OutcomeState => {
    const known = before.get(outcomeId);
    before.delete(outcomeId);
    const priceVersion = known === undefined ? 1 : known.priceVersion + (known.oddsThousandths === oddsThousandths ? 0 : 1);
    return { outcomeId, name, oddsThousandths, priceVersion, active, result: known?.result ?? null, probabilities: probabilities ?? null };
  });
  // Bets may stand on an outcome that the feed no longer offers: it stays, and takes no more.
  const dropped = [...before.values()].map((outcome) => ({ ...outcome, active: false, probabilities: null }));
  return [...offered, ...dropped];
}

/** Suspends, or closes, what is active in the groups that the message names, all of it when it names none. Older offers come too late. */
export function stopped(
  markets: readonly MarketState[],
  { groups, marketStatus = "suspended", producedAtMs }: BetStop,
): readonly MarketState[] {
  const isMeant = (market: MarketState) =>
    groups === undefined || groups.includes("all") || market.groups.some((group) => groups.includes(group));
  return markets.map((market) => {
    if (producedAtMs < market.offeredAtMs || !isMeant(market)) return market;
    const next = { ...market, offered: market.offered === "active" ? marketStatus : market.offered, offeredAtMs: producedAtMs };
    return { ...next, status: statusOf(next, market.status === "cancelled") };
  });
}

/**
 * Notes that a producer went away, or is there again with everything that it missed. What it offers is suspended while it is away; what
 * it has not offered again by its return stays so. An older word than the known one changes nothing: null.
 */
export function withProducer(state: FixtureState, producer: number, isUp: boolean, version: number): FixtureState | null {
  const known = state.producers[producer];
  if (known !== undefined && known.version >= version) return null;
  // Up then and up now, with a word between that did not come through: it was away.
  const wasAway = !isUp || (known?.isUp === true && version > known.version);
  const markets = !wasAway
    ? state.markets
    : state.markets.map((market) => (market.producer === producer && market.offered === "active" ? { ...market, isStale: true } : market));
  return { ...state, producers: { ...state.producers, [producer]: { isUp, version } }, markets };
}

/** Whether bets on a market may be taken now, as far as its producer goes. */
export function isCovered(state: Pick<FixtureState, "producers">, market: MarketState): boolean {
  if (market.producer === null) return true;
  return !market.isStale && state.producers[market.producer]?.isUp !== false;
}

/** A fixture that is over has no open market. */
export function closedForGood(state: FixtureState): FixtureState {
  if (state.status !== "finished" && state.status !== "cancelled" && state.status !== "abandoned") return state;
  const markets = state.markets.map((market): MarketState => {
    if (market.offered === "closed") return market;
    return { ...market, offered: "closed", status: statusOf({ ...market, offered: "closed" }, market.status === "cancelled") };
  });
  return { ...state, markets };
}
