import { describe, expect, it } from "vitest";
import type { FeedMarket, FeedMessage } from "../protocol/feed/message.ts";
import type { FixtureWire } from "../protocol/http/fixtures.ts";
import type { DeltaFrame, ImageFrame } from "../protocol/ws/odds.ts";
import { applyFixtureDelta, fixtureDelta } from "./fixture-delta.ts";
import { applyFeedMessage, type FixtureState } from "./fixture-state.ts";
import { fixtureView, fixtureWire } from "./fixture-view.ts";
import { applyOddsFrame, type OddsSubscription } from "./subscription.ts";

const market = (marketId: string, odds: readonly number[], status: FeedMarket["status"] = "active"): FeedMarket => ({
  ...{ marketId, type: "total", name: marketId, specifier: "", status },
  outcomes: odds.map((oddsThousandths, i) => ({ outcomeId: `o${i}`, name: `Outcome ${i}`, oddsThousandths, active: true })),
});

/** A fixture's life in messages: every kind of change that a client can see. */
function states(): readonly FixtureWire[] {
  const header = { v: 1, feed: "f", messageId: "m", fixtureId: "fx_1", producedAtMs: 0 } as const;
  const change = { sport: "football", league: "L", homeTeam: "A", awayTeam: "B", startsAtMs: 1_000, status: "upcoming" } as const;
  const live = { type: "odds_change", status: "live", minute: 3, homeScore: 0, awayScore: 1 } as const;
  const settled = { marketId: "a", outcomes: [{ outcomeId: "o0", result: "won" as const }] };
  const bodies = [
    { type: "fixture_change", ...change },
    { type: "odds_change", status: "upcoming", minute: null, homeScore: null, awayScore: null, markets: [market("a", [2000, 3000])] },
    { ...live, markets: [market("a", [2100, 3000]), market("b", [1500, 2500])] },
    { type: "bet_stop", reason: "GOAL" },
    { ...live, minute: 4, markets: [market("a", [2100, 3000, 9000], "suspended"), market("b", [1400, 2500])] },
    { type: "fixture_change", ...change, homeTeam: "Aa", status: "finished" },
    { type: "bet_settlement", homeScore: 0, awayScore: 2, markets: [settled] },
    { type: "rollback_settlement", marketIds: ["a"] },
    { type: "bet_cancel", marketIds: ["a", "b"], placedFromMs: null, placedToMs: null, reason: "R" },
  ];
  const wires: FixtureWire[] = [];
  let state: FixtureState | null = null;
  bodies.forEach((body, i) => {
    const applied = applyFeedMessage(state, { ...header, sequence: i + 1, ...body } as FeedMessage, 0);
    if (!applied.ok || applied.value === null) throw new Error("not applied");
    state = { ...applied.value, seq: i + 1 };
    wires.push(fixtureWire(fixtureView(state, "KE")));
  });
  return wires;
}

describe("a fixture's delta", () => {
  it("merged into any earlier state gives the later one, and is null only between equal ones", () => {
    const all = states();
    for (const before of all) {
      for (const after of all.slice(all.indexOf(before))) {
        const delta = fixtureDelta(before, after);
        if (before === after) expect(delta).toBeNull();
        else expect(applyFixtureDelta(before, delta ?? { fixture_id: "none" })).toEqual(after);
      }
    }
  });

  it("says no more than what changed", () => {
    const [, , , stopped, next] = states();
    if (stopped === undefined || next === undefined) throw new Error("too few states");
    expect(fixtureDelta(stopped, next)).toEqual({
      ...{ fixture_id: "fx_1", seq: 5, minute: 4 },
      markets: [
        { market_id: "a", outcomes: [next.markets[0]?.outcomes[2]] },
        {
          ...{ market_id: "b", status: "active" },
          outcomes: [
            { outcome_id: "o0", odds: 1.4, price_version: 2, status: "active" },
            { outcome_id: "o1", status: "active" },
          ],
        },
      ],
    });
  });
});

describe("a subscription", () => {
  const [first, second] = states();
  if (first === undefined || second === undefined) throw new Error("too few states");
  const stamp = (seq: number) => ({ seq, published_at: "", late: false });
  const image: ImageFrame = { type: "img", channel: "live", ...stamp(7), fixtures: [first] };
  const delta = (seq: number, body: Partial<DeltaFrame>): DeltaFrame => ({ type: "delta", ...stamp(seq), ...body });
  const known = applyOddsFrame(null, image) as OddsSubscription;

  it("starts with an image and goes on by deltas in order", () => {
    expect(applyOddsFrame(null, delta(8, {}))).toBe("gap");
    const change = fixtureDelta(first, second);
    if (change === null) throw new Error("no change");
    const next = applyOddsFrame(known, delta(8, { changed: [change], added: [{ ...first, fixture_id: "fx_2" }] })) as OddsSubscription;
    expect([...next.fixtures.values()]).toEqual([second, { ...first, fixture_id: "fx_2" }]);
    const last = applyOddsFrame(next, delta(9, { removed: ["fx_1"] })) as OddsSubscription;
    expect([...last.fixtures.keys()]).toEqual(["fx_2"]);
  });

  it("sees a missing frame, keeps what it has, and takes no frame twice", () => {
    expect(applyOddsFrame(known, delta(9, {}))).toBe("gap");
    expect(applyOddsFrame(known, delta(8, { changed: [{ fixture_id: "fx_unknown", minute: 3 }] }))).toBe("gap");
    expect(applyOddsFrame(known, delta(7, { removed: ["fx_1"] }))).toBe(known);
    expect(applyOddsFrame(known, { type: "state", ...stamp(6) })).toBe("gap");
    expect(applyOddsFrame(known, { type: "state", ...stamp(7), late: true })).toEqual({ ...known, late: true });
  });
});
