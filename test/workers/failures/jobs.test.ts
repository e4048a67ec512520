/**
 * The cron's jobs fail at every call, before and after it took effect; the next run goes on, and what stands in the end, in the database
 * and in the archive, is what undisturbed runs leave.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DAY_MS, localDay, MINUTE_MS, unixMs } from "../../../shared/kernel/time.ts";
import { SHARD_COUNT, shardOf } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { storeCallback } from "../../../workers/adapters/d1/provider-callbacks.ts";
import { saveUser } from "../../../workers/adapters/d1/users.ts";
import { databaseOf } from "../../../workers/env.ts";
import { sweepPayments } from "../../../workers/scheduled/payment-sweep.ts";
import { anchorWallets } from "../../../workers/services/ledger/anchor-wallets.ts";
import { archiveExports } from "../../../workers/services/ledger/archive-exports.ts";
import { reconcileCopies } from "../../../workers/services/ledger/reconcile-copies.ts";
import { reconcileTotals } from "../../../workers/services/ledger/reconcile-totals.ts";
import { reconcileNamedWallets, reconcileWallets } from "../../../workers/services/ledger/reconcile-wallets.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { mint } from "../../support/wallet-commands.ts";
import { silenceWallets, stored } from "../wallet/projection-support.ts";
import { must, newUserId, newWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const COUNTRY = "GH";
/** Where no other test's wallets look for their newest anchor. */
const ANCHORED = "NG";
/** Days that no other test and no cron run writes to, one for each attempt. */
let nextMs = Date.now() + 5_000 * DAY_MS;

beforeEach(() => silenceWallets());
afterEach(() => void vi.restoreAllMocks());

const all = async (country: Country, query: string, ...values: unknown[]) =>
  (
    await databaseOf(env, country)
      .prepare(query)
      .bind(...values)
      .all<Record<string, unknown>>()
  ).results;

async function setCursor(country: Country, job: string, position: string): Promise<void> {
  await all(country, "INSERT INTO recon_cursor VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET position = excluded.position", job, position);
}

async function positionOf(country: Country, job: string): Promise<unknown> {
  return (await all(country, "SELECT position FROM recon_cursor WHERE job = ?", job))[0]?.position;
}

async function projectedWallet(country: Country): Promise<void> {
  const { walletId } = await newWallet(0, country);
  await reprojectWallet(env, country, walletId);
}

const LAST_SHARD = SHARD_COUNT - 1;

/** A projected wallet that a day's pass over the fleet meets last. */
async function walletOfLastShard(): Promise<string> {
  let userId = newUserId();
  while (shardOf(`${COUNTRY}:${userId}`) !== LAST_SHARD) userId = newUserId();
  const walletId = `${COUNTRY}:${userId}`;
  must(await env.WALLET.getByName(walletId).open({ key: mint("open"), userId, country: COUNTRY }));
  await reprojectWallet(env, COUNTRY, walletId);
  return walletId;
}

/** A run of the job that may die, as the cron's would. */
async function attempted(job: Promise<unknown>): Promise<void> {
  await job.catch(() => undefined);
}

it("anchors of a day are made once each, the archive's heads are the database's rows, and no shard is left out", async () => {
  await projectedWallet(ANCHORED);
  let whole: unknown = null;
  const calls = await atEveryCall(env, async (failing, label) => {
    nextMs += DAY_MS;
    const day = localDay(unixMs(nextMs), 0);
    await setCursor(ANCHORED, "anchors", `${day}/0`);
    await attempted(anchorWallets(failing.env, ANCHORED, nextMs));
    for (let runs = 0; runs < 3 && Number(String(await positionOf(ANCHORED, "anchors")).split("/")[1]) < 4; runs += 1)
      await anchorWallets(env, ANCHORED, nextMs);
    const rows = await all(ANCHORED, "SELECT * FROM anchor WHERE day = ? AND shard < 4 ORDER BY shard", day);
    const compared = rows.map(({ shard, count, root, kid, country }) => ({ shard, count, root, kid, country }));
    whole ??= compared;
    expect(compared, label).toEqual(whole);
    expect(compared, label).toHaveLength(4);
    for (const { shard, root, signature, anchored_at_ms, previous_root } of rows) {
      const archived = await env.ARCHIVE.get(`anchors/${ANCHORED}/${day}/${String(shard).padStart(2, "0")}.json`);
      const head: unknown = JSON.parse((await archived?.text()) ?? "{}");
      expect(head, label).toMatchObject({ head: { root, anchoredAtMs: anchored_at_ms, previousRoot: previous_root }, signature });
    }
  });
  expect(calls).toBeGreaterThanOrEqual(20);
});

it("an export is in the archive within the day's runs or the next day's, whole", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    const walletId = await walletOfLastShard();
    for (const each of [failing.env, env]) {
      nextMs += DAY_MS;
      await setCursor(COUNTRY, "exports", `${localDay(unixMs(nextMs), 0)}/${LAST_SHARD}/${walletId.slice(0, -1)}`);
      await attempted(archiveExports(each, COUNTRY, nextMs));
    }
    const { objects } = await env.ARCHIVE.list({ prefix: `exports/${COUNTRY}/${walletId}/` });
    expect(objects, label).toHaveLength(1);
    const text = (await (await env.ARCHIVE.get(objects[0]?.key ?? ""))?.text()) ?? "";
    const page = await env.WALLET.getByName(walletId).exportPage(null);
    expect(page.ok && `${page.value.lines.join("\n")}\n`, label).toBe(text);
  });
  expect(calls).toBeGreaterThanOrEqual(5);
});

