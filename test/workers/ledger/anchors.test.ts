/** What was anchored can't be changed unseen: not in the wallet, not in the database, not in the archive. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { leafTexts } from "../../../shared/ledger/anchor.ts";
import { isInTree } from "../../../shared/ledger/merkle.ts";
import { SHARD_COUNT, shardOf } from "../../../shared/ledger/shards.ts";
import { latestAnchor } from "../../../workers/adapters/d1/anchors.ts";
import { saveCursor } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { anchorKey, readAnchorPart } from "../../../workers/adapters/r2/anchor-archive.ts";
import { configOf } from "../../../workers/env.ts";
import { publicKeys } from "../../../workers/services/identity/access-token.ts";
import { anchorShard, anchorWallets } from "../../../workers/services/ledger/anchor-wallets.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { verifyWalletAnchor } from "../../../workers/services/ledger/verify-wallet-anchor.ts";
import { anchorKeyOf } from "../../../workers/services/signing-key.ts";
import { newWallet, type TestWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 20_000 });

/** Ghana's: other files' wallets and cron runs are Kenya's. */
const COUNTRY = "GH";
/** Other files anchor the shards below, on later days. */
const OWN_SHARDS = { from: 24, to: 62 };
/** A day of its own for each test, so that none meets another's anchors. */
let nextMs = Date.now() + 400 * DAY_MS;

interface Anchored extends TestWallet {
  readonly place: { readonly country: typeof COUNTRY; readonly day: string; readonly shard: number };
  readonly nowMs: number;
}

async function anchored(): Promise<Anchored> {
  const player = await newWallet(0, COUNTRY, OWN_SHARDS);
  await reprojectWallet(env, COUNTRY, player.walletId);
  nextMs += DAY_MS;
  const place = { country: COUNTRY, day: localDay(unixMs(nextMs), 0), shard: shardOf(player.walletId) } as const;
  await anchorShard(env, place, nextMs);
  return { ...player, place, nowMs: nextMs };
}

const check = ({ walletId }: TestWallet) => verifyWalletAnchor(env, COUNTRY, walletId);

/** Opens a table that is append-only, as somebody with the database's key could. */
async function tamperRow({ place }: Anchored, change: string): Promise<void> {
  await env.DB_GH.prepare("DROP TRIGGER anchor_kept").run();
  await env.DB_GH.prepare(`UPDATE anchor SET ${change} WHERE day = ? AND shard = ?`).bind(place.day, place.shard).run();
  await env.DB_GH.prepare(
    "CREATE TRIGGER anchor_kept BEFORE UPDATE ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END",
  ).run();
}

async function deleteRows(day: string): Promise<void> {
  await env.DB_GH.prepare("DROP TRIGGER anchor_not_deleted").run();
  await env.DB_GH.prepare("DELETE FROM anchor WHERE day = ?").bind(day).run();
  await env.DB_GH.prepare(
    "CREATE TRIGGER anchor_not_deleted BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END",
  ).run();
}

async function tamperArchive({ place }: Anchored, part: "leaves" | "head", from: string, to: string): Promise<void> {
  const text = await readAnchorPart(env.ARCHIVE, place, part);
  const changed = text?.replace(from, to) ?? "";
  expect(changed).not.toBe(text);
  await env.ARCHIVE.put(anchorKey(place, part), changed);
}

