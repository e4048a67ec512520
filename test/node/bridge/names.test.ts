/** Documents of names on their way through the bridge: in parts that the port takes, and once in a while at most. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awaitNames, NAMES_AGAIN_MS } from "../../../bridge/names.ts";
import { splitDocument } from "../../../bridge/split-document.ts";
import { Spool } from "../../../bridge/spool.ts";
import { readMessage } from "../../../workers/adapters/uof/read-message.ts";
import { until, World } from "./world.ts";

describe("a list that is cut", () => {
  const entry = (index: number) =>
    index % 3 === 0
      ? `\n  <market id="${index}" name="a > b"/>`
      : `<market id='${index}' name="m"><outcomes><outcome id="1" name="x"/></outcomes></market>`;
  const list = (entries: readonly string[]) =>
    `<?xml version="1.0"?>\n<market_descriptions response_code="OK">${entries.join("")}</market_descriptions>`;
  const idsOf = (parts: readonly string[]) =>
    parts.flatMap((part) => [...part.matchAll(/<market id=["'](\d+)/g)].map(([, id]) => Number(id)));

  it("has every entry once, in order, in parts that are documents by themselves", () => {
    const all = Array.from({ length: 200 }, (_, index) => index);
    const parts = splitDocument(list(all.map(entry)), 1_000) ?? [];
    expect(parts.length).toBeGreaterThan(5);
    expect(idsOf(parts)).toEqual(all);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(1_000);
      expect(readMessage(part, { feed: "uof", sequence: 1, path: "/descriptions/en/markets.xml" })).toMatchObject({
        ok: true,
        value: { kind: "descriptions" },
      });
    }
  });

  it("is given up when it is no list, or one entry alone is too large", () => {
    expect(splitDocument(`<fixtures_fixture>${"<a/>".repeat(500)}</fixtures_fixture>`, 1_000)).toBeNull();
    expect(splitDocument(list([`<market id="1" name="${"x".repeat(1_000)}"/>`]), 1_000)).toBeNull();
    expect(splitDocument("no xml", 1_000)).toBeNull();
  });
});

describe("names that the platform lacks", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());
  const pathsOf = () => world.port.entries.flatMap((entry) => ("xml" in entry && entry.path !== undefined ? [entry.path] : []));

  it("are fetched and posted with their paths, which say the language", async () => {
    await world.startRecovered();
    await until("both lists", () => pathsOf().length === 2);
    expect(pathsOf()).toEqual(["/descriptions/en/markets.xml", "/descriptions/en/variants.xml"]);
    world.port.undescribed = [{ market: "534", variant: "pre:markettext:900001" }, { player: "sr:player:12" }];
    world.provider.alive(Date.now());
    await until("both documents", () => pathsOf().length === 4);
    expect(pathsOf().slice(2)).toEqual([
      "/descriptions/en/markets/534/variants/pre%3Amarkettext%3A900001",
      "/sports/en/players/sr:player:12/profile.xml",
    ]);
  });

  it("are asked for again after hours alone, also by a bridge that was started again", () => {
    const wanted = [{ market: "9", variant: null }, { player: "sr:player:1" }] as const;
    let spool = new Spool(`${world.folder}/names.sqlite`, 1_000);
    awaitNames(spool, wanted, "en", 1_000);
    awaitNames(spool, wanted, "en", 2_000);
    spool.close();
    spool = new Spool(`${world.folder}/names.sqlite`, 3_000);
    awaitNames(spool, wanted, "en", 1_000 + NAMES_AGAIN_MS - 1);
    expect(spool.awaited(10, 10_000)).toHaveLength(3);
    awaitNames(spool, wanted, "en", 1_000 + NAMES_AGAIN_MS);
    expect(spool.awaited(10, 10_000_000_000)).toHaveLength(6);
    spool.close();
  });

  it("wait behind what messages wait for", () => {
    const spool = new Spool(":memory:", 1_000);
    awaitNames(spool, [{ player: "sr:player:1" }], "en", 1_000);
    spool.awaitDocument("sr:match:1", "/fixture", 1_000);
    expect(spool.awaited(1, 2_000).map(({ path }) => path)).toEqual(["/fixture"]);
    spool.close();
  });
});
