import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadStory } from "../../../simulators/uof/samples.ts";
import { NODE_ID, until, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const odds = (event: number, atMs: number) =>
  `<odds_change product="3" event_id="sr:season:${event}" timestamp="${atMs}"><odds/></odds_change>`;
const sequences = () => world.port.entries.map(({ sequence }) => sequence);
const isAscending = (numbers: readonly number[]) => numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));

describe("the bridge", () => {
  it("brings a recorded story to the platform, each message once, in order, numbered upwards", async () => {
    await world.startRecovered();
    const before = world.port.entries.length;
    const story = loadStory().filter((text) => !/<(alive|snapshot_complete)/.test(text));
    for (const text of story) world.provider.say(text);
    await until("the story", () => story.every((text) => world.port.entries.some((entry) => "xml" in entry && entry.xml === text)));
    const arrived = world.port.entries.slice(before);
    const ofMatch = (text: string) => text.includes('"sr:match:61000001"') && !text.includes("fixtures_fixture");
    const xmls = arrived.flatMap((entry) => ("xml" in entry ? [entry.xml] : []));
    expect(xmls.filter(ofMatch)).toEqual(story.filter(ofMatch));
    for (const text of story) expect(xmls.filter((xml) => xml === text)).toHaveLength(1);
    const ofTheMatch = arrived.filter((entry) => "xml" in entry && ofMatch(entry.xml)).map(({ sequence }) => sequence);
    expect(isAscending(ofTheMatch)).toBe(true);
    expect(new Set(sequences()).size).toBe(sequences().length);
  });

  it("sends an event's fixture before the first word about it, and the changed one after a change", async () => {
    await world.startRecovered();
    const [, prices = "", , , change = ""] = loadStory();
    world.provider.say(prices);
    world.provider.say(change);
    await until("the changed fixture", () => world.port.names.filter((name) => name === "fixtures_fixture").length === 2);
    const names = world.port.names.filter((name) => /fixture|odds/.test(name));
    expect(names).toEqual(["fixtures_fixture", "odds_change", "fixture_change", "fixtures_fixture"]);
  });

  it("tells the platform of a recovery before its answers, and is up when its own request is complete", async () => {
    await world.startRecovered();
    await until("the end of both recoveries", () => world.port.names.filter((name) => name === "snapshot_complete").length === 2);
    const { names } = world.port;
    expect(names.filter((name) => name === "recovery")).toHaveLength(2);
    expect(names.lastIndexOf("recovery")).toBeLessThan(names.lastIndexOf("snapshot_complete"));
    expect(world.provider.requests.map(({ afterMs, nodeId }) => [afterMs, nodeId])).toEqual([
      [null, NODE_ID],
      [null, NODE_ID],
    ]);
  });

  it("asks after a cut from the last sign of life whose earlier messages are posted, and gets what it missed", async () => {
    await world.startRecovered();
    const bookmarkMs = Date.now();
    world.provider.alive(bookmarkMs);
    await until("the bookmark", () => world.bridge.status().producers.every(({ bookmark_ms }) => bookmark_ms === bookmarkMs));
    world.broker.cut();
    const missed = odds(1, bookmarkMs + 1);
    world.provider.say(missed);
    await until("a new consumer", () => world.broker.connects === 2 && world.bridge.status().connected);
    // Two recoveries of one producer are half a minute apart: a restart is a new bridge with the same memory.
    await world.stopBridge();
    await world.startRecovered();
    await until("what was missed", () => world.port.entries.some((entry) => "xml" in entry && entry.xml.includes("sr:season:1")));
    expect(world.provider.requests.slice(2).map(({ afterMs }) => afterMs)).toEqual([bookmarkMs, bookmarkMs]);
  });

  it("begins the next recovery before the last one was asked for, when nothing came after it", async () => {
    const beforeMs = Date.now();
    await world.startRecovered();
    await until("the end of both recoveries", () => world.bridge.status().producers.every(({ bookmark_ms }) => bookmark_ms !== null));
    for (const { bookmark_ms } of world.bridge.status().producers) {
      expect(bookmark_ms).toBeGreaterThanOrEqual(beforeMs);
      expect(bookmark_ms).toBeLessThanOrEqual(Date.now());
    }
    await world.stopBridge();
    await world.startRecovered();
    expect(world.provider.requests.map(({ afterMs }) => afterMs === null)).toEqual([true, true, false, false]);
  });

  it("moves no bookmark while something older waits", async () => {
    await world.startRecovered();
    await until("an empty spool", () => world.bridge.status().waiting === 0);
    world.port.answers.push(...Array.from({ length: 3 }, () => 503));
    const bookmarks = () => world.bridge.status().producers.map(({ bookmark_ms }) => bookmark_ms);
    const known = bookmarks();
    world.provider.say(odds(2, Date.now()));
    world.provider.alive(Date.now());
    await until("a refusal", () => world.port.answers.length < 3);
    expect(bookmarks()).toEqual(known);
    await until("the platform's return", () => world.bridge.status().waiting === 0);
    expect(bookmarks()).not.toEqual(known);
  });

  it("posts what a dead process had stored, under the same numbers, and goes on above them", async () => {
    await world.port.listen();
    const spool = world.openSpool();
    const arrival = { receivedAtMs: Date.now(), isAlive: false, event: null, fixturePath: null, renewedPath: null, bookmark: null };
    spool.append([odds(1, 1), odds(2, 2), odds(3, 3)].map((text) => ({ ...arrival, text })));
    const stored = spool.next(100);
    spool.close();
    await world.startRecovered();
    await until("the stored messages", () => world.port.entries.length > 3);
    expect(world.port.entries.slice(0, 3).map((entry) => [entry.sequence, "xml" in entry && entry.xml])).toEqual(
      stored.map(({ sequence, text }) => [sequence, text]),
    );
    expect(isAscending(sequences())).toBe(true);
  });

  it("repeats a batch whose answer was lost, word for word", async () => {
    await world.startRecovered();
    await until("an empty spool", () => world.bridge.status().waiting === 0);
    const before = world.port.batches.length;
    world.port.answers.push("cut");
    world.provider.say(odds(4, Date.now()));
    await until("the repetition", () => world.port.batches.length === before + 2);
    expect(world.port.batches.at(-1)).toEqual(world.port.batches.at(-2));
    await until("an empty spool", () => world.bridge.status().waiting === 0);
  });

  it("does not fetch a fixture again at once because the platform does not know it yet", async () => {
    await world.startBridge();
    const [, prices = ""] = loadStory();
    world.provider.say(prices);
    await until("the fixture", () => world.port.names.includes("odds_change"));
    world.port.unknownFixtures = ["sr_match_61000001"];
    world.provider.say(odds(5, Date.now()));
    await until("the platform's word", () => world.port.unknownFixtures.length === 0);
    expect(world.port.names.filter((name) => name === "fixtures_fixture")).toHaveLength(1);
    expect(world.bridge.status().events_to_recover).toBe(0);
  });
});

