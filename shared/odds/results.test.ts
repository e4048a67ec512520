/** Results in any order: what the feed said last counts, however its messages arrive. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedMessage } from "../protocol/feed/message.ts";
import { sportsRulesOf } from "../tenants/sports/index.ts";
import { applyFeedMessage, CANCELLATIONS_MAX, type FixtureState } from "./fixture-state.ts";
import { withProducer } from "./market-offers.ts";
import { resultFor } from "./market-results.ts";
import { priceSelections } from "./offers.ts";
import { unplayedVoidAtMs, withUnplayedVoid } from "./unplayed.ts";

type Body = FeedMessage extends infer M
  ? M extends FeedMessage
    ? Omit<M, "v" | "feed" | "messageId" | "fixtureId" | "sequence">
    : never
  : never;

const START: Body = {
  type: "fixture_change",
  producedAtMs: 1,
  sport: "football",
  league: "L",
  homeTeam: "A",
  awayTeam: "B",
  startsAtMs: 1_000_000,
  status: "upcoming",
};
const offer = (marketId: string, odds: readonly number[], more = {}) => ({
  ...{ marketId, type: "x", name: marketId, specifier: "", status: "active" as const },
  outcomes: odds.map((oddsThousandths, index) => ({ outcomeId: `o${index}`, name: `O${index}`, oddsThousandths, active: true })),
  ...more,
});
const odds = (atMs: number, markets: readonly ReturnType<typeof offer>[], more = {}): Body => ({
  ...{ type: "odds_change", producedAtMs: atMs, status: "upcoming", minute: null, homeScore: null, awayScore: null, markets: [...markets] },
  ...more,
});
const settlement = (atMs: number, certainty: 1 | 2, winner: number, marketId = "m"): Body => ({
  ...{ type: "bet_settlement", producedAtMs: atMs, certainty, homeScore: null, awayScore: null },
  markets: [
    {
      marketId,
      outcomes: [0, 1].map((index) => ({ outcomeId: `o${index}`, result: index === winner ? ("won" as const) : ("lost" as const) })),
    },
  ],
});
const rollback = (atMs: number): Body => ({ type: "rollback_settlement", producedAtMs: atMs, marketIds: ["m"] });
const cancel = (atMs: number, from: number | null, to: number | null): Body => ({
  type: "bet_cancel",
  producedAtMs: atMs,
  marketIds: ["m"],
  placedFromMs: from,
  placedToMs: to,
  reason: "",
});
const uncancel = (atMs: number, from: number | null, to: number | null): Body => ({
  type: "rollback_cancel",
  producedAtMs: atMs,
  marketIds: ["m"],
  placedFromMs: from,
  placedToMs: to,
});

function play(bodies: readonly Body[], nowMs = 500, from: FixtureState | null = null): FixtureState {
  let state = from;
  const first = from === null ? 1 : 1_000;
  for (const [index, body] of (from === null ? [START, ...bodies] : bodies).entries()) {
    const message = { v: 1, feed: "f", messageId: `m${first + index}`, fixtureId: "fx", sequence: first + index, ...body } as FeedMessage;
    const applied = applyFeedMessage(state, message, nowMs);
    if (applied.ok && applied.value !== null) state = applied.value;
  }
  if (state === null) throw new Error("no fixture");
  return state;
}

const PLACED = [10, 20, 30] as const;
const outcomes = (state: FixtureState) =>
  PLACED.map((placedAtMs) => [0, 1].map((index) => resultFor(state, "m", `o${index}`, placedAtMs)?.outcome ?? null));

describe("results", () => {
  it("end the same in whatever order, and however often, the feed's messages come", () => {
    const event = fc.oneof(
      fc.record({ certainty: fc.constantFrom<1 | 2>(1, 2), winner: fc.nat({ max: 1 }) }).map(
        ({ certainty, winner }) =>
          (atMs: number) =>
            settlement(atMs, certainty, winner),
      ),
      fc.constant(rollback),
      fc.constantFrom<readonly [number | null, number | null]>([15, 25], [null, 15], [25, null], [null, null]).map(
        ([from, to]) =>
          (atMs: number) =>
            cancel(atMs, from, to),
      ),
      fc.constantFrom<readonly [number | null, number | null]>([15, 25], [null, 15], [25, null], [null, null]).map(
        ([from, to]) =>
          (atMs: number) =>
            uncancel(atMs, from, to),
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat({ max: 1_000 })), (events, chance) => {
        const bodies = events.map((make, index) => make(100 + index));
        const shuffled = [...bodies, ...bodies].map((body) => ({ body, at: chance.next().value as number })).sort((a, b) => a.at - b.at);
        const before = odds(50, [offer("m", [2_000, 2_000])]);
        const inOrder = play([before, ...bodies]);
        const mixed = play([before, ...shuffled.map(({ body }) => body)]);
        expect(outcomes(mixed)).toEqual(outcomes(inOrder));
        expect(mixed.markets[0]?.status).toBe(inOrder.markets[0]?.status);
      }),
    );
  });

  it("of a market that was never offered are kept, and a confirmed one is surer than a live one", () => {
    const state = play([settlement(100, 1, 0)]);
    expect(resultFor(state, "m", "o0", 10)).toMatchObject({ outcome: "won", certainty: 1 });
    const confirmed = play([settlement(100, 1, 0), settlement(200, 2, 0)]);
    expect(resultFor(confirmed, "m", "o0", 10)).toMatchObject({ outcome: "won", certainty: 2 });
    expect(confirmed.resultVersion).toBe(2);
  });

  it("of a market that was never offered end the same too, taken back before they are told or after", () => {
    for (const bodies of [
      [settlement(100, 2, 0), rollback(110)],
      [rollback(110), settlement(100, 2, 0)],
    ])
      expect(resultFor(play(bodies), "m", "o0", 10)).toBeNull();
  });

  it("that are undecided again keep the bets waiting and the market as it is offered", () => {
    const undecided = settlement(110, 2, 0);
    if (undecided.type !== "bet_settlement") throw new Error("no settlement");
    const open = {
      ...undecided,
      markets: [{ marketId: "m", outcomes: [0, 1].map((index) => ({ outcomeId: `o${index}`, result: null })) }],
    };
    const state = play([odds(50, [offer("m", [2_000, 2_000])]), settlement(100, 1, 0), open]);
    expect(outcomes(state)[0]).toEqual([null, null]);
    expect(state.markets[0]?.status).toBe("active");
  });

  it("of a cancel of two markets may come back for one of them", () => {
    const both: Body = { type: "bet_cancel", producedAtMs: 110, marketIds: ["m", "n"], placedFromMs: null, placedToMs: null, reason: "" };
    const state = play([settlement(100, 2, 0), settlement(100, 2, 0, "n"), both, uncancel(120, null, null)]);
    expect([resultFor(state, "m", "o0", 10)?.outcome, resultFor(state, "n", "o0", 10)?.outcome]).toEqual(["won", "void"]);
  });

  it("refuse more cancels than a match can have, and change nothing by it", () => {
    const windows = (from: number) =>
      Array.from({ length: 6 }, (_, index): Body => {
        const marketIds = Array.from({ length: 400 }, (_, market) => `m${market}`);
        return { type: "bet_cancel", producedAtMs: 100, marketIds, placedFromMs: from + index, placedToMs: null, reason: "" };
      });
    expect(play(windows(1)).cancellations.length).toBe(CANCELLATIONS_MAX);
  });

  it("of a cancel with a window leave the market and the bets outside alone", () => {
    const state = play([odds(50, [offer("m", [2_000, 2_000])]), settlement(100, 2, 0), cancel(110, 15, 25)]);
    expect(outcomes(state)).toEqual([
      ["won", "lost"],
      ["void", "void"],
      ["won", "lost"],
    ]);
    expect(state.markets[0]?.status).toBe("settled");
  });
});

describe("offers", () => {
  it("that are older than the known ones change nothing, as when a recovery sends them again", () => {
    const state = play([odds(50, [offer("m", [2_000, 2_000])]), odds(40, [offer("m", [9_000, 1_050])])]);
    expect(state.markets[0]?.outcomes[0]).toMatchObject({ oddsThousandths: 2_000, priceVersion: 1 });
  });

  it("of a producer that handed a market over are not taken, those of the new one are", () => {
    const bodies = [
      odds(50, [offer("m", [2_000, 2_000])], { producer: 3 }),
      odds(60, [offer("m", [], { handsOver: true })], { producer: 3 }),
      odds(70, [offer("m", [5_000, 1_100])], { producer: 3 }),
    ];
    expect(play(bodies).markets[0]).toMatchObject({ status: "closed", outcomes: [{ oddsThousandths: 2_000 }, {}] });
    expect(play([...bodies, odds(80, [offer("m", [2_100, 1_900])], { producer: 1 })]).markets[0]).toMatchObject({
      status: "active",
      producer: 1,
    });
  });

  it("of the new owner stand when the old one says again, later, that it handed over, or offers on", () => {
    const taken = [odds(50, [offer("m", [2_000, 2_000])], { producer: 3 }), odds(60, [offer("m", [2_100, 1_900])], { producer: 1 })];
    const handover = odds(70, [offer("m", [], { handsOver: true })], { producer: 3 });
    const late = odds(80, [offer("m", [9_000, 1_050])], { producer: 3 });
    expect(play([...taken, handover, late]).markets[0]).toMatchObject({
      ...{ status: "active", producer: 1, handedOverBy: 3 },
      outcomes: [{ oddsThousandths: 2_100 }, {}],
    });
  });

  it("are refused beyond what a fixture holds, and what it has stays", () => {
    const many = Array.from({ length: 250 }, (_, index) =>
      offer(
        `m${index}`,
        Array.from({ length: 40 }, () => 2_000),
      ),
    );
    const state = play([odds(50, [offer("m", [2_000, 2_000])]), odds(60, many)]);
    expect(state.markets.map(({ marketId }) => marketId)).toEqual(["m"]);
  });

  it("of a market that was cancelled before it was offered are not taken", () => {
    expect(play([cancel(40, null, null), odds(50, [offer("m", [2_000, 2_000])])]).markets[0]?.status).toBe("cancelled");
  });

  it("that were made before a stop do not end it, whatever the market was", () => {
    const stop: Body = { type: "bet_stop", producedAtMs: 60, reason: "" };
    const suspended = odds(40, [offer("m", [2_000, 2_000], { status: "suspended" })]);
    expect(play([suspended, stop, odds(50, [offer("m", [2_000, 2_000])])]).markets[0]?.status).toBe("suspended");
  });

  it("of a producer that was away between two words that came through are not sold until it offers them again", () => {
    const up = withProducer(play([odds(50, [offer("m", [2_000, 2_000])], { producer: 3 })]), 3, true, 2);
    const later = up === null ? null : withProducer(up, 3, true, 4);
    expect(later?.markets[0]?.isStale).toBe(true);
  });

  it("are stopped by group, and only those that were offered before the stop", () => {
    const markets = [offer("a", [2_000, 2_000], { groups: ["1st_half"] }), offer("b", [2_000, 2_000], { groups: ["regular_play"] })];
    const stop: Body = { type: "bet_stop", producedAtMs: 60, reason: "", groups: ["1st_half"], marketStatus: "closed" };
    expect(play([odds(50, markets), stop]).markets.map(({ status }) => status)).toEqual(["closed", "active"]);
    expect(play([odds(70, markets), stop]).markets.map(({ status }) => status)).toEqual(["active", "active"]);
  });

  it("of a producer that is away are not sold, and after its return only what it offered again", () => {
    const both = [offer("a", [2_000, 2_000]), offer("b", [2_000, 2_000])];
    const state = play([odds(50, both, { producer: 3 })]);
    const away = withProducer(state, 3, false, 2);
    if (away === null) throw new Error("nothing changed");
    const want = (marketId: string) => [{ selectionId: `fx:${marketId}:o0`, seenOddsThousandths: null, seenPriceVersion: null }];
    expect(priceSelections(away, want("a"), "any", 600, 700)).toMatchObject({ error: { reason: "market_suspended" } });
    const message = {
      v: 1,
      feed: "f",
      messageId: "x",
      fixtureId: "fx",
      sequence: 99,
      ...odds(60, [offer("a", [2_500, 1_600])], { producer: 3 }),
    } as FeedMessage;
    const offered = applyFeedMessage(away, message, 500);
    if (!offered.ok || offered.value === null) throw new Error("not applied");
    expect(priceSelections(offered.value, want("a"), "any", 600, 700)).toMatchObject({ error: { reason: "market_suspended" } });
    const back = withProducer(offered.value, 3, true, 3);
    expect(back === null ? null : priceSelections(back, want("a"), "any", 600, 700).ok).toBe(true);
    expect(back === null ? null : priceSelections(back, want("b"), "any", 600, 700)).toMatchObject({
      error: { reason: "market_suspended" },
    });
    expect(withProducer(state, 3, false, 0)).not.toBeNull();
    expect(withProducer(away, 3, true, 2), "an older word changes nothing").toBeNull();
  });
});

describe("a match that is not played", () => {
  const rules = sportsRulesOf("KE").settlement;
  it("is void a tenant's time after its first announced start, and only what is undecided", () => {
    const postponed: Body = { type: "schedule_change", producedAtMs: 90, startsAtMs: 900_000_000, isCancelled: false };
    const state = play([odds(50, [offer("m", [2_000, 2_000]), offer("n", [2_000, 2_000])]), settlement(100, 2, 0, "n"), postponed]);
    expect(unplayedVoidAtMs(state, rules)).toBe(1_000_000 + rules.postponedVoidMs);
    const after = withUnplayedVoid(state, 9_000);
    expect(after === null ? null : [resultFor(after, "m", "o1", 10)?.outcome, resultFor(after, "n", "o0", 10)?.outcome]).toEqual([
      "void",
      "won",
    ]);
    expect(after === null ? null : withUnplayedVoid(after, 9_001)).toBeNull();
  });

  it("stays void when it is played after all: what was given back is not asked for again, and what is taken later is decided", () => {
    const before = play([odds(50, [offer("m", [2_000, 2_000])])]);
    const gone = withUnplayedVoid(before, 9_000);
    if (gone === null) throw new Error("nothing was void");
    const later = [odds(20_000, [offer("n", [2_000, 2_000])], { status: "live" }), settlement(30_000, 2, 0), settlement(30_001, 2, 0, "n")];
    const after = play(later, 500, gone);
    expect([resultFor(after, "m", "o0", 10)?.outcome, resultFor(after, "m", "o1", 10)?.outcome]).toEqual(["void", "void"]);
    expect([resultFor(after, "n", "o0", 21_000)?.outcome, resultFor(after, "n", "o1", 21_000)?.outcome]).toEqual(["won", "lost"]);
  });

  it("is never void while it is played", () => {
    expect(unplayedVoidAtMs(play([odds(50, [], { status: "live" })]), rules)).toBeNull();
    expect(unplayedVoidAtMs(play([odds(50, [], { status: "abandoned" })]), rules)).toBe(1_000_000 + rules.abandonedVoidMs);
  });
});
