/** The feed's documents of names: how they are read and kept, and what markets and outcomes are called by them. */
import { describe, expect, it } from "vitest";
import { DescriptionStore } from "../../../durable-objects/feed-monitor/description-store.ts";
import { FEED_MONITOR_MIGRATIONS } from "../../../durable-objects/feed-monitor/feed-monitor-store.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { DESCRIPTIONS_MAX, type KeyedDescription } from "../../../shared/protocol/feed/market-description.ts";
import { BUILT_IN, DescriptionBook } from "../../../workers/adapters/uof/description-book.ts";
import { marketKey } from "../../../workers/adapters/uof/market-key.ts";
import { marketNames, undescribed } from "../../../workers/adapters/uof/market-names.ts";
import { readMessage } from "../../../workers/adapters/uof/read-message.ts";
import { nodeSql } from "../../support/node-sql.ts";

const MARKETS = "/descriptions/en/markets.xml?include_mappings=true";

function entriesOf(xml: string, path = MARKETS): readonly KeyedDescription[] {
  const news = readMessage(xml, { feed: "uof", sequence: 1, path });
  if (!news.ok || news.value.kind !== "descriptions") throw new Error(JSON.stringify(news));
  return news.value.entries;
}

function bookOf(...documents: readonly string[]): DescriptionBook {
  return new DescriptionBook(new Map(documents.flatMap((xml) => entriesOf(xml)).map(({ key, description }) => [key, description])));
}

const markets = (content: string) => `<market_descriptions response_code="OK">${content}</market_descriptions>`;
const market = (id: number, name: string, outcomes: Record<string, string> = { 1: "yes" }, attributes = "") =>
  `<market id="${id}" name="${name}" ${attributes}><outcomes>${Object.entries(outcomes)
    .map(([outcomeId, text]) => `<outcome id="${outcomeId}" name="${text}"/>`)
    .join("")}</outcomes></market>`;
const player = (id: number, name: string) => `<player_profile><player id="sr:player:${id}" name="${name}"/></player_profile>`;
const variants = (id: string, outcomes: Record<string, string>) =>
  `<variant_descriptions><variant id="${id}"><outcomes>${Object.entries(outcomes)
    .map(([outcomeId, text]) => `<outcome id="${outcomeId}" name="${text}"/>`)
    .join("")}</outcomes></variant></variant_descriptions>`;

function names(book: DescriptionBook, feedId: string, specifiers = "") {
  const key = marketKey(feedId, specifiers);
  if (key === null) throw new Error(`no key: ${feedId} ${specifiers}`);
  return { ...marketNames(key, book), wanted: (...outcomeIds: string[]) => undescribed(key, outcomeIds, book) };
}

describe("a document", () => {
  it("of markets is read with groups, flexible scores and single variants; what can't be read loses no neighbour", () => {
    const entries = entriesOf(
      markets(
        [
          market(901, "Goals in {!half} half", { 1: "over {total}" }, 'groups="all|score"'),
          '<market id="902" name="Score"><outcomes><outcome id="1" name="0:0"/></outcomes><attributes><attribute name="is_flex_score"/></attributes></market>',
          market(903, "Champion", { "pre:outcometext:1": "Example Home FC" }, 'variant="pre:markettext:7"'),
          market(904, "Half of it", { "a b": "c" }),
          '<market id="x" name="no number"/>',
          '<market id="905" name=""/>',
        ].join(""),
      ),
    );
    expect(entries).toEqual([
      { key: "market:901", description: { name: "Goals in {!half} half", outcomes: { 1: "over {total}" }, groups: ["all", "score"] } },
      { key: "market:902", description: { name: "Score", outcomes: { 1: "0:0" }, isFlexScore: true } },
      { key: "market:903/pre:markettext:7", description: { name: "Champion", outcomes: { "pre:outcometext:1": "Example Home FC" } } },
    ]);
  });

  it("without a readable entry is refused, and one of no known language describes nothing", () => {
    const envelope = { feed: "uof", sequence: 1 };
    expect(readMessage(markets('<market id="x" name="y"/>'), { ...envelope, path: MARKETS }).ok).toBe(false);
    expect(readMessage(markets(market(901, "One")), envelope)).toEqual({ ok: true, value: { kind: "nothing" } });
  });
});

