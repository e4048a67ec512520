/**
 * The feed messages that bring a listener from one snapshot of a fixture to another. Pure, and complete from nothing: a platform that
 * lost messages, or never heard of the fixture, is brought up to date by the same function.
 */
import { FOOTBALL_MARKETS, type MarketRule, priceMarket, resultsOf } from "../../shared/odds/markets.ts";
import type { FeedMarket, FeedMessage } from "../../shared/protocol/feed/message.ts";
import type { Snapshot } from "./snapshot.ts";

type WithoutHeader<T> = T extends FeedMessage ? Omit<T, "v" | "feed" | "messageId" | "fixtureId" | "sequence" | "producedAtMs"> : never;
/** A message before it is numbered and addressed. */
export type FeedBody = WithoutHeader<FeedMessage>;

const MARGIN_BASIS_POINTS = 500;
const MARKET_IDS = FOOTBALL_MARKETS.map((market) => market.marketId);

/** The markets of a fixture with their prices, as a feed offers them. */
export function marketsOf(snapshot: Snapshot): readonly FeedMarket[] {
  return FOOTBALL_MARKETS.map((rule) => marketOf(rule, snapshot));
}

function marketOf(rule: MarketRule, { score, remaining, prices, status, suspended }: Snapshot): FeedMarket {
  const { marketId, type, name, specifier } = rule;
  const priced = status === "finished" || status === "cancelled" ? null : priceMarket(rule, score, remaining, MARGIN_BASIS_POINTS);
  if (priced === null) {
    const outcomes = rule.outcomes.map((outcome) => ({
      outcomeId: outcome.outcomeId,
      name: outcome.name,
      oddsThousandths: 1_010,
      active: false,
    }));
    return { marketId, type, name, specifier, status: "closed", outcomes };
  }
  const outcomes = priced.map(({ rule: { outcomeId, name: outcomeName }, oddsThousandths, offered }) => {
    const byHand = prices[`${marketId}:${outcomeId}`];
    return { outcomeId, name: outcomeName, oddsThousandths: byHand ?? oddsThousandths, active: offered || byHand !== undefined };
  });
  return { marketId, type, name, specifier, status: suspended ? "suspended" : "active", outcomes };
}

/** The messages from `before` (null: nothing was sent yet) to `after`, in the order in which a feed sends them. */
export function messagesBetween(before: Snapshot | null, after: Snapshot): readonly FeedBody[] {
  if (after.status === "cancelled") return calledOff(before, after);
  const bodies: FeedBody[] = [];
  if (before === null || headOf(before) !== headOf(after)) bodies.push(fixtureChange(after));
  if (before !== null && before.status === "live" && scoreOf(before) !== scoreOf(after)) bodies.push({ type: "bet_stop", reason: "GOAL" });
  else if (before !== null && !before.suspended && after.suspended) bodies.push({ type: "bet_stop", reason: "SUSPENDED" });
  const odds = oddsChange(before, after);
  if (odds !== null) bodies.push(odds);
  const [was, is] = [resultOf(before), resultOf(after)];
  if (is !== null && is !== was) bodies.push(settlement(after));
  if (is === null && was !== null) bodies.push({ type: "rollback_settlement", marketIds: MARKET_IDS });
  return bodies;
}

/** Says that the feed is alive on a live fixture, and changes nothing. */
export function keepAlive(snapshot: Snapshot): FeedBody {
  return { ...oddsHead(snapshot), markets: [] };
}

function headOf({ league, homeTeam, awayTeam, startsAtMs, status }: Snapshot): string {
  return JSON.stringify([league, homeTeam, awayTeam, startsAtMs, status === "cancelled"]);
}

function scoreOf({ score }: Snapshot): string {
  return `${score.home}-${score.away}`;
}

function resultOf(snapshot: Snapshot | null): string | null {
  return snapshot === null || snapshot.result === null ? null : `${snapshot.result.home}-${snapshot.result.away}`;
}

function fixtureChange({ league, homeTeam, awayTeam, startsAtMs, status }: Snapshot): FeedBody {
  return { type: "fixture_change", sport: "football", league, homeTeam, awayTeam, startsAtMs, status };
}

function oddsHead({ status, minute, score }: Snapshot): Omit<Extract<FeedBody, { type: "odds_change" }>, "markets"> {
  const started = status === "live" || status === "finished";
  return {
    ...{ type: "odds_change", status: status === "cancelled" ? "upcoming" : status, minute },
    ...{ homeScore: started ? score.home : null, awayScore: started ? score.away : null },
  };
}

/** The markets that differ and the state of play; null when neither does. */
function oddsChange(before: Snapshot | null, after: Snapshot): FeedBody | null {
  const markets = before === null ? [...marketsOf(after)] : changedMarkets(before, after);
  const head = oddsHead(after);
  if (before !== null && markets.length === 0 && JSON.stringify(oddsHead(before)) === JSON.stringify(head)) return null;
  return { ...head, markets };
}

/** A market that closes keeps its last prices: they are what its bets were about. */
function changedMarkets(before: Snapshot, after: Snapshot): FeedMarket[] {
  const known = new Map(marketsOf(before).map((market) => [market.marketId, market]));
  return marketsOf(after).flatMap((market): FeedMarket[] => {
    const last = known.get(market.marketId);
    if (last === undefined || market.status !== "closed") return JSON.stringify(last) === JSON.stringify(market) ? [] : [market];
    return last.status === "closed" ? [] : [{ ...last, status: "closed" }];
  });
}

/** The bets are void, and the fixture is off; its markets must be known for that. */
function calledOff(before: Snapshot | null, after: Snapshot): readonly FeedBody[] {
  if (before?.status === "cancelled") return [];
  const known = before === null ? messagesBetween(null, { ...after, status: "upcoming", result: null }) : [];
  const cancel: FeedBody = { type: "bet_cancel", marketIds: MARKET_IDS, placedFromMs: null, placedToMs: null, reason: "CANCELLED" };
  return [...known, cancel, fixtureChange(after)];
}

/** Voids the bets of a window, and leaves the fixture as it is. */
export function cancelWindow(placedFromMs: number | null, placedToMs: number | null): FeedBody {
  return { type: "bet_cancel", marketIds: MARKET_IDS, placedFromMs, placedToMs, reason: "PRICE_ERROR" };
}

function settlement({ result, score }: Snapshot): FeedBody {
  const markets = FOOTBALL_MARKETS.map((rule) => ({ marketId: rule.marketId, outcomes: [...resultsOf(rule, result)] }));
  return { type: "bet_settlement", homeScore: score.home, awayScore: score.away, markets };
}
