import { describe, expect, it } from "vitest";
import type { FeedMessage } from "../protocol/feed/message.ts";
import { applyFeedMessage, type FixtureState } from "./fixture-state.ts";
import { fixtureView } from "./fixture-view.ts";
import { priceSelections } from "./offers.ts";
import {
  limitsOf,
  nextPriceExpiryAtMs,
  SETTINGS_MAX,
  settingAt,
  suspensionsOf,
  type TradingSetting,
  traded,
  withExpiredPricesGone,
  withSetting,
} from "./trading.ts";

const NOW = 1_000;
const MATCH = "1x2";

function feed(state: FixtureState | null, sequence: number, more: Record<string, unknown>): FixtureState {
  const message = { v: 1, feed: "replay", messageId: `m${sequence}`, fixtureId: "f", sequence, producedAtMs: sequence, ...more };
  const applied = applyFeedMessage(state, message as unknown as FeedMessage, NOW);
  if (!applied.ok || applied.value === null) throw new Error("not applied");
  return applied.value;
}

function odds(state: FixtureState, sequence: number, prices: readonly number[], status = "active"): FixtureState {
  const outcomes = prices.map((oddsThousandths, index) => ({
    ...{ outcomeId: ["home", "draw", "away"][index] ?? "", name: "x", oddsThousandths, active: true },
  }));
  const market = { marketId: MATCH, type: "1x2", name: "1x2", specifier: "", status, outcomes };
  return feed(state, sequence, {
    ...{ type: "odds_change", status: "upcoming", minute: null, homeScore: null, awayScore: null, markets: [market] },
  });
}

function offered(prices = [2_000, 3_400, 4_000]): FixtureState {
  const named = { sport: "football", league: "L", homeTeam: "A", awayTeam: "B", startsAtMs: 1_000_000, status: "upcoming" };
  return odds(feed(null, 1, { type: "fixture_change", ...named }), 2, prices);
}

function set(state: FixtureState, setting: TradingSetting, nowMs = NOW): FixtureState {
  const done = withSetting(state, setting, nowMs);
  if (!done.ok) throw new Error(done.error.reason);
  return done.value.state;
}

const suspension = (marketId: string | null, outcomeId: string | null, cause: "operator" | "liability" = "operator"): TradingSetting => ({
  ...{ kind: "suspension", cause, marketId, outcomeId, value: { sinceMs: NOW } },
});
const price = (oddsThousandths: number, expiresAtMs = NOW + 60_000): TradingSetting => ({
  ...{ kind: "price", marketId: MATCH, outcomeId: "home", value: { oddsThousandths, expiresAtMs } },
});
const without = (setting: TradingSetting): TradingSetting => ({ ...setting, value: null });

function priceOfHome(state: FixtureState): { readonly oddsThousandths: number; readonly priceVersion: number } | string {
  const wanted = [{ selectionId: "f:1x2:home", seenOddsThousandths: null, seenPriceVersion: null }];
  const priced = priceSelections(state, wanted, "any", NOW, NOW + 1);
  if (!priced.ok) return priced.error.reason;
  const [one] = priced.value;
  return { oddsThousandths: one?.oddsThousandths ?? 0, priceVersion: one?.priceVersion ?? 0 };
}

describe("a suspension", () => {
  it("stops an outcome, a market or the match for bets, and shows it so", () => {
    expect(priceOfHome(offered())).toMatchObject({ oddsThousandths: 2_000 });
    for (const setting of [suspension(MATCH, "home"), suspension(MATCH, null), suspension(null, null)]) {
      expect(priceOfHome(set(offered(), setting))).toBe("market_suspended");
    }
    const view = fixtureView(set(offered(), suspension(MATCH, null)), "KE");
    expect(view.markets[0]).toMatchObject({ status: "suspended" });
    const one = fixtureView(set(offered(), suspension(MATCH, "home")), "KE").markets[0];
    expect(one?.outcomes.map(({ status }) => status)).toEqual(["suspended", "active", "active"]);
    expect(one?.status).toBe("active");
  });

  it("is lifted by the cause that set it and by no other", () => {
    const both = set(set(offered(), suspension(MATCH, null)), suspension(MATCH, null, "liability"));
    expect(suspensionsOf(both.trading, MATCH, "home")).toEqual(["operator", "liability"]);
    const one = set(both, without(suspension(MATCH, null, "liability")));
    expect(priceOfHome(one)).toBe("market_suspended");
    expect(priceOfHome(set(one, without(suspension(MATCH, null))))).toMatchObject({ oddsThousandths: 2_000 });
  });

  it("outlives what the feed says of the market, and opens nothing that the feed has stopped", () => {
    const stopped = set(offered(), suspension(MATCH, null));
    expect(priceOfHome(odds(stopped, 3, [2_100, 3_400, 4_000]))).toBe("market_suspended");
    const closedByFeed = odds(offered(), 3, [2_100, 3_400, 4_000], "suspended");
    expect(priceOfHome(set(set(closedByFeed, suspension(MATCH, null)), without(suspension(MATCH, null))))).toBe("market_suspended");
  });
});

