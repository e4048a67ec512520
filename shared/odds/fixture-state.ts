/**
 * What an odds channel knows of its fixture, and how one feed message changes it. Pure: (state, message) -> next state.
 *
 * - `sequence` is the feed's: a message that is not newer changes nothing, so repeats and stragglers are harmless.
 * - `seq` is ours: it grows by one with each change that a client can see, and numbers the deltas.
 * - `resultVersion` grows with each change of results (settlement, correction, rollback, cancel) and orders what bets are told.
 * - A settlement closes its markets until it is rolled back; a cancel without a window ends them for good; a finished or cancelled
 *   fixture has no open market. A cancel with a window leaves a market's status alone: only odds changes define that.
 */
import { assertNever, invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { FeedMarket, FeedMessage } from "../protocol/feed/message.ts";
import type { FixtureStatus } from "../protocol/rpc/odds-channel.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";

export interface OutcomeState {
  readonly outcomeId: string;
  readonly name: string;
  readonly oddsThousandths: number;
  /** Grows by one whenever the odds change. */
  readonly priceVersion: number;
  readonly active: boolean;
  readonly result: SelectionOutcome | null;
}

export type OfferStatus = "active" | "suspended" | "closed";

export interface MarketState {
  readonly marketId: string;
  readonly type: string;
  readonly name: string;
  readonly specifier: string;
  readonly status: OfferStatus | "settled" | "cancelled";
  /** What the status was before the settlement; a rollback puts it back. */
  readonly statusBefore: OfferStatus;
  readonly outcomes: readonly OutcomeState[];
}

/** Bets on these markets that were placed in the window are void; a null bound is open. */
export interface Cancellation {
  readonly marketIds: readonly string[];
  readonly placedFromMs: number | null;
  readonly placedToMs: number | null;
}

export interface FixtureState {
  readonly fixtureId: string;
  readonly sport: string;
  readonly league: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly startsAtMs: number;
  readonly status: FixtureStatus;
  readonly minute: number | null;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  readonly sequence: number;
  readonly seq: number;
  readonly resultVersion: number;
  /** When the feed last spoke of this fixture, by our clock. */
  readonly heardAtMs: number;
  /** True while the feed is silent on a live fixture for too long. */
  readonly late: boolean;
  readonly markets: readonly MarketState[];
  readonly cancellations: readonly Cancellation[];
}

const MARKETS_MAX = 200;
const CANCELLATIONS_MAX = 100;

/**
 * Gives the state after `message`, or null when the message is not newer than what is known. `seq` is left to the caller, who
 * knows what clients see. Refuses `unknown_fixture` for anything but a fixture_change on a fixture never heard of.
 */
export function applyFeedMessage(
  state: FixtureState | null,
  message: FeedMessage,
  nowMs: number,
): Result<FixtureState | null, { readonly reason: "unknown_fixture" }> {
  if (state === null) return message.type === "fixture_change" ? ok(firstState(message, nowMs)) : err({ reason: "unknown_fixture" });
  invariant(state.fixtureId === message.fixtureId, "a message for another fixture");
  if (message.sequence <= state.sequence) return ok(null);
  const heard = { ...state, sequence: message.sequence, heardAtMs: nowMs, late: false };
  return ok(closeWhenOver(changed(heard, message)));
}

function firstState(message: Extract<FeedMessage, { type: "fixture_change" }>, nowMs: number): FixtureState {
  const { fixtureId, sequence, sport, league, homeTeam, awayTeam, startsAtMs, status } = message;
  return {
    ...{ fixtureId, sport, league, homeTeam, awayTeam, startsAtMs, status, sequence },
    ...{ minute: null, homeScore: null, awayScore: null, seq: 0, resultVersion: 0, heardAtMs: nowMs, late: false },
    ...{ markets: [], cancellations: [] },
  };
}

function changed(state: FixtureState, message: FeedMessage): FixtureState {
  switch (message.type) {
    case "fixture_change": {
      const { sport, league, homeTeam, awayTeam, startsAtMs, status } = message;
      return { ...state, sport, league, homeTeam, awayTeam, startsAtMs, status };
    }
    case "odds_change": {
      const { status, minute, homeScore, awayScore } = message;
      return { ...state, status, minute, homeScore, awayScore, markets: withOffers(state.markets, message.markets) };
    }
    case "bet_stop":
      return {
        ...state,
        markets: state.markets.map((market) => (market.status === "active" ? { ...market, status: "suspended" } : market)),
      };
    case "bet_settlement":
      return settled(state, message);
    case "rollback_settlement":
      return rolledBack(state, message.marketIds);
    case "bet_cancel":
      return cancelled(state, message);
    default:
      return assertNever(message, "applyFeedMessage");
  }
}

/** Takes over the offers of the markets in the message; the others stay, and what is settled or cancelled is not for sale. */
function withOffers(markets: readonly MarketState[], offers: readonly FeedMarket[]): readonly MarketState[] {
  const byId = new Map(offers.map((offer) => [offer.marketId, offer]));
  const known = markets.map((market) => {
    const offer = byId.get(market.marketId);
    byId.delete(market.marketId);
    if (offer === undefined || market.status === "settled" || market.status === "cancelled") return market;
    return withOffer(market, offer);
  });
  const added = [...byId.values()].map((offer) => withOffer(null, offer));
  invariant(known.length + added.length <= MARKETS_MAX, "a fixture with too many markets");
  return [...known, ...added];
}

function withOffer(market: MarketState | null, { marketId, type, name, specifier, status, outcomes }: FeedMarket): MarketState {
  const before = new Map(market?.outcomes.map((outcome) => [outcome.outcomeId, outcome]));
  const offered = outcomes.map(({ outcomeId, name: outcomeName, oddsThousandths, active }): OutcomeState => {
    const known = before.get(outcomeId);
    before.delete(outcomeId);
    const priceVersion = known === undefined ? 1 : known.priceVersion + (known.oddsThousandths === oddsThousandths ? 0 : 1);
    return { outcomeId, name: outcomeName, oddsThousandths, priceVersion, active, result: known?.result ?? null };
  });
  // Bets may stand on an outcome that the feed no longer offers: it stays, and takes no more.
  const dropped = [...before.values()].map((outcome) => ({ ...outcome, active: false }));
  return { marketId, type, name, specifier, status, statusBefore: status, outcomes: [...offered, ...dropped] };
}

function settled(state: FixtureState, message: Extract<FeedMessage, { type: "bet_settlement" }>): FixtureState {
  const results = new Map(message.markets.map((market) => [market.marketId, new Map(market.outcomes.map((o) => [o.outcomeId, o.result]))]));
  let differs = false;
  const markets = state.markets.map((market): MarketState => {
    const ofMarket = results.get(market.marketId);
    if (ofMarket === undefined || market.status === "cancelled") return market;
    const outcomes = market.outcomes.map((outcome) => {
      const result = ofMarket.get(outcome.outcomeId) ?? outcome.result;
      differs ||= result !== outcome.result;
      return { ...outcome, result };
    });
    return { ...market, status: "settled", statusBefore: market.status === "settled" ? market.statusBefore : market.status, outcomes };
  });
  const { homeScore, awayScore } = message;
  const score = homeScore === null || awayScore === null ? {} : { homeScore, awayScore };
  return { ...state, ...score, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

function rolledBack(state: FixtureState, marketIds: readonly string[]): FixtureState {
  let differs = false;
  const markets = state.markets.map((market): MarketState => {
    if (market.status !== "settled" || !marketIds.includes(market.marketId)) return market;
    differs = true;
    return { ...market, status: market.statusBefore, outcomes: market.outcomes.map((outcome) => ({ ...outcome, result: null })) };
  });
  return { ...state, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

function cancelled(state: FixtureState, message: Extract<FeedMessage, { type: "bet_cancel" }>): FixtureState {
  const { placedFromMs, placedToMs } = message;
  const marketIds = message.marketIds.filter((id) => state.markets.some((market) => market.marketId === id)).sort();
  const cancellation: Cancellation = { marketIds, placedFromMs, placedToMs };
  const text = JSON.stringify(cancellation);
  if (marketIds.length === 0 || state.cancellations.some((known) => JSON.stringify(known) === text)) return state;
  invariant(state.cancellations.length < CANCELLATIONS_MAX, "a fixture with too many cancellations");
  const whole = placedFromMs === null && placedToMs === null;
  return {
    ...state,
    markets: state.markets.map((market) => (whole && marketIds.includes(market.marketId) ? { ...market, status: "cancelled" } : market)),
    cancellations: [...state.cancellations, cancellation],
    resultVersion: state.resultVersion + 1,
  };
}

function closeWhenOver(state: FixtureState): FixtureState {
  if (state.status !== "finished" && state.status !== "cancelled") return state;
  const markets = state.markets.map(
    (market): MarketState =>
      market.status === "settled" || market.status === "cancelled" ? market : { ...market, status: "closed", statusBefore: "closed" },
  );
  return { ...state, markets };
}

/** The result of one selection for a bet placed at `placedAtMs`: void inside a cancel's window, null while undecided. */
export function resultFor(state: FixtureState, marketId: string, outcomeId: string, placedAtMs: number): SelectionOutcome | null {
  const inWindow = ({ marketIds, placedFromMs, placedToMs }: Cancellation) =>
    marketIds.includes(marketId) && placedAtMs >= (placedFromMs ?? 0) && placedAtMs <= (placedToMs ?? Number.MAX_SAFE_INTEGER);
  if (state.cancellations.some(inWindow)) return "void";
  const market = state.markets.find((candidate) => candidate.marketId === marketId);
  return market?.outcomes.find((outcome) => outcome.outcomeId === outcomeId)?.result ?? null;
}
