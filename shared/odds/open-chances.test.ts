/** The chances of what a bet still waits for: from the prices and the score of now, or a reason why nothing is said. */
import { describe, expect, it } from "vitest";
import type { FixtureView, MarketView } from "../protocol/rpc/odds-channel.ts";
import type { Builder } from "./bet-builder.ts";
import { jointProbability, statementOf } from "./joint-score.ts";
import { FOOTBALL_MARKETS, priceMarket } from "./markets.ts";
import { openChances } from "./open-chances.ts";

const EXPECTED = { home: 1.5, away: 1.1 };
const MODEL = { homeGoalsPpm: 1_500_000, awayGoalsPpm: 1_100_000 };

/** A match with markets made of the goals that are still expected, at a score. */
function viewOf(changes: Partial<FixtureView> = {}, remaining = EXPECTED): FixtureView {
  const score = { home: changes.homeScore ?? 0, away: changes.awayScore ?? 0 };
  const markets = FOOTBALL_MARKETS.flatMap((rule): MarketView[] => {
    const priced = priceMarket(rule, score, remaining, 500);
    if (priced === null) return [];
    const outcomes = priced.map(({ rule: { outcomeId, name }, oddsThousandths }) => ({
      ...{ selectionId: `fx:${rule.marketId}:${outcomeId}`, outcomeId, name, oddsThousandths, priceVersion: 1 },
      ...{ status: "active" as const, result: null, probabilities: null },
    }));
    return [{ ...rule, status: "active", cashOut: "active", outcomes } as unknown as MarketView];
  });
  return {
    ...{ fixtureId: "fx", country: "KE", sport: "football", league: "L", homeTeam: "A", awayTeam: "B", startsAtMs: 0, status: "upcoming" },
    ...{ minute: null, homeScore: null, awayScore: null, seq: 1, late: false, markets, ...changes },
  };
}

function builder(...ids: readonly string[]): { readonly selectionId: string; readonly builder: Builder } {
  const parts = ids.map((id) => ({ selectionId: `fx:${id}`, marketName: "m", outcomeName: "o", oddsThousandths: 2_000 }));
  return { selectionId: "fx:builder:x", builder: { ...MODEL, parts, marginBasisPoints: 800 } };
}

function withMarket(view: FixtureView, marketId: string, changes: Partial<MarketView>): FixtureView {
  return { ...view, markets: view.markets.map((market) => (market.marketId === marketId ? { ...market, ...changes } : market)) };
}

const chance = (view: FixtureView, selection: Parameters<typeof openChances>[1]) => {
  const chances = openChances(view, selection);
  return chances.ok ? chances.value.winPpm / 1_000_000 : chances.error;
};

describe("a selection's chances", () => {
  const home = { selectionId: "fx:1x2:home" };

  it.each([
    ["no fixture", null, home, "market_closed"],
    ["a late feed", viewOf({ late: true }), home, "feed_late"],
    ["a market that is not there", viewOf(), { selectionId: "fx:1x9:home" }, "market_closed"],
    ["a suspended market", withMarket(viewOf(), "1x2", { status: "suspended" }), home, "market_suspended"],
    ["a market that the feed lets nobody cash out", withMarket(viewOf(), "1x2", { cashOut: "closed" }), home, "market_closed"],
  ] as const)("are not said of %s", (_, view, selection, reason) => {
    expect(openChances(view, selection)).toEqual({ ok: false, error: { state: "SUSPENDED", reason } });
  });

  it("are those of its prices", () => {
    expect(chance(viewOf(), home)).toBeCloseTo(0.46, 1);
  });
});

describe("a builder's chances", () => {
  const both = builder("1x2:home", "total=2.5:over");

  it("are those of all its statements together, before the match", () => {
    const statements = [statementOf("1x2", "home"), statementOf("total=2.5", "over")].filter((each) => each !== null);
    expect(chance(viewOf(), both)).toBeCloseTo(jointProbability(MODEL, statements), 1);
  });

  it("follow the score of a running match", () => {
    const at = (homeScore: number, awayScore: number) =>
      chance(viewOf({ status: "live", homeScore, awayScore }, { home: 0.7, away: 0.5 }), both);
    expect(at(2, 0)).toBeGreaterThan(Number(at(0, 0)));
    expect(at(0, 2)).toBeLessThan(Number(at(0, 0)));
  });

  it("are those of the rest once the score has decided a statement", () => {
    const view = viewOf({ status: "live", homeScore: 1, awayScore: 1 }, { home: 0.8, away: 0.5 });
    const [market] = viewOf().markets.filter(({ marketId }) => marketId === "both_score");
    if (market === undefined) throw new Error("no such market");
    const outcomes = market.outcomes.map((each) => ({
      ...each,
      ...{ status: "closed" as const, result: each.outcomeId === "yes" ? ("won" as const) : ("lost" as const) },
    }));
    const others = view.markets.filter(({ marketId }) => marketId !== "both_score");
    const decided = { ...view, markets: [...others, { ...market, status: "settled" as const, outcomes }] };
    const alone = Number(chance(view, { selectionId: "fx:1x2:home" }));
    expect(Math.abs(Number(chance(decided, builder("1x2:home", "both_score:yes"))) - alone)).toBeLessThan(0.03);
    expect(chance(decided, builder("1x2:home", "both_score:no"))).toBe(0);
  });

  it("are not said while a statement's market is suspended, or of prices that the score contradicts", () => {
    expect(chance(withMarket(viewOf(), "total=2.5", { status: "suspended" }), both)).toEqual({
      state: "SUSPENDED",
      reason: "market_suspended",
    });
    const behind = { ...viewOf(), status: "live" as const, homeScore: 0, awayScore: 3 };
    expect(chance(behind, both)).toEqual({ state: "SUSPENDED", reason: "no_price" });
    expect(chance({ ...viewOf(), status: "live" }, both)).toEqual({ state: "SUSPENDED", reason: "no_price" });
  });

  it("are closed for a statement that became void, and for one that is about something else than the score", () => {
    const [market] = viewOf().markets.filter(({ marketId }) => marketId === "total=2.5");
    const outcomes = market?.outcomes.map((each) => ({ ...each, result: "void" as const })) ?? [];
    const closed = { state: "CLOSED", reason: "not_eligible" };
    expect(chance(withMarket(viewOf(), "total=2.5", { outcomes }), both)).toEqual(closed);
    expect(chance(viewOf(), builder("1x2:home", "corners=9.5:over"))).toEqual(closed);
  });
});