describe("a price of the house", () => {
  it("holds over the feed's until it ends, and no two prices share a version", () => {
    const feeds = offered();
    const own = set(feeds, price(1_900));
    const moved = odds(own, 3, [2_200, 3_400, 4_000]);
    const ended = withExpiredPricesGone(moved, NOW + 60_000);
    if (ended === null) throw new Error("it ends");
    const versions = [feeds, own, moved, ended].map((state) => priceOfHome(state));
    expect(versions.map((each) => (typeof each === "string" ? each : each.oddsThousandths))).toEqual([2_000, 1_900, 1_900, 2_200]);
    expect(new Set(versions.map((each) => (typeof each === "string" ? each : each.priceVersion))).size).toBe(4);
    expect(nextPriceExpiryAtMs(own.trading)).toBe(NOW + 60_000);
    expect(withExpiredPricesGone(moved, NOW + 59_999)).toBeNull();
  });

  it("is refused when its time is over already, and for what the match does not have", () => {
    expect(withSetting(offered(), price(1_900, NOW), NOW)).toEqual({ ok: false, error: { reason: "already_expired" } });
    const nobody: TradingSetting = {
      kind: "price",
      marketId: MATCH,
      outcomeId: "nobody",
      value: { oddsThousandths: 2_000, expiresAtMs: 9_999 },
    };
    expect(withSetting(offered(), nobody, NOW)).toEqual({ ok: false, error: { reason: "unknown_target" } });
    expect(withSetting(offered(), suspension("total=2.5", null), NOW)).toEqual({ ok: false, error: { reason: "unknown_target" } });
    expect(withSetting(offered(), suspension(null, "home"), NOW)).toEqual({ ok: false, error: { reason: "unknown_target" } });
  });
});

describe("a margin of the house", () => {
  it("prices from chances without the feed's margin, down to the ladder", () => {
    // Fair chances of 1/2, 1/4, 1/4 under a book of 1.
    const state = set(offered([2_000, 4_000, 4_000]), { kind: "margin", marketId: null, value: { basisPoints: 1_000 } });
    expect(traded(state).markets[0]?.outcomes.map((each) => each.oddsThousandths)).toEqual([1_810, 3_630, 3_630]);
    const wider = set(state, { kind: "margin", marketId: MATCH, value: { basisPoints: 2_500 } });
    expect(traded(wider).markets[0]?.outcomes.map((each) => each.oddsThousandths)).toEqual([1_600, 3_200, 3_200]);
  });

  it("leaves a price of the house alone, and offers none that returns nearly all", () => {
    const state = set(set(offered([2_000, 4_000, 4_000]), price(1_950)), { kind: "margin", marketId: null, value: { basisPoints: 1_000 } });
    expect(priceOfHome(state)).toMatchObject({ oddsThousandths: 1_950 });
    const none = set(offered([2_000, 4_000, 4_000]), { kind: "margin", marketId: null, value: { basisPoints: 0 } });
    expect(priceOfHome(none)).toBe("market_suspended");
  });
});

describe("limits", () => {
  it("are the market's own before the match's, each by itself", () => {
    const all: TradingSetting = { kind: "limits", marketId: null, value: { outcomeLiabilityMaxMinor: 500, stakeMaxMinor: 50 } };
    const own: TradingSetting = { kind: "limits", marketId: MATCH, value: { outcomeLiabilityMaxMinor: 900, stakeMaxMinor: null } };
    const state = set(set(offered(), all), own);
    expect(limitsOf(state.trading, MATCH)).toEqual({ outcomeLiabilityMaxMinor: 900, stakeMaxMinor: 50 });
    expect(limitsOf(state.trading, "other")).toEqual({ outcomeLiabilityMaxMinor: 500, stakeMaxMinor: 50 });
  });
});

describe("every setting", () => {
  it("says what stood before, so that setting it back undoes it", () => {
    const before = set(offered(), price(1_900));
    const done = withSetting(before, price(1_800), NOW);
    if (!done.ok) throw new Error("refused");
    expect(done.value.change.before).toEqual(price(1_900));
    const undone = set(done.value.state, done.value.change.before);
    expect(settingAt(undone.trading, price(1))).toEqual(price(1_900));
    expect(priceOfHome(undone)).toMatchObject({ oddsThousandths: 1_900 });
  });

  it("is refused when nothing would change, and when a match has too many", () => {
    const state = set(offered(), suspension(MATCH, null));
    const again = { ...suspension(MATCH, null), value: { sinceMs: NOW + 1 } } as TradingSetting;
    expect(withSetting(state, again, NOW)).toEqual({ ok: false, error: { reason: "nothing_to_change" } });
    expect(withSetting(offered(), without(price(1)), NOW)).toEqual({ ok: false, error: { reason: "nothing_to_change" } });
    const settings = Array.from({ length: SETTINGS_MAX }, (_, n) => suspension(`m${n}`, null));
    const full = { ...offered(), trading: { settings, priceRevision: 0 } };
    expect(withSetting(full, suspension(MATCH, null), NOW)).toEqual({ ok: false, error: { reason: "too_many_settings" } });
  });
});
