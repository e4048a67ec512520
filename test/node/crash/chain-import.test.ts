/** An offline chain comes in whole, proven and by two people, or not at all; chains follow each other without a gap. */
import { describe, expect, it } from "vitest";
import { hmacSha256OfBytes, sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { openText, sealText } from "../../../durable-objects/platform/sealed-text.ts";
import { follows } from "../../../shared/crash/chain.ts";
import { pagePurpose } from "../../../shared/crash/chain-file.ts";
import { crashPoint } from "../../../shared/crash/crash-point.ts";
import { fromHex } from "../../../shared/crash/hash.ts";
import { GAME, MATHS } from "../../../shared/crash/release.ts";
import type { OfflineChain } from "../../support/offline-chain.ts";
import { GameWorld, offlineChain, RULES, SALT, SECRET, SOURCE } from "./game-world.ts";

const LENGTH = 50_400;
const chain = offlineChain(1, LENGTH);
const { terminatingHash } = chain.statement;

function broken(sealed: string): string {
  const at = sealed.length - 5;
  return `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
}

/** Expects `act` to be refused with `reason` and to leave every table as it was. */
function refuses(world: GameWorld, reason: Record<string, unknown>, act: () => unknown): void {
  const before = world.stored();
  expect(act()).toEqual({ ok: false, error: reason });
  expect(world.stored()).toBe(before);
}

function pageOf({ pages }: OfflineChain, page: number): string {
  const sealed = pages[page];
  if (sealed === undefined) throw new Error(`no page ${page}`);
  return sealed;
}

describe("bringing in", () => {
  it("takes a chain page by page and makes it the waiting round's, in place of one that was never salted", () => {
    const world = new GameWorld();
    expect(world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs)).toEqual({
      ok: true,
      value: { terminatingHash, pages: 2, nextPage: 0 },
    });
    expect(world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0))).toMatchObject({ value: { nextPage: 1 } });
    expect(world.fairness.addChainPage(terminatingHash, 1, pageOf(chain, 1))).toMatchObject({ value: { nextPage: 2 } });
    const published = world.fairness.publishChain(terminatingHash, "publisher", world.nowMs);
    expect(published).toMatchObject({ ok: true, value: { origin: "offline", length: LENGTH, firstRound: 1, hasSalt: false } });
    expect(world.round).toMatchObject({ number: 1, status: "WAITING", commitment: terminatingHash });
    expect(world.fairness.report()).toMatchObject({ importing: null, chains: [{ terminatingHash, announcedSource: SOURCE }] });
  });

  it("plays its rounds by its links, each row with what it was played under", () => {
    const world = new GameWorld();
    world.install(chain);
    let revealed = terminatingHash;
    for (let number = 1; number <= 3; number += 1) {
      const round = world.playRound();
      const hash = fromHex(round.server_seed ?? "");
      expect(follows(hash, fromHex(revealed), sha256OfBytes)).toBe(true);
      expect(crashPoint(hash, { salt: SALT, ...RULES }, hmacSha256OfBytes).crashHundredths).toBe(round.crash_hundredths);
      expect(round).toMatchObject({ config_sha256: chain.statement.configSha256, maths_sha256: MATHS.sha256, game_sha256: GAME.sha256 });
      revealed = round.server_seed ?? "";
    }
  });

  it.each([
    ["gameId", "crash-gh"],
    ["algorithm", "another"],
    ["houseEdgeBasisPoints", 301],
    ["capHundredths", 999],
    ["curveMillionthsPerMs", 61],
    ["gameVersion", "0.9.9"],
    ["gameSha256", "0".repeat(64)],
    ["mathsSha256", "0".repeat(64)],
    ["configSha256", "0".repeat(64)],
    ["terminatingHash", "no hash"],
    ["length", 20_000_001],
    ["length", 0],
  ])("refuses a statement with another %s", (field, value) => {
    const world = new GameWorld();
    refuses(world, { reason: "statement_differs", field }, () =>
      world.fairness.beginChain({ ...chain.statement, [field]: value }, "maker", "n", world.nowMs),
    );
  });

  it("refuses pages that were changed, swapped, of another chain or under another secret", () => {
    const world = new GameWorld();
    const other = offlineChain(2, LENGTH);
    world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs);
    const foreign = offlineChain(1, LENGTH, "another-secret-of-forty-characters-000");
    for (const sealed of [broken(pageOf(chain, 0)), pageOf(chain, 1), pageOf(other, 0), pageOf(foreign, 0), "", "a.b.c"])
      refuses(world, { reason: "page_broken" }, () => world.fairness.addChainPage(terminatingHash, 0, sealed));
  });

  it("refuses pages that open but are of two chains, and an end that is not the published one", () => {
    const world = new GameWorld();
    const other = offlineChain(2, LENGTH);
    const purpose = pagePurpose(chain.statement, 1);
    const spliced = sealText(SECRET, purpose, openText(SECRET, pagePurpose(other.statement, 1), pageOf(other, 1)));
    world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs);
    world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0));
    refuses(world, { reason: "page_broken" }, () => world.fairness.addChainPage(terminatingHash, 1, spliced));
    // One link shorter than it is: its last page ends before the terminating hash.
    world.fairness.beginChain({ ...chain.statement, length: LENGTH - 1 }, "maker", "m", world.nowMs);
    world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0));
    refuses(world, { reason: "page_broken" }, () => world.fairness.addChainPage(terminatingHash, 1, pageOf(chain, 1)));
  });

  it("takes no page out of turn, and a page again without a change", () => {
    const world = new GameWorld();
    refuses(world, { reason: "no_import" }, () => world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0)));
    world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs);
    refuses(world, { reason: "wrong_page", expected: 0 }, () => world.fairness.addChainPage(terminatingHash, 1, pageOf(chain, 1)));
    world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0));
    const before = world.stored();
    expect(world.fairness.addChainPage(terminatingHash, 0, "whatever")).toMatchObject({ ok: true, value: { nextPage: 1 } });
    expect(world.stored()).toBe(before);
  });

  it("publishes no truncated chain, and none by the person who brought it", () => {
    const world = new GameWorld();
    world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs);
    world.fairness.addChainPage(terminatingHash, 0, pageOf(chain, 0));
    refuses(world, { reason: "incomplete", nextPage: 1 }, () => world.fairness.publishChain(terminatingHash, "publisher", world.nowMs));
    world.fairness.addChainPage(terminatingHash, 1, pageOf(chain, 1));
    refuses(world, { reason: "same_person" }, () => world.fairness.publishChain(terminatingHash, "maker", world.nowMs));
    refuses(world, { reason: "no_import" }, () => world.fairness.publishChain("0".repeat(64), "publisher", world.nowMs));
  });

  it("takes no chain a second time", () => {
    const world = new GameWorld();
    world.install(chain);
    refuses(world, { reason: "chain_known" }, () => world.fairness.beginChain(chain.statement, "maker", "n", world.nowMs));
  });
});

describe("the salt", () => {
  it("comes after the publication, from the announced source, by somebody else, once", () => {
    const world = new GameWorld();
    world.bringIn(chain);
    world.fairness.publishChain(terminatingHash, "publisher", world.nowMs);
    expect(world.store.open(world.nowMs)).toBe(false);
    const salt = (source: string, by: string, value = SALT) =>
      world.fairness.publishSalt(world.round, { salt: value, source, by, isProduction: true }, world.nowMs);
    refuses(world, { reason: "wrong_source" }, () => salt("hash of Bitcoin block 960001", "publisher"));
    refuses(world, { reason: "same_person" }, () => salt(SOURCE, "maker"));
    refuses(world, { reason: "not_a_salt" }, () => salt(SOURCE, "publisher", "short"));
    expect(salt(SOURCE, "publisher")).toMatchObject({ ok: true });
    refuses(world, { reason: "already_fixed" }, () => salt(SOURCE, "publisher"));
    expect(world.store.open(world.nowMs)).toBe(true);
  });
});

it("salts a chain of the game's own elsewhere, but not in production", () => {
  const world = new GameWorld();
  const salt = { salt: SALT, source: "a block", by: "publisher" };
  refuses(world, { reason: "not_offline" }, () => world.fairness.publishSalt(world.round, { ...salt, isProduction: true }, world.nowMs));
  expect(world.fairness.publishSalt(world.round, { ...salt, isProduction: false }, world.nowMs)).toMatchObject({ ok: true });
});

describe("the end of a chain", () => {
  it("closes the game when no next chain is there, and the next one opens it again with the round after", () => {
    const world = new GameWorld();
    world.install(offlineChain(3, 2));
    world.playRound();
    expect(world.playRound()).toMatchObject({ number: 2, status: "CRASHED" });
    expect(world.round).toMatchObject({ number: 2, status: "CRASHED" });
    expect(world.fairness.report().closing).toMatchObject({ reason: "chain_ended", detail: "round 2 was the last" });
    world.install(chain);
    expect(world.fairness.report().closing).toBeNull();
    expect(world.store.rest(1, world.nowMs, null)).toBe(true);
    expect(world.round).toMatchObject({ number: 3, status: "WAITING", commitment: terminatingHash });
    expect(world.playRound().number).toBe(3);
  });

  it("passes without a pause into a chain that was prepared before", () => {
    const world = new GameWorld();
    world.install(offlineChain(4, 2));
    world.install(chain);
    expect(world.fairness.report().chains.map(({ firstRound, hasSalt }) => [firstRound, hasSalt])).toEqual([
      [1, true],
      [3, true],
    ]);
    const numbers = [world.playRound(), world.playRound(), world.playRound()].map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3]);
    expect(world.fairness.report().closing).toBeNull();
  });

  it("waits at the first round of a prepared chain whose salt is not fixed yet", () => {
    const world = new GameWorld();
    world.install(offlineChain(5, 1));
    world.bringIn(chain);
    world.fairness.publishChain(terminatingHash, "publisher", world.nowMs);
    world.playRound();
    expect(world.round).toMatchObject({ number: 2, status: "WAITING" });
    expect(world.store.open(world.nowMs)).toBe(false);
    world.fairness.publishSalt(world.round, { salt: SALT, source: SOURCE, by: "publisher", isProduction: true }, world.nowMs);
    expect(world.store.open(world.nowMs)).toBe(true);
  });
});