describe("the spool", () => {
  it("belongs to one bridge", () => {
    const spool = world.openSpool();
    expect(() => world.openSpool()).toThrow(/locked/);
    spool.close();
  });

  it("gives a number once, also when all is acknowledged before the restart", () => {
    const arrival = { receivedAtMs: 1, text: "<a/>", isAlive: false, event: null, fixturePath: null, renewedPath: null, bookmark: null };
    const numbers: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const spool = world.openSpool();
      spool.append([arrival, arrival]);
      const waiting = spool.next(100).map(({ sequence }) => sequence);
      numbers.push(...waiting);
      spool.acknowledge(waiting);
      spool.close();
    }
    expect(numbers).toHaveLength(6);
    expect(isAscending(numbers)).toBe(true);
  });

  it("describes an unknown fixture again after an hour, with its odds from each producer", () => {
    const spool = world.openSpool();
    const event = { urn: "sr:match:9", product: 3, isOver: false };
    const arrival = { text: "<a/>", isAlive: false, fixturePath: "/f", renewedPath: null, bookmark: null };
    spool.append([
      { ...arrival, receivedAtMs: 1_000, event },
      { ...arrival, receivedAtMs: 1_000, event: { ...event, product: 1 } },
    ]);
    expect(spool.describeAgain("sr_match_9", 2_000)).toBeNull();
    expect(spool.describeAgain("sr_match_9", 4_000_000)).toBe("sr:match:9");
    expect(spool.wantedEvents(10)).toEqual([
      { product: 3, urn: "sr:match:9", wants: "odds" },
      { product: 1, urn: "sr:match:9", wants: "odds" },
    ]);
    spool.close();
  });
});