describe("an anchor", () => {
  it("agrees with its wallet, also after the wallet went on", async () => {
    const player = await anchored();
    expect(await check(player)).toMatchObject({
      failures: [],
      leaf: { walletId: player.walletId, seq: 2 },
      anchor: { kid: "test-anchor" },
    });
    await player.wallet.setVerified({ key: "again", verified: false });
    const { failures, leaf, proof, anchor } = (await check(player)) ?? {};
    expect(failures).toEqual([]);
    const [text = ""] = leafTexts(leaf == null ? [] : [leaf]);
    expect(isInTree(text, proof ?? [], anchor?.root ?? "", sha256OfBytes)).toBe(true);
  });

  it("names the one before it, so that none can be taken out", async () => {
    const player = await anchored();
    const first = await latestAnchor(env.DB_GH, player.place.shard);
    nextMs += DAY_MS;
    await anchorShard(env, { ...player.place, day: localDay(unixMs(nextMs), 0) }, nextMs);
    expect(await latestAnchor(env.DB_GH, player.place.shard)).toMatchObject({ previousRoot: first?.root });
  });

  it("is made once: a second run, also one that comes after a crash, keeps what stands", async () => {
    const player = await anchored();
    const first = await latestAnchor(env.DB_GH, player.place.shard);
    await player.wallet.setVerified({ key: "later", verified: false });
    await reprojectWallet(env, COUNTRY, player.walletId);
    await anchorShard(env, player.place, player.nowMs + 1_000);
    expect(await latestAnchor(env.DB_GH, player.place.shard)).toEqual(first);
    await deleteRows(player.place.day);
    await env.ARCHIVE.delete(anchorKey(player.place, "head"));
    await anchorShard(env, player.place, player.nowMs + 2_000);
    expect(await latestAnchor(env.DB_GH, player.place.shard)).toMatchObject({ root: first?.root, count: first?.count });
    expect((await check(player))?.failures).toEqual([]);
  });

  it("can't be edited or deleted in the database", async () => {
    await anchored();
    for (const statement of ["UPDATE anchor SET root = ''", "DELETE FROM anchor"])
      await expect(env.DB_GH.prepare(statement).run()).rejects.toThrow(/append-only/);
  });

  it("says nothing of a wallet that came after it", async () => {
    const player = await anchored();
    let newer = await newWallet(0, COUNTRY);
    while (shardOf(newer.walletId) !== player.place.shard) newer = { ...newer, walletId: `${newer.walletId}x` };
    expect(await check(newer)).toMatchObject({ leaf: null, failures: [] });
  });
});

describe("tampering is found", () => {
  it("with an entry of the wallet", async () => {
    const player = await anchored();
    await runInDurableObject(player.wallet, (_object, { storage }) => {
      const triggers = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'").toArray();
      for (const { name } of triggers) storage.sql.exec(`DROP TRIGGER ${name}`);
      storage.sql.exec("UPDATE entry SET hash = ? WHERE seq = 2", "f".repeat(64));
    });
    expect((await check(player))?.failures).toEqual(["wallet"]);
  });

  it.each([["root = 'tampered'"], ["count = count + 1"], ["signature = 'a.b.c'"], ["previous_root = 'x'"]])(
    "with the database's row: %s",
    async (change) => {
      const player = await anchored();
      await tamperRow(player, change);
      expect((await check(player))?.failures).toEqual(["database_row"]);
    },
  );

  it("with a leaf in the archive: the wallet still agrees with the truth, the list no longer with its root", async () => {
    const player = await anchored();
    await tamperArchive(player, "leaves", '"epoch":1', '"epoch":2');
    expect((await check(player))?.failures).toEqual(["list"]);
  });

  it("with the head in the archive, even when the database says the same", async () => {
    const player = await anchored();
    await tamperArchive(player, "head", '"count":', '"count":1');
    expect((await check(player))?.failures).toEqual(["signature", "database_row", "list"]);
  });

  it("by a part that is gone", async () => {
    const player = await anchored();
    await env.ARCHIVE.delete(anchorKey(player.place, "leaves"));
    expect((await check(player))?.failures).toEqual(["archive_missing"]);
  });

  it("by a newest row that is gone: an older anchor does not stand for it", async () => {
    const player = await anchored();
    nextMs += DAY_MS;
    const day = localDay(unixMs(nextMs), 0);
    await anchorShard(env, { ...player.place, day }, nextMs);
    await deleteRows(day);
    expect((await check(player))?.failures).toEqual(["database_row"]);
  });

  it("by an anchor before it that is gone", async () => {
    const player = await anchored();
    nextMs += DAY_MS;
    await anchorShard(env, { ...player.place, day: localDay(unixMs(nextMs), 0) }, nextMs);
    await deleteRows(player.place.day);
    expect((await check(player))?.failures).toEqual(["chain"]);
  });

  it("by a wallet that was open and is not in the list", async () => {
    const player = await newWallet(0, COUNTRY);
    await env.DB_GH.prepare("DELETE FROM wallet_projection WHERE wallet_id = ?").bind(player.walletId).run();
    nextMs += DAY_MS;
    await anchorShard(env, { country: COUNTRY, day: localDay(unixMs(nextMs), 0), shard: shardOf(player.walletId) }, nextMs);
    expect(await check(player)).toMatchObject({ leaf: null, failures: ["unlisted"] });
  });
});

