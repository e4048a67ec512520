/**
 * The recorded story, message by message: what each of the twenty changes of its fixture, and that nothing else changes. Expected states are
 * written from the rules of the feed, not from what came out.
 */
import { expect, it } from "vitest";
import { applyFeedMessage, type FixtureState } from "../../../shared/odds/fixture-state.ts";
import { loadDocument, loadStory } from "../../../simulators/uof/samples.ts";
import { readMessage } from "../../../workers/adapters/uof/read-message.ts";

const MATCH = "sr_match_61000001";
const OTHER = "sr_match_61000002";
const SEASON = "sr_season_71000001";

/** The fixtures of the story, as one tenant's channels hold them. */
class Board {
  readonly states = new Map<string, FixtureState>();
  #sequence = 0;

  /** Reads a message and applies it; says what became of it. */
  take(xml: string, sequence = this.#sequence + 1): string {
    this.#sequence = Math.max(this.#sequence, sequence);
    const news = readMessage(xml, { feed: "uof", sequence });
    if (!news.ok) throw new Error(news.error.reason);
    if (news.value.kind !== "message") return JSON.stringify(news.value);
    const { message } = news.value;
    const applied = applyFeedMessage(this.states.get(message.fixtureId) ?? null, message, 1_790_000_000_000);
    if (!applied.ok) return applied.error.reason;
    if (applied.value === null) return "known";
    this.states.set(message.fixtureId, applied.value);
    return "applied";
  }

  /** The fixture in words: its play, and each market with its offer or its results. */
  shown(fixtureId: string): Record<string, string> {
    const state = this.states.get(fixtureId);
    if (state === undefined) return {};
    const markets = state.markets.map((market) => {
      const results = market.outcomes.map(({ result }) => result ?? "open");
      const hasResults = results.some((result) => result !== "open");
      return [market.marketId, `${market.status} ${market.producer ?? "-"}${hasResults ? ` ${results.join(" ")}` : ""}`] as const;
    });
    const voids = state.cancellations.filter(({ isStanding }) => isStanding).map(({ marketId }) => marketId);
    const play = `${state.status} ${state.homeScore ?? "-"}:${state.awayScore ?? "-"}`;
    return { play, starts: String(state.startsAtMs), voids: voids.join(" "), ...Object.fromEntries(markets) };
  }
}

function differences(before: Record<string, string>, after: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(after).filter(([name, text]) => before[name] !== text));
}

const CORRECT_SCORES = "lost lost won lost lost";
const OPEN = [
  "1x2",
  "double_chance",
  "uof11",
  "total=2.5",
  "total=3.5",
  "uof16_hcp=-0.25",
  "uof14_hcp=0-1",
  "both_score",
  "uof45",
  "uof60",
];
const OF_PREMATCH = ["double_chance", "uof11", "total=3.5", "uof16_hcp=-0.25", "uof14_hcp=0-1", "both_score"];
const all = (marketIds: readonly string[], text: string) => Object.fromEntries(marketIds.map((marketId) => [marketId, text]));

