/**
 * Results of a fixture's markets: settlements, their rollbacks, cancels of bets placed in a window, and what all of it means for a bet.
 *
 * Of two words on a market the feed's newer one counts, in whatever order they come, so messages that are doubled, swapped or sent again
 * by a recovery end in the same results (betting-rules 2.4). A cancel is about bets, not about the market: with a window it leaves the
 * market alone; without one it ends it.
 */
import { invariant } from "../kernel/invariant.ts";
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import type { Cancellation, FixtureState, MarketState, OutcomeState } from "./fixture-state.ts";
import { MARKETS_MAX, statusOf } from "./market-offers.ts";

const CANCELLATIONS_MAX = 100;

type Settlement = Extract<FeedMessage, { type: "bet_settlement" }>;
type Rollback = Extract<FeedMessage, { type: "rollback_settlement" }>;
type Cancel = Extract<FeedMessage, { type: "bet_cancel" | "rollback_cancel" }>;

/** What holds for one selection of a bet. */
export interface SelectionResult {
  readonly outcome: SelectionOutcome;
  /** 1 may still change; 2 is confirmed. */
  readonly certainty: 1 | 2;
  readonly atMs: number;
}

/** Takes over a settlement. A market that was never offered is kept with its results: bets may come from another time. */
export function settled(state: FixtureState, message: Settlement, nowMs: number): FixtureState {
  const results = new Map(message.markets.map((market) => [market.marketId, new Map(market.outcomes.map((o) => [o.outcomeId, o.result]))]));
  const certainty = message.certainty ?? 2;
  let differs = false;
  const settle = (market: MarketState, ofMarket: ReadonlyMap<string, SelectionOutcome | null>): MarketState => {
    if (isOlder(market, message.producedAtMs, certainty)) return market;
    const outcomes = withResults(market.outcomes, ofMarket);
    const isSame = market.settlement !== null && sameResults(market.outcomes, outcomes);
    const surest = isSame && market.settlement?.certainty === 2 ? 2 : certainty;
    differs ||= !isSame || surest !== market.settlement?.certainty;
    const atMs = isSame ? (market.settlement?.atMs ?? nowMs) : nowMs;
    const next = { ...market, outcomes, settlement: { certainty: surest, atMs }, resultAtMs: message.producedAtMs } as const;
    return { ...next, status: statusOf(next, market.status === "cancelled") };
  };
  const known = state.markets.map((market) => {
    const ofMarket = results.get(market.marketId);
    results.delete(market.marketId);
    return ofMarket === undefined ? market : settle(market, ofMarket);
  });
  const added = [...results].map(([marketId, ofMarket]) => settle(neverOffered(marketId), ofMarket));
  const markets = [...known, ...added].slice(0, Math.max(MARKETS_MAX, known.length));
  return { ...state, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

/** Of the same instant the surer word counts, and of equally sure ones the later. */
function isOlder(market: MarketState, producedAtMs: number, certainty: 1 | 2): boolean {
  if (producedAtMs !== market.resultAtMs) return producedAtMs < market.resultAtMs;
  return market.settlement !== null && certainty < market.settlement.certainty;
}

function withResults(outcomes: readonly OutcomeState[], results: ReadonlyMap<string, SelectionOutcome | null>): readonly OutcomeState[] {
  const known = outcomes.map((outcome) => ({ ...outcome, result: results.get(outcome.outcomeId) ?? outcome.result }));
  const ids = new Set(outcomes.map(({ outcomeId }) => outcomeId));
  const added = [...results].filter(([outcomeId]) => !ids.has(outcomeId)).map(([outcomeId, result]) => unknownOutcome(outcomeId, result));
  return [...known, ...added];
}

function sameResults(before: readonly OutcomeState[], after: readonly OutcomeState[]): boolean {
  return before.length === after.length && before.every((outcome, index) => outcome.result === after[index]?.result);
}

function neverOffered(marketId: string): MarketState {
  return {
    ...{ marketId, type: "unknown", name: marketId, specifier: "", offered: "closed", status: "closed" },
    ...{ producer: null, handedOverBy: null, offeredAtMs: 0, isStale: false, groups: [], cashOut: "closed" },
    ...{ settlement: null, resultAtMs: -1, outcomes: [] },
  };
}

function unknownOutcome(outcomeId: string, result: SelectionOutcome | null): OutcomeState {
  return { outcomeId, name: outcomeId, oddsThousandths: 1_001, priceVersion: 0, active: false, result, probabilities: null };
}

/** Takes settlements back: the markets stand as they are offered, and wait for a new result. */
export function rolledBack(state: FixtureState, { marketIds, producedAtMs }: Rollback): FixtureState {
  let differs = false;
  const markets = state.markets.map((market): MarketState => {
    if (!marketIds.includes(market.marketId) || producedAtMs < market.resultAtMs) return market;
    differs ||= market.settlement !== null;
    const outcomes = market.outcomes.map((outcome) => ({ ...outcome, result: null }));
    const next = { ...market, outcomes, settlement: null, resultAtMs: producedAtMs };
    return { ...next, status: statusOf(next, market.status === "cancelled") };
  });
  return { ...state, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

/** Notes a cancel, or that one was taken back: then what was settled before or after it applies again. */
export function cancelled(state: FixtureState, message: Cancel): FixtureState {
  const { placedFromMs, placedToMs, producedAtMs } = message;
  const marketIds = [...new Set(message.marketIds)].sort();
  if (marketIds.length === 0) return state;
  const isSame = (one: Cancellation) =>
    one.placedFromMs === placedFromMs && one.placedToMs === placedToMs && one.marketIds.join() === marketIds.join();
  const known = state.cancellations.find(isSame);
  if (known !== undefined && known.producedAtMs >= producedAtMs) return state;
  const isStanding = message.type === "bet_cancel";
  const others = state.cancellations.filter((one) => !isSame(one));
  invariant(others.length < CANCELLATIONS_MAX, "a fixture with too many cancellations");
  const cancellations = [...others, { marketIds, placedFromMs, placedToMs, isStanding, producedAtMs }];
  const differs = isStanding !== (known?.isStanding ?? false);
  const markets = state.markets.map(
    (market): MarketState => ({ ...market, status: statusOf(market, isEnded(cancellations, market.marketId)) }),
  );
  return { ...state, cancellations, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

/** True when a cancel without a window stands. */
function isEnded(cancellations: readonly Cancellation[], marketId: string): boolean {
  return cancellations.some(
    (one) => one.isStanding && one.placedFromMs === null && one.placedToMs === null && one.marketIds.includes(marketId),
  );
}

/** The result of one selection for a bet placed at `placedAtMs`: void inside a cancel's window, null while undecided. */
export function resultFor(state: FixtureState, marketId: string, outcomeId: string, placedAtMs: number): SelectionResult | null {
  const inWindow = ({ marketIds, placedFromMs, placedToMs, isStanding }: Cancellation) =>
    isStanding &&
    marketIds.includes(marketId) &&
    placedAtMs >= (placedFromMs ?? 0) &&
    placedAtMs <= (placedToMs ?? Number.MAX_SAFE_INTEGER);
  if (state.cancellations.some(inWindow)) return { outcome: "void", certainty: 2, atMs: 0 };
  const market = state.markets.find((candidate) => candidate.marketId === marketId);
  const outcome = market?.outcomes.find((candidate) => candidate.outcomeId === outcomeId)?.result ?? null;
  return market?.settlement == null || outcome === null ? null : { outcome, ...market.settlement };
}