describe("the archive is not believed", () => {
  async function notAnchored() {
    const player = await newWallet(0, COUNTRY);
    await reprojectWallet(env, COUNTRY, player.walletId);
    nextMs += DAY_MS;
    const place = { country: COUNTRY, day: localDay(unixMs(nextMs), 0), shard: shardOf(player.walletId) } as const;
    return { player, place };
  }
  const leaf = (walletId: string, hash: string) => `${leafTexts([{ walletId, epoch: 1, seq: 2, hash }])[0]}\n`;

  it("when it holds a list that somebody else put there: nothing is signed, and an item says so until the list is gone", async () => {
    const { player, place } = await notAnchored();
    await env.ARCHIVE.put(anchorKey(place, "leaves"), leaf(player.walletId, "f".repeat(64)));
    const position = `${place.day}/${place.shard}`;
    await saveCursor(env.DB_GH, "anchors", position, nextMs);
    await expect(anchorWallets(env, COUNTRY, nextMs)).rejects.toThrow("leaves that no journal has");
    expect(await readAnchorPart(env.ARCHIVE, place, "head")).toBeNull();
    const items = () => env.DB_GH.prepare("SELECT class, resolved_at_ms FROM recon_item WHERE subject = ?").bind(position).all();
    expect((await items()).results).toEqual([{ class: "not_anchored", resolved_at_ms: null }]);
    await env.ARCHIVE.delete(anchorKey(place, "leaves"));
    await anchorWallets(env, COUNTRY, nextMs);
    expect((await items()).results).toEqual([{ class: "not_anchored", resolved_at_ms: expect.any(Number) }]);
    expect((await check(player))?.failures).toEqual([]);
  });

  it.each([
    ["of another shard", (walletId: string) => leaf(`${walletId}x`, "f".repeat(64)) + leaf(`${walletId}y`, "f".repeat(64))],
    ["of one wallet twice", (walletId: string) => leaf(walletId, "f".repeat(64)).repeat(2)],
    ["that is no list", () => "hello\n"],
  ])("when it holds a list %s", async (_what, listOf) => {
    const { player, place } = await notAnchored();
    await env.ARCHIVE.put(anchorKey(place, "leaves"), listOf(player.walletId));
    await expect(anchorShard(env, place, nextMs)).rejects.toThrow("none of the shard");
  });

  it("but a head that was signed before the key was changed stands, and stays checkable", async () => {
    const player = await anchored();
    await deleteRows(player.place.day);
    const { privateKey } = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const ANCHOR_KEY = JSON.stringify({ ...((await crypto.subtle.exportKey("jwk", privateKey)) as JsonWebKey), kid: "next-anchor" });
    const { publicJwk } = await anchorKeyOf(configOf(env));
    const changed = { ...env, ANCHOR_KEY, RETIRED_ANCHOR_KEYS: JSON.stringify([publicJwk]) };
    await anchorShard(changed, player.place, player.nowMs + 1_000);
    expect(await verifyWalletAnchor(changed, COUNTRY, player.walletId)).toMatchObject({ failures: [], anchor: { kid: "test-anchor" } });
    expect((await publicKeys(configOf(changed))).map(({ kid }) => kid)).toEqual(["test", "next-anchor", "test-anchor"]);
    nextMs += DAY_MS;
    await anchorShard(changed, { ...player.place, day: localDay(unixMs(nextMs), 0) }, nextMs);
    expect(await verifyWalletAnchor(changed, COUNTRY, player.walletId)).toMatchObject({ failures: [], anchor: { kid: "next-anchor" } });
  });
});

describe("the daily job", () => {
  beforeAll(async () => {
    await env.DB_NG.prepare("DELETE FROM recon_cursor WHERE job = 'anchors'").run();
  });

  it("anchors each shard of each day once, a few a run, and catches up a day that was missed", async () => {
    const startMs = nextMs + 100 * DAY_MS;
    const count = async (atMs: number) =>
      env.DB_NG.prepare("SELECT count(*) AS n FROM anchor WHERE day = ?")
        .bind(localDay(unixMs(atMs), 0))
        .first<number>("n");
    for (let runs = 0; runs < 18; runs += 1) await anchorWallets(env, "NG", startMs);
    expect(await count(startMs)).toBe(SHARD_COUNT);
    for (let runs = 0; runs < 20; runs += 1) await anchorWallets(env, "NG", startMs + 2 * DAY_MS);
    expect(await count(startMs + DAY_MS)).toBe(SHARD_COUNT);
    expect(await count(startMs + 2 * DAY_MS)).toBe(16);
    const late = await env.DB_NG.prepare("SELECT min(anchored_at_ms) AS at FROM anchor WHERE day = ?")
      .bind(localDay(unixMs(startMs + DAY_MS), 0))
      .first<number>("at");
    expect(late).toBe(startMs + 2 * DAY_MS);
  });
});
