import { describe, expect, it } from "vitest";
import { feedMessageSchema } from "../protocol/feed/message.ts";
import type { PolledLeague } from "../tenants/sports/polled-odds.ts";
import { messagesOfOdds, messagesOfScores, oddsAnswerSchema, scoresAnswerSchema } from "./from-the-odds-api.ts";

const LEAGUE: PolledLeague = {
  ...{ sportKey: "soccer_epl", sport: "football", league: "Premier League", bookmakers: ["pinnacle", "other"] },
  ...{ everyMinutes: 5, closesBeforeStartMs: 360_000, settlesByScores: true },
};
const ID = "e912304de2b2ce35b473ce2ecd3d1502";
const START = Date.parse("2026-11-28T15:00:00Z");
const UPDATED = Date.parse("2026-11-22T17:10:11Z");
const DAY_BEFORE = START - 86_400_000;

const market = (key: string, outcomes: readonly object[]) => ({ key, last_update: "2026-11-22T17:10:11Z", outcomes });
const RESULT_PRICES = [
  { name: "Arsenal", price: 1.95 },
  { name: "Chelsea", price: 3.9 },
  { name: "Draw", price: 3.6 },
];
const TOTALS = [
  { name: "Over", price: 1.88, point: 2.5 },
  { name: "Under", price: 1.98, point: 2.5 },
];

const event = (markets: readonly object[], more: object = {}) => ({
  ...{ id: ID, sport_key: "soccer_epl", sport_title: "EPL", commence_time: "2026-11-28T15:00:00Z" },
  ...{ home_team: "Arsenal", away_team: "Chelsea" },
  bookmakers: [{ key: "pinnacle", title: "Pinnacle", last_update: "2026-11-22T17:10:11Z", markets }],
  ...more,
});
const oddsOf = (events: readonly object[], nowMs = DAY_BEFORE) => messagesOfOdds(oddsAnswerSchema.parse(events), LEAGUE, nowMs);
const marketsOf = (events: readonly object[], nowMs = DAY_BEFORE) =>
  oddsOf(events, nowMs).flatMap((message) => (message.type === "odds_change" ? message.markets : []));

const scored = (more: object = {}) => ({
  ...{
    id: ID,
    sport_key: "soccer_epl",
    commence_time: "2026-11-28T15:00:00Z",
    completed: true,
    home_team: "Arsenal",
    away_team: "Chelsea",
  },
  scores: [
    { name: "Chelsea", score: "1" },
    { name: "Arsenal", score: "2" },
  ],
  last_update: "2026-11-28T17:00:00Z",
  ...more,
});
const resultsOf = (events: readonly object[], league = LEAGUE) => messagesOfScores(scoresAnswerSchema.parse(events), league);

