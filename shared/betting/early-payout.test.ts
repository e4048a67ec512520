/** Early payout: who is promised it, which leads keep it, and that a match's words may come in any order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LocalDay, MINUTE_MS, unixMs } from "../kernel/time.ts";
import { isLeadNews, SCORE_WORDS_MAX, type ScoreWord, withScoreWord } from "../odds/score-history.ts";
import type { EarlyPayoutRule } from "../tenants/sports/early-payout.ts";
import { type BetForEarlyPayout, leadMinOf, leadVerdict, type PromisedLead, promisedEarlyPayout } from "./early-payout.ts";

const RULE: EarlyPayoutRule = {
  ...{ ruleId: "2up", lead: 2, sports: ["football"], market: { marketId: "1x2", home: "home", away: "away" } },
  ...{ kinds: ["SINGLE", "MULTI"], confirmationMs: 5 * MINUTE_MS, afterReversal: "keep" },
  ...{ validFrom: "2027-01-01" as LocalDay, validTo: "2027-12-31" as LocalDay },
};
const IN_FORCE = unixMs(Date.parse("2027-05-01T12:00:00Z"));
const pick = (outcome: string, more: Partial<BetForEarlyPayout["selections"][number]> = {}) => ({
  ...{ selectionId: `fx:1x2:${outcome}`, marketId: "1x2", sport: "football", isLive: false },
  ...more,
});
const promised = (bet: BetForEarlyPayout, atMs = IN_FORCE, rules = [RULE]) => promisedEarlyPayout(rules, bet, atMs, 180);

describe("a promise of early payout", () => {
  it("is given to the teams of the result market, each for its own side, with the rule's terms", () => {
    const bet = { kind: "MULTI", selections: [pick("home"), pick("away"), pick("draw")] } as const;
    const terms = { lead: 2, confirmationMs: 300_000, afterReversal: "keep" };
    expect(promised(bet)).toEqual({
      ruleId: "2up",
      selections: [
        { selectionId: "fx:1x2:home", side: "home", ...terms },
        { selectionId: "fx:1x2:away", side: "away", ...terms },
      ],
    });
  });

  it.each([
    ["the draw", pick("draw")],
    ["a live selection", pick("home", { isLive: true })],
    ["a boosted price", pick("home", { boost: {} })],
    ["another market", pick("home", { selectionId: "fx:total=2.5:home", marketId: "total=2.5" })],
    ["another sport", pick("home", { sport: "basketball" })],
  ])("is not given to %s", (_what, selection) => {
    expect(promised({ kind: "SINGLE", selections: [selection] })).toBeNull();
  });

  it("is not given to kinds that the rule does not name, nor outside its days by the tenant's calendar", () => {
    const single = { kind: "SINGLE", selections: [pick("home")] } as const;
    expect(promised({ kind: "SYSTEM", selections: [pick("home")] })).toBeNull();
    expect(promised(single, unixMs(Date.parse("2026-12-31T20:59:59Z")))).toBeNull();
    expect(promised(single, unixMs(Date.parse("2026-12-31T21:00:00Z")))).not.toBeNull();
    expect(promised(single, unixMs(Date.parse("2027-12-31T21:00:00Z")))).toBeNull();
    expect(promised(single, IN_FORCE, [])).toBeNull();
  });

  it("has a match followed for as long as its rule is listed, in force or not", () => {
    const old = { ...RULE, lead: 3, validTo: "2026-01-01" as LocalDay };
    expect([leadMinOf([RULE, old], "football"), leadMinOf([old], "football"), leadMinOf([RULE], "tennis")]).toEqual([2, 3, null]);
  });
});

const MINUTE = MINUTE_MS;
const HOME: PromisedLead = { side: "home", lead: 2, confirmationMs: 5 * MINUTE, afterReversal: "keep" };
type Said = readonly [minute: number, home: number, away: number];

/** The history of what is said, each heard when it is said. */
function history(said: readonly Said[]): readonly ScoreWord[] {
  return said.reduce(
    (words: readonly ScoreWord[], [minute, homeScore, awayScore]) =>
      withScoreWord(words, { homeScore, awayScore, producedAtMs: minute * MINUTE }, minute * MINUTE),
    [],
  );
}
const verdict = (said: readonly Said[], minute: number, promise: PromisedLead = HOME) =>
  leadVerdict(history(said), promise, minute * MINUTE);

