/**
 * The difference between two states of a fixture on the wire, as small as it can be said, and the merge that undoes it. For any two
 * states, merging the delta into the first gives the second.
 */
import type { FixtureWire, MarketWire, OutcomeWire } from "../protocol/http/fixtures.ts";
import type { FixtureDelta, MarketDelta, OutcomeDelta } from "../protocol/ws/odds.ts";

/** Says what changed from `before` to `after`; null when a client would see no difference (a `seq` alone is none). */
export function fixtureDelta(before: FixtureWire, after: FixtureWire): FixtureDelta | null {
  const head = changedMembers(before, after, ["markets", "seq"]);
  const known = new Map(before.markets.map((market) => [market.market_id, market]));
  const markets = after.markets.flatMap((market): MarketDelta[] => {
    const delta = marketDelta(known.get(market.market_id), market);
    return delta === null ? [] : [delta];
  });
  if (Object.keys(head).length === 0 && markets.length === 0) return null;
  return { fixture_id: after.fixture_id, seq: after.seq, ...head, ...(markets.length > 0 ? { markets } : {}) };
}

function marketDelta(before: MarketWire | undefined, after: MarketWire): MarketDelta | null {
  if (before === undefined) return after;
  const head = changedMembers(before, after, ["outcomes"]);
  const known = new Map(before.outcomes.map((outcome) => [outcome.outcome_id, outcome]));
  const outcomes = after.outcomes.flatMap((outcome): OutcomeDelta[] => {
    const knownOutcome = known.get(outcome.outcome_id);
    const changes = knownOutcome === undefined ? outcome : changedMembers(knownOutcome, outcome, []);
    return Object.keys(changes).length === 0 ? [] : [{ outcome_id: outcome.outcome_id, ...changes }];
  });
  if (Object.keys(head).length === 0 && outcomes.length === 0) return null;
  return { market_id: after.market_id, ...head, ...(outcomes.length > 0 ? { outcomes } : {}) };
}

/** The members of `after` that differ; for flat members, so strict equality is the whole comparison. */
function changedMembers<T extends object>(before: T, after: T, except: readonly (keyof T)[]): Partial<T> {
  const changes: Partial<T> = {};
  for (const name of Object.keys(after) as (keyof T)[]) {
    if (!except.includes(name) && before[name] !== after[name]) changes[name] = after[name];
  }
  return changes;
}

/** Merges a delta; members that are absent stay, markets and outcomes that are new are added at the end. */
export function applyFixtureDelta(fixture: FixtureWire, delta: FixtureDelta): FixtureWire {
  const { markets = [], ...head } = delta;
  return { ...fixture, ...(head as Partial<FixtureWire>), markets: mergeById(fixture.markets, markets, "market_id", applyMarketDelta) };
}

function applyMarketDelta(market: MarketWire, delta: MarketDelta): MarketWire {
  const { outcomes = [], ...head } = delta;
  return {
    ...market,
    ...(head as Partial<MarketWire>),
    outcomes: mergeById(market.outcomes, outcomes, "outcome_id", (outcome, change) => ({
      ...outcome,
      ...(change as Partial<OutcomeWire>),
    })),
  };
}

/** Unknown members arrive whole (ws/odds.ts), which is what makes the cast true. */
function mergeById<T extends object, D extends object>(
  known: readonly T[],
  deltas: readonly D[],
  id: keyof T & keyof D,
  merge: (item: T, delta: D) => T,
): T[] {
  const byId = new Map(deltas.map((delta): [unknown, D] => [delta[id], delta]));
  const merged = known.map((item) => {
    const delta = byId.get(item[id]);
    byId.delete(item[id]);
    return delta === undefined ? item : merge(item, delta);
  });
  return [...merged, ...([...byId.values()] as unknown as T[])];
}
