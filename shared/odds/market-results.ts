/**
 * Results of a fixture's markets: settlements, their rollbacks, cancels of bets placed in a window, and what all of it means for a bet.
 *
 * Of two words on a market the feed's newer one counts, in whatever order they come, so messages that are doubled, swapped or sent again
 * by a recovery end in the same results (betting-rules 2.4). A cancel is about bets, not about the market: with a window it leaves the
 * market alone; without one it ends it.
 */
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import type { Cancellation, FixtureState, MarketState, OutcomeState } from "./fixture-state.ts";
import { handOutcomeOf } from "./hand-results.ts";
import { isEnded, MARKETS_MAX, statusOf } from "./market-offers.ts";

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
    const atMs = isSame ? (market.settlement?.atMs ?? nowMs) : nowMs;
    // All of it undecided yet: it stands as it is offered.
    const settlement = outcomes.every(({ result }) => result === null) ? null : { certainty: surest, atMs };
    differs ||= settlement?.certainty !== market.settlement?.certainty || !sameResults(market.outcomes, outcomes);
    const next = { ...market, outcomes, settlement, resultAtMs: message.producedAtMs };
    return { ...next, status: statusOf(next, isEnded(state.cancellations, market.marketId)) };
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
  const known = outcomes.map((outcome) => ({ ...outcome, result: newestOf(results.get(outcome.outcomeId), outcome.result) }));
  const ids = new Set(outcomes.map(({ outcomeId }) => outcomeId));
  const added = [...results].filter(([outcomeId]) => !ids.has(outcomeId)).map(([outcomeId, result]) => unknownOutcome(outcomeId, result));
  return [...known, ...added];
}

/** What is said now, undecided too; what is not said stays. */
function newestOf(said: SelectionOutcome | null | undefined, known: SelectionOutcome | null): SelectionOutcome | null {
  return said === undefined ? known : said;
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

/**
 * Takes settlements back: the markets stand as they are offered, and wait for a new result. A market never heard of is kept too: the
 * settlement that was taken back may come after this.
 */
export function rolledBack(state: FixtureState, { marketIds, producedAtMs }: Rollback): FixtureState {
  const meant = new Set(marketIds);
  let differs = false;
  const rollBack = (market: MarketState): MarketState => {
    if (producedAtMs < market.resultAtMs) return market;
    differs ||= market.settlement !== null;
    const outcomes = market.outcomes.map((outcome) => ({ ...outcome, result: null }));
    const next = { ...market, outcomes, settlement: null, resultAtMs: producedAtMs };
    return { ...next, status: statusOf(next, isEnded(state.cancellations, market.marketId)) };
  };
  const known = state.markets.map((market) => (meant.delete(market.marketId) ? rollBack(market) : market));
  const added = [...meant].map((marketId) => rollBack(neverOffered(marketId)));
  const markets = [...known, ...added].slice(0, Math.max(MARKETS_MAX, known.length));
  return { ...state, markets, resultVersion: state.resultVersion + (differs ? 1 : 0) };
}

/**
 * Notes a cancel, or that one was taken back: then what was settled before or after it applies again. Each market stands alone: a cancel
 * of two may be taken back for one of them.
 */
export function cancelled(state: FixtureState, message: Cancel): FixtureState {
  const isStanding = message.type === "bet_cancel";
  const { placedFromMs, placedToMs, producedAtMs } = message;
  const cancellations = new Map(state.cancellations.map((one) => [keyOf(one), one]));
  const changed = new Set<string>();
  for (const marketId of message.marketIds) {
    const next: Cancellation = { marketId, placedFromMs, placedToMs, isStanding, producedAtMs };
    const known = cancellations.get(keyOf(next));
    if (known !== undefined && known.producedAtMs >= producedAtMs) continue;
    cancellations.set(keyOf(next), next);
    if (isStanding !== (known?.isStanding ?? false)) changed.add(marketId);
  }
  const all = [...cancellations.values()];
  const markets = state.markets.map(
    (market): MarketState =>
      changed.has(market.marketId) ? { ...market, status: statusOf(market, isEnded(all, market.marketId)) } : market,
  );
  return { ...state, cancellations: all, markets, resultVersion: state.resultVersion + (changed.size > 0 ? 1 : 0) };
}

function keyOf({ marketId, placedFromMs, placedToMs }: Cancellation): string {
  return `${marketId}:${placedFromMs ?? ""}:${placedToMs ?? ""}`;
}

/** True when a selection's result may depend on when its bet was placed. */
export function isAboutPlacing({ cancellations, trading }: FixtureState): boolean {
  return cancellations.length > 0 || trading.settings.some(({ kind }) => kind === "void");
}

/** The result of one selection for a bet placed at `placedAtMs`: an operator's before the feed's, void inside a cancel's window, null while undecided. */
export function resultFor(state: FixtureState, marketId: string, outcomeId: string, placedAtMs: number): SelectionResult | null {
  const byHand = handOutcomeOf(state.trading, marketId, outcomeId, placedAtMs);
  if (byHand !== null) return { outcome: byHand, certainty: 2, atMs: 0 };
  if (state.cancellations.some((one) => isMeant(one, marketId, placedAtMs))) return { outcome: "void", certainty: 2, atMs: 0 };
  const market = state.markets.find((candidate) => candidate.marketId === marketId);
  const outcome = market?.outcomes.find((candidate) => candidate.outcomeId === outcomeId)?.result ?? null;
  return market?.settlement == null || outcome === null ? null : { outcome, ...market.settlement };
}

/** True for a bet that an operator or a cancel of bets of its time says is wrong: of it nothing else that happened in the match counts. */
export function isOverruled(state: FixtureState, marketId: string, outcomeId: string, placedAtMs: number): boolean {
  if (handOutcomeOf(state.trading, marketId, outcomeId, placedAtMs) !== null) return true;
  const isOfSomeBets = ({ placedFromMs, placedToMs }: Cancellation) => placedFromMs !== null || placedToMs !== null;
  return state.cancellations.some((one) => isOfSomeBets(one) && isMeant(one, marketId, placedAtMs));
}

function isMeant({ placedFromMs, placedToMs, isStanding, ...one }: Cancellation, marketId: string, placedAtMs: number): boolean {
  if (!isStanding || one.marketId !== marketId) return false;
  return placedAtMs >= (placedFromMs ?? 0) && placedAtMs <= (placedToMs ?? Number.MAX_SAFE_INTEGER);
}