describe("names", () => {
  it("fill in ordinals, signs, numbers near a specifier, and players", () => {
    const book = bookOf(
      markets(
        market(911, "{!(inningnr+1)} inning, over {(over-1)}") +
          market(912, "Handicap", { 1: "{$competitor1} ({+hcp})", 2: "{$competitor2} ({-hcp})" }) +
          market(913, "{%player} to score", { 74: "{%player}" }),
      ),
      player(5, "Example, Forward"),
    );
    expect(names(book, "911", "inningnr=1|over=10").name).toBe("2nd inning, over 9");
    const handicap = names(book, "912", "hcp=1.5");
    expect([handicap.outcome("1"), handicap.outcome("2")]).toEqual(["{$competitor1} (+1.5)", "{$competitor2} (-1.5)"]);
    const scorer = names(book, "913", "player=sr:player:5");
    expect([scorer.name, scorer.outcome("74")]).toEqual(["Example, Forward to score", "Example, Forward"]);
  });

  it.each([
    ["1", "1st"],
    ["2", "2nd"],
    ["3", "3rd"],
    ["4", "4th"],
    ["11", "11th"],
    ["12", "12th"],
    ["13", "13th"],
    ["21", "21st"],
    ["112", "112th"],
    ["123", "123rd"],
  ])("write the ordinal of %s as %s", (nr, expected) => {
    expect(names(bookOf(markets(market(914, "{!nr} goal"))), "914", `nr=${nr}`).name).toBe(`${expected} goal`);
  });

  it("with a token that can't be filled in name nothing: the market has its number and is not offered", () => {
    const book = bookOf(markets(market(915, "{!goalnr} goal of {$event}") + market(916, "{%player}") + market(917, "{constructor}")));
    for (const [id, specifiers] of [
      ["915", "goalnr=1"],
      ["916", "player=sr:player:6"],
      ["917", ""],
    ] as const)
      expect(names(book, id, specifiers)).toMatchObject({ name: `Market ${id}`, isDescribed: false });
  });

  it("of outcomes that are players or a variant's come from their own documents, which are asked for when missing", () => {
    const general = markets(market(921, "First scorer", { 1: "none" }) + market(922, "Exact goals", {}));
    const before = bookOf(general);
    expect(names(before, "921").outcome("sr:player:8")).toBeNull();
    expect(names(before, "921").wanted("1", "sr:player:8", "sr:player:8")).toEqual([{ player: "sr:player:8" }]);
    expect(names(before, "922", "variant=sr:exact_goals:6+").isDescribed).toBe(false);
    expect(names(before, "922", "variant=sr:exact_goals:6+").wanted()).toEqual([{ market: "922", variant: "sr:exact_goals:6+" }]);
    const after = bookOf(general, player(8, "Example, Eight"), variants("sr:exact_goals:6+", { "sr:exact_goals:6+:1337": "6+" }));
    expect(names(after, "921").outcome("sr:player:8")).toBe("Example, Eight");
    expect(names(after, "921").wanted("1", "sr:player:8")).toEqual([]);
    expect(names(after, "922", "variant=sr:exact_goals:6+")).toMatchObject({ name: "Exact goals", isDescribed: true });
    expect(names(after, "922", "variant=sr:exact_goals:6+").outcome("sr:exact_goals:6+:1337")).toBe("6+");
  });

  it("that the feed has posted go before those that the code brings along", () => {
    expect(names(BUILT_IN, "18", "total=2.5").name).toBe("Total 2.5");
    expect(names(bookOf(markets(market(18, "Goals", { 12: "more" }))), "18", "total=2.5")).toMatchObject({ name: "Goals 2.5" });
  });

  it("are never half a description's: an odds change is offered under whole names, and says which are missing", () => {
    const odds = (book: DescriptionBook) =>
      readMessage(
        '<odds_change product="3" event_id="sr:match:1" timestamp="5"><odds><market id="931" specifiers="variant=pre:markettext:9"><outcome id="pre:outcometext:1" odds="2"/></market></odds></odds_change>',
        { feed: "uof", sequence: 1 },
        book,
      );
    expect(odds(BUILT_IN)).toMatchObject({
      value: {
        message: { markets: [{ status: "closed", name: "Market 931" }] },
        undescribed: [{ market: "931", variant: "pre:markettext:9" }],
      },
    });
    const described = bookOf(
      markets(market(931, "Champion", { "pre:outcometext:1": "Example" }, 'variant="pre:markettext:9" groups="all|winner"')),
    );
    expect(odds(described)).toMatchObject({
      value: {
        message: {
          markets: [
            {
              status: "active",
              name: "Champion",
              groups: ["all", "regular_play", "winner"],
              outcomes: [{ name: "Example", active: true }],
            },
          ],
        },
        undescribed: [],
      },
    });
  });
});

describe("what is kept", () => {
  const entry = (key: string, name = key): KeyedDescription => ({ key, description: { name, outcomes: {} } });

  function newStore() {
    const sql = nodeSql();
    migrate(sql, FEED_MONITOR_MIGRATIONS);
    return new DescriptionStore(sql);
  }

  it("changes by what is new alone: a repeated document has no version of its own", () => {
    const store = newStore();
    expect(store.keep("en", [entry("market:1"), entry("market:2")], 1)).toBe(2);
    const { version } = store.since("en", 0);
    expect(store.keep("en", [entry("market:1"), entry("market:2")], 2)).toBe(0);
    expect(store.since("en", version)).toEqual({ version, entries: [], isComplete: true });
    expect(store.keep("en", [entry("market:1"), entry("market:2", "otherwise")], 3)).toBe(1);
    expect(store.since("en", version)).toEqual({ version: version + 1, entries: [entry("market:2", "otherwise")], isComplete: true });
  });

  it("is apart by language", () => {
    const store = newStore();
    store.keep("en", [entry("market:1", "Draw")], 1);
    store.keep("sw", [entry("market:1", "Sare")], 1);
    expect(store.since("sw", 0).entries).toEqual([entry("market:1", "Sare")]);
  });

  it("comes in pages, each entry once, to who knows nothing yet", () => {
    const store = newStore();
    const all = Array.from({ length: 4_500 }, (_, index) => entry(`market:${index}`));
    store.keep("en", all, 1);
    const seen: KeyedDescription[] = [];
    let page = store.since("en", 0);
    for (seen.push(...page.entries); !page.isComplete; seen.push(...page.entries)) page = store.since("en", page.version);
    expect(seen).toEqual(all);
  });

  it("forgets the oldest players beyond its bound, and no market", () => {
    const store = newStore();
    store.keep(
      "en",
      [entry("market:1"), ...Array.from({ length: DESCRIPTIONS_MAX + 3 }, (_, index) => entry(`player:sr:player:${index}`))],
      1,
    );
    const first = store.since("en", 0).entries;
    expect(first.slice(0, 2)).toEqual([entry("market:1"), entry("player:sr:player:3")]);
  });
});