describe("prices of The Odds API", () => {
  it("become a fixture and its markets, in the platform's form and in order", () => {
    const messages = oddsOf([event([market("h2h", RESULT_PRICES), market("totals", TOTALS)])]);
    for (const message of messages) expect(feedMessageSchema.parse(message)).toEqual(message);
    expect(messages.map(({ type, fixtureId, sequence }) => [type, fixtureId, sequence])).toEqual([
      ["fixture_change", `oddsapi_${ID}`, UPDATED * 10 + 1],
      ["odds_change", `oddsapi_${ID}`, UPDATED * 10 + 2],
    ]);
    expect(messages[0]).toMatchObject({ homeTeam: "Arsenal", awayTeam: "Chelsea", startsAtMs: START, league: "Premier League" });
    expect(messages[1]).toMatchObject({
      markets: [
        {
          marketId: "1x2",
          status: "active",
          outcomes: [
            { outcomeId: "home", oddsThousandths: 1_950 },
            { outcomeId: "draw", oddsThousandths: 3_600 },
            { outcomeId: "away", oddsThousandths: 3_900 },
          ],
        },
        {
          marketId: "total=2.5",
          outcomes: [
            { outcomeId: "over", oddsThousandths: 1_880 },
            { outcomeId: "under", oddsThousandths: 1_980 },
          ],
        },
      ],
    });
  });

  it("are found by the team's name wherever it stands", () => {
    expect(marketsOf([event([market("h2h", [...RESULT_PRICES].reverse())])])).toEqual(marketsOf([event([market("h2h", RESULT_PRICES)])]));
  });

  it("take both teams to score when it is there", () => {
    const both = market("btts", [
      { name: "No", price: 2.1 },
      { name: "Yes", price: 1.7 },
    ]);
    expect(marketsOf([event([both])])).toMatchObject([
      {
        marketId: "both_score",
        outcomes: [
          { outcomeId: "yes", oddsThousandths: 1_700 },
          { outcomeId: "no", oddsThousandths: 2_100 },
        ],
      },
    ]);
  });

  it.each([
    ["an outcome is missing", RESULT_PRICES.slice(0, 2)],
    ["a name is of no team", [...RESULT_PRICES.slice(1), { name: "Arsenal FC", price: 1.95 }]],
    ["a name is there twice", [...RESULT_PRICES, { name: "Draw", price: 3.5 }]],
    ["a price is even", [...RESULT_PRICES.slice(1), { name: "Arsenal", price: 1 }]],
    ["a price has more decimals than are paid", [...RESULT_PRICES.slice(1), { name: "Arsenal", price: 1.95123 }]],
    ["a price is negative", [...RESULT_PRICES.slice(1), { name: "Arsenal", price: -150 }]],
  ])("are not taken when %s", (_what, outcomes) => {
    expect(oddsOf([event([market("h2h", outcomes)])])).toEqual([]);
  });

  it("are not taken for a quarter line, or for two lines in one market", () => {
    const quarter = TOTALS.map((outcome) => ({ ...outcome, point: 2.25 }));
    const mixed = TOTALS.map((outcome, index) => ({ ...outcome, point: 2.5 + index }));
    expect(oddsOf([event([market("totals", quarter)]), event([market("totals", mixed)])])).toEqual([]);
  });

  it("come from the league's first book that has the market, and from no other", () => {
    const books = (keys: readonly string[]) => ({
      bookmakers: keys.map((key) => ({ key, markets: [market("h2h", RESULT_PRICES)] })),
    });
    expect(oddsOf([event([], books(["unknown"]))])).toEqual([]);
    expect(marketsOf([event([], books(["unknown", "other"]))])).toHaveLength(1);
  });

  it("are suspended from shortly before the start, under a later number, also when they did not change", () => {
    const events = [event([market("h2h", RESULT_PRICES)])];
    const [open, closed] = [oddsOf(events, START - 360_001), oddsOf(events, START - 360_000)];
    expect(open[1]).toMatchObject({ markets: [{ status: "active" }] });
    expect(closed[1]).toMatchObject({ markets: [{ status: "suspended" }] });
    expect(closed[1]?.sequence).toBeGreaterThan(open[1]?.sequence ?? 0);
  });

  it("refuses an answer of another shape, or of more events than a league has", () => {
    expect(oddsAnswerSchema.safeParse([{ id: ID }]).success).toBe(false);
    expect(oddsAnswerSchema.safeParse([event([], { id: "../x" })]).success).toBe(false);
    expect(oddsAnswerSchema.safeParse(Array.from({ length: 501 }, () => event([]))).success).toBe(false);
  });
});

describe("scores of The Odds API", () => {
  it("settle a league's completed match, whole lines included", () => {
    const [settlement] = resultsOf([scored()]);
    expect(feedMessageSchema.parse(settlement)).toEqual(settlement);
    expect(settlement).toMatchObject({ type: "bet_settlement", homeScore: 2, awayScore: 1, certainty: 2 });
    const markets = new Map(settlement?.type === "bet_settlement" ? settlement.markets.map((one) => [one.marketId, one.outcomes]) : []);
    expect(markets.get("1x2")).toEqual([
      { outcomeId: "home", result: "won" },
      { outcomeId: "draw", result: "lost" },
      { outcomeId: "away", result: "lost" },
    ]);
    expect(markets.get("total=2.5")).toEqual([
      { outcomeId: "over", result: "won" },
      { outcomeId: "under", result: "lost" },
    ]);
    expect(markets.get("total=3")?.map(({ result }) => result)).toEqual(["void", "void"]);
    expect(markets.get("both_score")?.map(({ result }) => result)).toEqual(["won", "lost"]);
  });

  it.each([
    ["is under way", { completed: false }],
    ["has no scores", { scores: null }],
    [
      "has a score that is no number",
      {
        scores: [
          { name: "Arsenal", score: "2 (4)" },
          { name: "Chelsea", score: "2" },
        ],
      },
    ],
    [
      "has the scores of others",
      {
        scores: [
          { name: "Arsenal", score: "2" },
          { name: "Spurs", score: "2" },
        ],
      },
    ],
    ["says not when it was updated", { last_update: null }],
    ["is of another league", { sport_key: "soccer_fa_cup" }],
  ])("settle nothing when the match %s", (_what, more) => {
    expect(resultsOf([scored(more)])).toEqual([]);
  });

  it("settle no cup tie: the ninety minutes can't be told from extra time", () => {
    expect(resultsOf([scored()], { ...LEAGUE, settlesByScores: false })).toEqual([]);
  });
});