it("a wallet whose copy has a wrong balance has it right again, and its item is resolved", async () => {
  let whole: unknown = null;
  const kept = async (query: string, walletId: string) => (await env.DB_KE.prepare(query).bind(walletId).all()).results;
  const calls = await atEveryCall(env, async (failing, label) => {
    const { walletId, userId } = await newWallet(9_500, "KE");
    // A player is in the list by registration: a repair that dies with the copy dropped must be found again by it.
    const player = { userId, country: "KE", phoneNumber: mint("phone"), fullName: "Amina Test", verified: true, createdAtMs: 1 } as const;
    await saveUser(env.DB_KE, { ...player, status: "active", version: 1 });
    await reprojectWallet(env, "KE", walletId);
    const before = await stored(walletId);
    expect(before.accounts.length, label).toBeGreaterThan(0);
    await kept("UPDATE wallet_account SET posted_minor = 1 WHERE wallet_id = ? AND account = 'user:cash'", walletId);
    for (const each of [failing.env, env, env]) {
      nextMs += MINUTE_MS;
      // The newest wallet is the list's last: the pass has come to it.
      const cursor = "INSERT INTO recon_cursor VALUES ('wallets', ?, 0) ON CONFLICT DO UPDATE SET position = excluded.position";
      await kept(cursor, walletId.slice(0, -1));
      await attempted(reconcileWallets(each, "KE", nextMs));
    }
    expect(await stored(walletId), label).toEqual(before);
    expect(await kept("SELECT class FROM recon_item WHERE subject = ? AND resolved_at_ms IS NULL", walletId), label).toEqual([]);
    const cursor = () => env.DB_KE.prepare("SELECT position FROM recon_cursor WHERE job = 'wallets'").first("position");
    // Files that set their clocks ahead leave wallets behind this one.
    for (let runs = 0; runs < 5 && (await cursor()) !== ""; runs += 1) await reconcileWallets(env, "KE", nextMs);
    expect(await cursor(), label).toBe("");
    const held = before.accounts.map(({ account, posted_minor, held_minor }) => ({ account, posted_minor, held_minor }));
    whole ??= held;
    expect(held, label).toEqual(whole);
  });
  expect(calls).toBeGreaterThanOrEqual(5);
});

it("a copy that lost an entry is whole again by the day's run or the next day's, and the pass has come to its end", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    const { walletId } = await newWallet(9_500);
    await reprojectWallet(env, "KE", walletId);
    const whole = await stored(walletId);
    await all("KE", "DELETE FROM wallet_entry WHERE wallet_id = ? AND seq = 2", walletId);
    for (const each of [failing.env, env]) {
      nextMs += DAY_MS;
      // The newest wallet is the list's last: the day's pass has come to it.
      await setCursor("KE", "copies", `${localDay(unixMs(nextMs), 0)}/${walletId.slice(0, -1)}`);
      await attempted(reconcileCopies(each, "KE", nextMs));
    }
    expect(await positionOf("KE", "copies"), label).toBe(`${localDay(unixMs(nextMs + DAY_MS), 0)}/`);
    // A repair that died with the copy dropped has nothing left to look at here: the pass over wallets brings it back.
    await reconcileNamedWallets(env, "KE", [walletId], nextMs);
    expect(await stored(walletId), label).toEqual(whole);
  });
  expect(calls).toBeGreaterThanOrEqual(10);
});

it("a day's totals are recorded once", async () => {
  let whole: unknown = null;
  const calls = await atEveryCall(env, async (failing, label) => {
    nextMs += DAY_MS;
    await attempted(reconcileTotals(failing.env, COUNTRY, nextMs));
    await reconcileTotals(env, COUNTRY, nextMs);
    const runs = await all(COUNTRY, "SELECT level, scope, checked, clean, finding_count FROM recon_run WHERE started_at_ms = ?", nextMs);
    whole ??= runs;
    expect(runs, label).toEqual(whole);
    expect(runs, label).toHaveLength(1);
    expect(await positionOf(COUNTRY, "totals"), label).toBe(localDay(unixMs(nextMs), 0));
  });
  expect(calls).toBe(4);
});

it("a callback that waits in any country is sent to the queue, whatever fails in another", async () => {
  const sent: string[] = [];
  vi.spyOn(env.PAYMENT_CALLBACK_QUEUE, "send").mockImplementation(async (message) => {
    sent.push((message as { callbackId: string }).callbackId);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
  let sweptMs = Date.UTC(2021, 0, 1);
  const calls = await atEveryCall(env, async (failing, label) => {
    sweptMs += 2 * DAY_MS;
    const ids: string[] = [];
    for (const database of [env.DB_KE, env.DB_GH]) {
      const callbackId = mint("cbk");
      ids.push(callbackId);
      await storeCallback(database, {
        ...{ callbackId, provider: "daraja", kind: "stk", intentId: mint("dep"), body: "{}" },
        receivedAtMs: sweptMs - 2 * MINUTE_MS,
      });
    }
    await sweepPayments(failing.env, sweptMs);
    if (label !== "clean")
      expect(
        sent.some((callbackId) => ids.includes(callbackId)),
        label,
      ).toBe(true);
    await sweepPayments(env, sweptMs);
    for (const callbackId of ids) expect(sent, label).toContain(callbackId);
  });
  expect(calls).toBeGreaterThanOrEqual(8);
});
