/** The unified odds feed's messages as ours: every synthetic sample, and what is refused. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FeedMessage, feedMessageSchema } from "../../../shared/protocol/feed/message.ts";
import { BUILT_IN } from "../../../workers/adapters/uof/description-book.ts";
import { type MarketKey, marketKey, outcomeIdOf } from "../../../workers/adapters/uof/market-key.ts";
import { marketNames } from "../../../workers/adapters/uof/market-names.ts";
import { readMessage } from "../../../workers/adapters/uof/read-message.ts";

const folder = join(import.meta.dirname, "../../../simulators/data/uof");
const samples = readdirSync(folder).filter((name) => name.endsWith(".xml"));
const sample = (prefix: string) => readFileSync(join(folder, samples.find((name) => name.startsWith(prefix)) ?? ""), "utf8");

function read(xml: string) {
  return readMessage(xml, { feed: "uof", sequence: 7 });
}

function message<T extends FeedMessage["type"]>(xml: string, type: T): Extract<FeedMessage, { type: T }> {
  const news = read(xml);
  if (!news.ok || news.value.kind !== "message" || news.value.message.type !== type) throw new Error(JSON.stringify(news));
  return news.value.message as Extract<FeedMessage, { type: T }>;
}

describe("every sample", () => {
  it.each(samples)("%s is read, and what it says of a fixture is a message of the port", (name) => {
    const news = read(readFileSync(join(folder, name), "utf8"));
    expect(news.ok).toBe(true);
    if (news.ok && news.value.kind === "message") expect(feedMessageSchema.parse(news.value.message)).toEqual(news.value.message);
  });
});

describe("a message", () => {
  it("of odds has markets under our ids, prices in thousandths and chances in millionths", () => {
    const odds = message(sample("02-"), "odds_change");
    expect(odds).toMatchObject({
      fixtureId: "sr_match_61000001",
      producer: 3,
      sequence: 7,
      producedAtMs: 1_790_000_001_000,
      status: "upcoming",
    });
    expect(odds.markets.slice(0, 4).map(({ marketId }) => marketId)).toEqual(["1x2", "double_chance", "uof11", "total=2.5"]);
    expect(odds.markets[0]?.outcomes[0]).toEqual({
      ...{ outcomeId: "home", name: "{$competitor1}", oddsThousandths: 2_050, active: true },
      probabilities: { winPpm: 465_100, refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 },
    });
  });

  it("of a handover closes the market for its producer", () => {
    const { markets } = message(sample("06-"), "odds_change");
    expect(markets.length).toBeGreaterThan(0);
    expect(markets.some((market) => market.handsOver === true)).toBe(true);
    expect(markets.every((market) => market.status === "closed")).toBe(true);
  });

  it("after regular play says so of its score", () => {
    const during = message(sample("07-"), "odds_change");
    const after = message(sample("07-").replace('match_status="6"', 'match_status="41"'), "odds_change");
    expect([during.isAfterRegularPlay, after.isAfterRegularPlay]).toEqual([undefined, true]);
  });

  it("during the match has minute and score; a market may have a status alone", () => {
    const { minute, homeScore, awayScore, status, markets } = message(sample("10-"), "odds_change");
    expect({ minute, homeScore, awayScore, status }).toEqual({ minute: 16, homeScore: 1, awayScore: 0, status: "live" });
    expect(markets[0]).toMatchObject({ marketId: "uof8_goalnr=1", status: "closed", outcomes: [] });
  });

  it("of a settlement has half results, voids and dead heats", () => {
    const { markets, certainty } = message(sample("15-"), "bet_settlement");
    const results = Object.fromEntries(markets.map((market) => [market.marketId, market.outcomes.map(({ result }) => result)]));
    expect(certainty).toBe(2);
    expect(results).toMatchObject({
      uof11: ["void", "void"],
      "uof16_hcp=-0.25": ["half_lost", "half_won"],
      "1x2": ["lost", "won", "lost"],
    });
    const outright = message(sample("16-"), "bet_settlement");
    expect(outright.markets[0]?.outcomes.map(({ result }) => result)).toEqual(["dead_heat:1/2", "dead_heat:1/2", "lost"]);
  });

  it("of a cancel has its window, and one that takes it back the same", () => {
    const cancel = message(sample("12-"), "bet_cancel");
    const back = message(sample("13-"), "rollback_cancel");
    expect(cancel).toMatchObject({ marketIds: ["total=2.5"], placedFromMs: 1_790_011_005_000, placedToMs: 1_790_011_120_000 });
    expect([back.marketIds, back.placedFromMs, back.placedToMs]).toEqual([cancel.marketIds, cancel.placedFromMs, cancel.placedToMs]);
  });

  it("of a stop names its groups; of a fixture its teams", () => {
    expect(message(sample("19-"), "bet_stop")).toMatchObject({ groups: ["1st_half"], marketStatus: "closed" });
    expect(message(sample("rest.fixture"), "fixture_change")).toMatchObject({
      ...{ sport: "football", league: "Example Premier League", homeTeam: "Example Home FC", awayTeam: "Example Away FC", status: null },
      startsAtMs: Date.parse("2026-09-21T17:00:00Z"),
    });
    expect(message(sample("18-"), "schedule_change")).toMatchObject({ isCancelled: true });
  });
});

function key(feedId: string, specifiers: string): MarketKey {
  const known = marketKey(feedId, specifiers);
  if (known === null) throw new Error(`no key: ${feedId} ${specifiers}`);
  return known;
}

const marketName = (of: MarketKey) => marketNames(of, BUILT_IN).name;
const outcomeName = (of: MarketKey, outcomeId: string) => marketNames(of, BUILT_IN).outcome(outcomeId);

describe("names", () => {
  it("have their line, their ordinal and their sign", () => {
    expect(marketName(key("8", "goalnr=2"))).toBe("2nd goal");
    expect(marketName(key("18", "total=2.5"))).toContain("2.5");
    expect(outcomeName(key("16", "hcp=-0.25"), "1714")).toMatch(/competitor1.*-0.25/);
    expect(outcomeName(key("16", "hcp=-0.25"), "1715")).toMatch(/competitor2.*\+0.25/);
  });

  it("of a score from now on have the goals so far", () => {
    expect(outcomeName(key("41", "score=1:0"), "114")).toBe("2:0");
    expect(outcomeName(key("41", "score=0:0"), "128")).toBe("1:1");
  });

  it("and ids are never shared: what would be another's once written as ours is none", () => {
    expect(key("16", "hcp=-0.5").marketId).toBe("uof16_hcp=-0.5");
    expect(marketKey("16", "hcp=+0.5")).toBeNull();
    expect(marketKey("16", `variant=${"x".repeat(60)}`)).toBeNull();
    expect(marketKey("constructor", "")).toBeNull();
    expect(outcomeIdOf(key("1", ""), "sr:player:12")).toBe("sr-player-12");
    expect(outcomeIdOf(key("1", ""), "a b")).toBeNull();
    expect(outcomeName(key("1", ""), "constructor")).toBeNull();
  });

  it("do not depend on the order of specifiers, and what is not described is not offered", () => {
    expect(marketKey("99999", "b=2|a=1")).toEqual(marketKey("99999", "a=1|b=2"));
    const xml =
      '<odds_change product="1" event_id="sr:match:1" timestamp="5"><odds><market id="99999" status="1"><outcome id="1" odds="2"/></market></odds></odds_change>';
    expect(message(xml, "odds_change").markets).toMatchObject([{ marketId: "uof99999", status: "closed" }]);
  });
});

describe("what is sold", () => {
  const offer = (market: string) =>
    message(`<odds_change product="1" event_id="sr:match:1" timestamp="5"><odds>${market}</odds></odds_change>`, "odds_change").markets;

  it("is nothing of a market that lists its outcomes without a price", () => {
    expect(offer('<market id="45" status="1"><outcome id="322" active="0"/></market>')).toMatchObject([
      { status: "suspended", outcomes: [] },
    ]);
    expect(offer('<market id="45" status="1"/>')).toMatchObject([{ status: "active", outcomes: [] }]);
  });

  it("is nothing after a stop of a group that no market is known by", () => {
    const groups = (names: string) =>
      message(`<bet_stop product="1" event_id="sr:match:1" timestamp="5" groups="${names}"/>`, "bet_stop").groups;
    expect(groups("score|1st_half")).toEqual(["all"]);
    expect(groups("1st_half")).toEqual(["1st_half"]);
  });
});

describe("what is refused", () => {
  it("is a list of markets longer than a fixture holds, by the port's model: nothing is cut off silently", () => {
    const markets = Array.from({ length: 401 }, (_, index) => `<market id="${index + 1}"><outcome id="1" result="1"/></market>`).join("");
    const news = read(
      `<bet_settlement product="1" event_id="sr:match:1" timestamp="5" certainty="2"><outcomes>${markets}</outcomes></bet_settlement>`,
    );
    expect(news.ok && news.value.kind === "message" && feedMessageSchema.safeParse(news.value.message).success).toBe(false);
  });

  const settlement = (outcome: string) =>
    `<bet_settlement product="1" event_id="sr:match:1" timestamp="5" certainty="1"><outcomes><market id="1"><outcome id="1" ${outcome}/></market></outcomes></bet_settlement>`;
  it.each([
    ["a message without an event", '<bet_stop product="1" timestamp="5" groups="all"/>'],
    ["an event that is no id", '<bet_stop product="1" event_id="sr:match:1/../2" timestamp="5" groups="all"/>'],
    ["a result that means nothing", settlement('result="2"')],
    ["a void factor that means nothing", settlement('result="1" void_factor="0.3"')],
    ["a dead heat that means nothing", settlement('result="1" dead_heat_factor="0.0001"')],
  ])("%s", (_, xml) => {
    expect(read(xml).ok).toBe(false);
  });

  it("leaves an undecided result open, and reads a third", () => {
    expect(message(settlement('result="-1"'), "bet_settlement").markets[0]?.outcomes[0]?.result).toBeNull();
    expect(message(settlement('result="1" dead_heat_factor="0.3333"'), "bet_settlement").markets[0]?.outcomes[0]?.result).toBe(
      "dead_heat:1/3",
    );
  });
});