/** By message: what becomes of it, and what it changes of which fixture. */
const STORY: readonly (readonly [string, string | null, Record<string, string>])[] = [
  ['{"kind":"alive","producer":3,"atMs":1790000000000,"isSubscribed":false}', null, {}],
  ["applied", MATCH, all(OPEN, "active 3")],
  ['{"kind":"snapshot_complete","producer":3,"requestId":1001,"atMs":1790000002000}', null, {}],
  ['{"kind":"alive","producer":3,"atMs":1790000010000,"isSubscribed":true}', null, {}],
  ["applied", MATCH, { starts: "1790010000000" }],
  // Handed over: closed for this producer, neither void nor settled.
  ["applied", MATCH, all(["1x2", "total=2.5", "uof60", "uof45"], "closed 3")],
  ["applied", MATCH, { play: "live 0:0", "1x2": "active 1", "total=2.5": "active 1", "uof8_goalnr=1": "active 1" }],
  ["applied", MATCH, { ...all(OF_PREMATCH, "suspended 3"), ...all(["1x2", "total=2.5", "uof8_goalnr=1"], "suspended 1") }],
  ["applied", MATCH, { "uof8_goalnr=1": "settled 1 won lost lost" }],
  ["applied", MATCH, { play: "live 1:0", "total=2.5": "active 1" }],
  // The goal is annulled: the market stands as it was offered last, which was not at all.
  ["applied", MATCH, { "uof8_goalnr=1": "closed 1" }],
  ["applied", MATCH, { voids: "total=2.5" }],
  ["applied", MATCH, { voids: "" }],
  ["applied", MATCH, { "1x2": "settled 1 lost won lost", "total=2.5": "settled 1 lost won" }],
  [
    "applied",
    MATCH,
    {
      double_chance: "settled 3 won lost won",
      uof11: "settled 3 void void",
      "uof16_hcp=-0.25": "settled 3 half_lost half_won",
      "uof14_hcp=0-1": "settled 3 lost lost won",
      both_score: "settled 3 won lost",
      uof45: `settled 3 ${CORRECT_SCORES}`,
      uof60: "settled 3 won lost lost",
    },
  ],
  // A settlement may come before the market was ever offered: it is kept, and no offer after it opens the market.
  ["applied", SEASON, { "uof534_variant=pre-markettext-900001": "settled - dead_heat:1/2 dead_heat:1/2 lost" }],
  ["applied", OTHER, { voids: "1x2 total=2.5", ...all(["1x2", "total=2.5"], "cancelled 3") }],
  [
    "applied",
    OTHER,
    {
      play: "cancelled -:-",
      starts: "1790020000000",
      ...all(
        OPEN.filter((id) => id !== "1x2" && id !== "total=2.5"),
        "closed 3",
      ),
    },
  ],
  // A stop of the first half, made before its results came: they stand.
  ["applied", MATCH, {}],
  // Closed: what no result named is not offered any more.
  ["applied", MATCH, { play: "finished 1:1", "total=3.5": "closed 3" }],
];

/** The board with the three fixtures of the story, the match an hour before the start that the story gives it. */
function announced(): Board {
  const board = new Board();
  const fixture = loadDocument("rest.fixture") ?? "";
  board.take(fixture.replaceAll("T17:00:00", "T16:00:00"));
  board.take(fixture.replaceAll("sr:match:61000001", "sr:season:71000001"));
  board.take(fixture.replaceAll("61000001", "61000002"));
  board.take((loadStory()[1] ?? "").replaceAll("61000001", "61000002"));
  return board;
}

it("each of the twenty messages changes what it says, and nothing else of any fixture", () => {
  const board = announced();
  const story = loadStory();
  expect(story).toHaveLength(STORY.length);
  for (const [index, [fate, fixtureId, expected]] of STORY.entries()) {
    const ids = [MATCH, OTHER, SEASON];
    const before = ids.map((id) => board.shown(id));
    expect([index + 1, board.take(story[index] ?? "")]).toEqual([index + 1, fate]);
    for (const [at, id] of ids.entries())
      expect([index + 1, id, differences(before[at] ?? {}, board.shown(id))]).toEqual([index + 1, id, id === fixtureId ? expected : {}]);
  }
});

it("the story again, under its own numbers or new ones as a recovery sends it, in any order, ends the same", () => {
  const board = announced();
  const story = loadStory();
  for (const xml of story) board.take(xml);
  const ended = [MATCH, OTHER, SEASON].map((id) => board.shown(id));
  for (const [index, xml] of story.entries()) board.take(xml, index + 1);
  for (const xml of story) board.take(xml);
  for (const xml of [...story].reverse()) board.take(xml);
  expect([MATCH, OTHER, SEASON].map((id) => board.shown(id))).toEqual(ended);
});

it("nothing is kept of a fixture that nobody has announced", () => {
  const board = new Board();
  const fates = loadStory().map((xml) => board.take(xml));
  expect(new Set(fates.filter((fate) => !fate.startsWith("{")))).toEqual(new Set(["unknown_fixture"]));
  expect(board.states.size).toBe(0);
});
