import { describe, expect, it } from "vitest";
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { RiskRules } from "../tenants/sports/risk.ts";
import { withJumpsChecked, withLiabilityChecked } from "./automatic-suspensions.ts";
import { applyFeedMessage, type FixtureState } from "./fixture-state.ts";
import { fixtureView } from "./fixture-view.ts";
import { withSetting } from "./trading.ts";

const NOW = 1_000;
const RULES: RiskRules = {
  outcomeLiabilityMaxMinor: { upcoming: 1_000, live: 1_000 },
  marketLiabilityMaxMinor: 1_000,
  marketResumeMinor: 900,
  priceJumpBasisPoints: { upcoming: 1_500, live: 10_000 },
};

type More = Partial<Omit<Extract<FeedMessage, { type: "odds_change" }>, "type">>;

function message(sequence: number, prices: readonly number[], more: More = {}, status: "active" | "suspended" = "active"): FeedMessage {
  const outcomes = prices.map((oddsThousandths, index) => ({
    ...{ outcomeId: ["home", "draw", "away"][index] ?? "", name: "x", oddsThousandths, active: true },
  }));
  const market = { marketId: "1x2", type: "1x2", name: "1x2", specifier: "", status, outcomes };
  return {
    ...{ v: 1, feed: "replay", messageId: `m${sequence}`, fixtureId: "f", sequence, producedAtMs: sequence, type: "odds_change" },
    ...{ status: "upcoming", minute: null, homeScore: null, awayScore: null, markets: [market], ...more },
  };
}

function heard(state: FixtureState | null, said: FeedMessage): FixtureState {
  const applied = applyFeedMessage(state, said, NOW);
  if (!applied.ok || applied.value === null) throw new Error("not applied");
  return state === null ? applied.value : withJumpsChecked(state, applied.value, said, RULES, NOW).state;
}

function offered(more: More = {}): FixtureState {
  const header = { v: 1 as const, feed: "replay", messageId: "m1", fixtureId: "f", sequence: 1, producedAtMs: 1 };
  const named = { sport: "football", league: "L", homeTeam: "A", awayTeam: "B", startsAtMs: 1_000_000, status: "upcoming" as const };
  return heard(heard(null, { ...header, type: "fixture_change", ...named }), message(2, [2_000, 3_400, 4_000], more));
}

const statusOf = (state: FixtureState) => fixtureView(state, "KE").markets[0]?.status;
const live = { status: "live" as const, minute: 10, homeScore: 0, awayScore: 0 };

describe("a price that jumps", () => {
  it("stops its market past the limit and not at it, up or down, and the feed's next word on it resumes it", () => {
    const before = offered();
    expect(statusOf(heard(before, message(3, [2_300, 3_400, 4_000])))).toBe("active");
    const up = heard(before, message(3, [2_301, 3_400, 4_000]));
    expect(statusOf(up)).toBe("suspended");
    expect(statusOf(heard(before, message(3, [1_739, 3_400, 4_000])))).toBe("suspended");
    expect(statusOf(heard(up, message(4, [2_310, 3_400, 4_000])))).toBe("active");
    expect(statusOf(heard(up, message(4, [9_000, 3_400, 4_000])))).toBe("suspended");
  });

  it("has further to go in play, where events move prices", () => {
    const before = offered(live);
    expect(statusOf(heard(before, message(3, [4_000, 3_400, 4_000], live)))).toBe("active");
    expect(statusOf(heard(before, message(3, [4_001, 3_400, 4_000], live)))).toBe("suspended");
  });

  it("is expected with a goal, at kick-off, and where the feed itself had stopped the market", () => {
    expect(statusOf(heard(offered(live), message(3, [1_100, 9_000, 30_000], { ...live, homeScore: 1 })))).toBe("active");
    expect(statusOf(heard(offered(), message(3, [1_100, 9_000, 30_000], live)))).toBe("active");
    const stopped = heard(offered(live), message(3, [2_000, 3_400, 4_000], live, "suspended"));
    expect(statusOf(heard(stopped, message(4, [1_100, 9_000, 30_000], live)))).toBe("active");
  });

  it("resumes nothing that an operator stopped", () => {
    const jumped = heard(offered(), message(3, [3_000, 3_400, 4_000]));
    const setting = { kind: "suspension", cause: "operator", marketId: "1x2", outcomeId: null, value: { sinceMs: NOW } } as const;
    const both = withSetting(jumped, setting, NOW);
    const after = heard(both.ok ? both.value.state : jumped, message(4, [3_000, 3_400, 4_000]));
    expect(after.trading.settings).toEqual([setting]);
    expect(statusOf(after)).toBe("suspended");
  });
});

describe("a worst case past its limit", () => {
  const moved = (state: FixtureState, worstBeforeMinor: number, worstAfterMinor: number) =>
    withLiabilityChecked(state, [{ marketId: "1x2", worstBeforeMinor, worstAfterMinor }], RULES, NOW);

  it("stops the market as it crosses, and resumes it when it is well below", () => {
    const before = offered();
    expect(moved(before, 0, 1_000).changes).toEqual([]);
    const { state, changes } = moved(before, 1_000, 1_001);
    expect(statusOf(state)).toBe("suspended");
    expect(changes).toMatchObject([{ before: { value: null }, after: { cause: "liability", value: { sinceMs: NOW } } }]);
    expect(statusOf(moved(state, 1_001, 901).state)).toBe("suspended");
    expect(statusOf(moved(state, 901, 900).state)).toBe("active");
  });

  it("leaves a market open that an operator resumed above it", () => {
    const { state } = moved(offered(), 0, 1_500);
    const resumed = withSetting(state, { kind: "suspension", cause: "liability", marketId: "1x2", outcomeId: null, value: null }, NOW);
    expect(resumed.ok && statusOf(moved(resumed.value.state, 1_500, 1_600).state)).toBe("active");
  });
});