describe("a lead", () => {
  const two: readonly Said[] = [
    [0, 0, 0],
    [10, 1, 0],
    [20, 2, 0],
  ];

  it("wins once it has stood for the rule's time, and not a millisecond before", () => {
    expect(leadVerdict(history(two), HOME, 25 * MINUTE - 1)).toEqual({ state: "waits", untilMs: 25 * MINUTE });
    expect(verdict(two, 25)).toEqual({ state: "won" });
  });

  it("wins although the other side scores within the time, and whatever the match ends in", () => {
    expect(verdict([...two, [21, 2, 1], [60, 2, 2], [80, 2, 3]], 90)).toEqual({ state: "won" });
  });

  it("gave nothing when its goal is taken away within the time", () => {
    expect(verdict([...two, [22, 1, 0], [80, 1, 1]], 90)).toEqual({ state: "none" });
  });

  it("by the rule leaves what it won, or does not, when its goal is taken away later", () => {
    const taken: readonly Said[] = [...two, [25, 1, 0]];
    expect(verdict(taken, 30)).toEqual({ state: "won" });
    expect(verdict(taken, 30, { ...HOME, afterReversal: "claw_back" })).toEqual({ state: "none" });
  });

  it("may come again after a goal was taken away", () => {
    expect(verdict([...two, [21, 1, 0], [40, 2, 0]], 44)).toEqual({ state: "waits", untilMs: 45 * MINUTE });
    expect(verdict([...two, [21, 1, 0], [40, 2, 0]], 45)).toEqual({ state: "won" });
  });

  it("of three goals stands as one of two when the third is taken away", () => {
    expect(verdict([...two, [22, 3, 0], [23, 2, 0]], 25)).toEqual({ state: "won" });
  });

  it("of one side is none of the other, and both may lead in one match", () => {
    const away: PromisedLead = { ...HOME, side: "away" };
    expect(verdict(two, 90, away)).toEqual({ state: "none" });
    const turned: readonly Said[] = [...two, [40, 2, 1], [50, 2, 2], [60, 2, 3], [70, 2, 4]];
    expect([verdict(turned, 90), verdict(turned, 90, away)]).toEqual([{ state: "won" }, { state: "won" }]);
  });

  it("that is heard of late waits from then on: what follows may take it away", () => {
    const words = history(two).map((word) => ({ ...word, heardAtMs: 60 * MINUTE }));
    expect(leadVerdict(words, HOME, 61 * MINUTE)).toEqual({ state: "waits", untilMs: 65 * MINUTE });
  });

  it("of goals after regular play is none", () => {
    const words = withScoreWord(
      history([[90, 1, 1]]),
      { homeScore: 3, awayScore: 1, producedAtMs: 110 * MINUTE, isAfterRegularPlay: true },
      0,
    );
    expect(leadVerdict(words, HOME, 200 * MINUTE)).toEqual({ state: "none" });
  });
});

describe("a history of scores", () => {
  it("ends in the same scores in whatever order, and however often, its words come", () => {
    const score = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }));
    fc.assert(
      fc.property(fc.array(score, { maxLength: 12 }), fc.infiniteStream(fc.nat({ max: 1_000 })), (scores, chance) => {
        const said = scores.map(([home, away], index): Said => [index * 7, home, away]);
        const mixed = [...said, ...said].map((one) => ({ one, at: chance.next().value as number })).sort((a, b) => a.at - b.at);
        const [inOrder, other] = [history(said), history(mixed.map(({ one }) => one))];
        for (const side of ["home", "away"] as const)
          for (const afterReversal of ["keep", "claw_back"] as const)
            expect(leadVerdict(other, { ...HOME, side, afterReversal }, 10_000 * MINUTE)).toEqual(
              leadVerdict(inOrder, { ...HOME, side, afterReversal }, 10_000 * MINUTE),
            );
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the first and the last word of a score and one every five minutes, and stays small", () => {
    const words = history(Array.from({ length: 900 }, (_, tenth): Said => [tenth / 10, tenth < 455 ? 0 : 1, 0]));
    const times = words.map(({ atMs }) => atMs / MINUTE);
    expect(words.length).toBeLessThan(45);
    expect(words.map(({ homeScore }) => homeScore)).toEqual(times.map((minute) => (minute < 45.5 ? 0 : 1)));
    expect([times[0], times.at(-1), times.includes(45.4), times.includes(45.5)]).toEqual([0, 89.9, true, true]);
    expect(times.every((minute, index) => minute - (times[index - 1] ?? 0) <= 5)).toBe(true);
    const points = history(Array.from({ length: 300 }, (_, minute): Said => [minute, minute, 0]));
    expect(points).toHaveLength(SCORE_WORDS_MAX);
  });

  it("is news when a lead comes, goes or is put otherwise; a score that is only said again is none", () => {
    const before = history([[0, 0, 0]]);
    const led = history([
      [0, 0, 0],
      [5, 2, 0],
    ]);
    expect(
      isLeadNews(
        before,
        history([
          [0, 0, 0],
          [5, 1, 0],
        ]),
        2,
      ),
    ).toBe(false);
    expect(isLeadNews(before, led, 2)).toBe(true);
    expect(
      isLeadNews(
        led,
        history([
          [0, 0, 0],
          [5, 2, 0],
          [9, 2, 0],
        ]),
        2,
      ),
    ).toBe(false);
    expect(
      isLeadNews(
        led,
        history([
          [0, 0, 0],
          [5, 2, 0],
          [9, 1, 0],
        ]),
        2,
      ),
    ).toBe(true);
    expect(
      isLeadNews(
        led,
        history([
          [0, 0, 0],
          [4, 1, 0],
          [5, 2, 0],
        ]),
        3,
      ),
    ).toBe(false);
  });
});
