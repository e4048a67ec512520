/** Every wallet's export is in the archive within a day, once for each state, and gives the wallet back. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { verifyExport } from "../../../shared/ledger/export-format.ts";
import { exportKey, keepExport } from "../../../workers/adapters/r2/export-archive.ts";
import { archiveExports } from "../../../workers/services/ledger/archive-exports.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { mint } from "../../support/wallet-commands.ts";
import { must, newWallet, type TestWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 20_000 });

/** Other files' wallets and cron runs are in other countries. */
const COUNTRY = "NG";
/** Days of its own for each pass. */
let todayMs = Date.now() + 500 * DAY_MS;

async function projectedWallet(): Promise<TestWallet> {
  const made = await newWallet(0, COUNTRY);
  await reprojectWallet(env, COUNTRY, made.walletId);
  return made;
}

/** A whole pass over the country, however many runs it takes. */
async function passOver(): Promise<void> {
  todayMs += DAY_MS;
  for (;;) {
    const before = await position();
    await archiveExports(env, COUNTRY, todayMs);
    if ((await position()) === before) return;
  }
}

async function position(): Promise<string | undefined> {
  return (await env.DB_NG.prepare("SELECT position FROM recon_cursor WHERE job = 'exports'").first<{ position: string }>())?.position;
}

async function keysOf({ walletId }: TestWallet): Promise<readonly string[]> {
  return (await env.ARCHIVE.list({ prefix: `exports/${COUNTRY}/${walletId}/` })).objects.map((object) => object.key);
}

it("each wallet is exported once for each state that a day finds it in, and the newest name is the newest state", async () => {
  const [still, moving] = [await projectedWallet(), await projectedWallet()];
  await passOver();
  expect(await keysOf(still)).toHaveLength(1);
  must(await moving.wallet.setVerified({ key: mint("verify"), verified: false }));
  await reprojectWallet(env, COUNTRY, moving.walletId);
  await passOver();
  await passOver();
  expect(await keysOf(still)).toHaveLength(1);
  const keys = await keysOf(moving);
  expect(keys).toHaveLength(2);
  const { epoch, seq } = await moving.wallet.digest();
  expect(keys.at(-1)).toBe(exportKey({ country: COUNTRY, walletId: moving.walletId, epoch, seq }));
});

it("what is in the archive is a whole export, and gives a lost wallet back", async () => {
  const player = await projectedWallet();
  const { digest } = await player.wallet.digest();
  await passOver();
  const [key = ""] = await keysOf(player);
  const lines = (await (await env.ARCHIVE.get(key))?.text())?.trimEnd().split("\n") ?? [];
  expect(verifyExport(lines, sha256Hex)).toMatchObject({ ok: true, value: { walletId: player.walletId, digest } });
  await runInDurableObject(player.wallet, async (_instance, state) => {
    await state.storage.deleteAlarm();
    await state.storage.deleteAll();
  });
  await evictDurableObject(player.wallet);
  const again = env.WALLET.getByName(player.walletId);
  expect(await again.importPage(lines)).toMatchObject({ ok: true, value: { isDone: true } });
  expect((await again.digest()).digest).toBe(digest);
});

it("a wallet that can't be exported is logged and keeps no other from the archive", async () => {
  const lost = await projectedWallet();
  const found = await projectedWallet();
  await env.DB_NG.prepare("UPDATE wallet_projection SET wallet_id = ?, shard = 0 WHERE wallet_id = ?").bind("NG:0", lost.walletId).run();
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await passOver();
  expect(warn.mock.calls.flat().join()).toContain("wallet_not_exported");
  warn.mockRestore();
  expect(await keysOf(found)).toHaveLength(1);
  expect((await env.ARCHIVE.list({ prefix: `exports/${COUNTRY}/NG:0/` })).objects).toEqual([]);
  await env.DB_NG.prepare("UPDATE wallet_projection SET wallet_id = ? WHERE wallet_id = 'NG:0'").bind(lost.walletId).run();
});

it("an export of many megabytes is stored byte for byte, and one that breaks off is not stored at all", async () => {
  const place = { country: COUNTRY, walletId: `NG:${mint("usr")}`, epoch: 1, seq: 7 } as const;
  const pages = Array.from({ length: 30 }, (_, index) => new Uint8Array(400_000 + index).fill(index + 1));
  async function* from(count: number, breaks: boolean) {
    yield* pages.slice(0, count);
    if (breaks) throw new Error("the export broke off");
  }
  await expect(keepExport(env.ARCHIVE, place, from(20, true))).rejects.toThrow("broke off");
  await expect(keepExport(env.ARCHIVE, place, from(2, true))).rejects.toThrow("broke off");
  expect(await env.ARCHIVE.head(exportKey(place))).toBeNull();
  const bytes = await keepExport(env.ARCHIVE, place, from(30, false));
  const stored = new Uint8Array((await (await env.ARCHIVE.get(exportKey(place)))?.arrayBuffer()) ?? new ArrayBuffer(0));
  expect(stored.length).toBe(bytes);
  let at = 0;
  for (const page of pages) {
    expect(stored[at]).toBe(page[0]);
    expect(stored[at + page.length - 1]).toBe(page[0]);
    at += page.length;
  }
  expect(at).toBe(bytes);
});
