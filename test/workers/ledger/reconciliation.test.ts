/** L2 and I10: a clean look leaves evidence, what the database lost comes back from the wallet, and nothing goes the other way. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { DAY_MS, localDay, MINUTE_MS, unixMs } from "../../../shared/kernel/time.ts";
import { shardOf } from "../../../shared/ledger/shards.ts";
import { driftedShards, recountShard } from "../../../workers/adapters/d1/house-totals.ts";
import { readWallets } from "../../../workers/adapters/d1/projected-wallets.ts";
import { listOpenItems, listRuns } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { reconcileTotals } from "../../../workers/services/ledger/reconcile-totals.ts";
import { reconcileNamedWallets, reconcileWallets } from "../../../workers/services/ledger/reconcile-wallets.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { newWallet, type TestWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 20_000 });

const database = env.DB_KE;
/** Other files leave runs on later days. */
const RUNS_OF_ALL_FILES = 5_000;
const run = (query: string, ...values: unknown[]) =>
  database
    .prepare(query)
    .bind(...values)
    .run();
const itemsOf = async (subject: string) =>
  (
    await database
      .prepare(
        "SELECT class, here_minor, there_minor, owner, first_seen_at_ms, resolved_at_ms FROM recon_item WHERE subject = ? ORDER BY class",
      )
      .bind(subject)
      .all<{
        class: string;
        here_minor: number | null;
        there_minor: number | null;
        first_seen_at_ms: number;
        resolved_at_ms: number | null;
      }>()
  ).results;

/** A wallet with money whose whole journal the database has acknowledged. */
async function projectedWallet(): Promise<TestWallet> {
  const player = await newWallet(9_500);
  const projected = await reprojectWallet(env, "KE", player.walletId);
  expect(projected?.isComplete).toBe(true);
  return player;
}

/** Reconciles the wallet and gives back the run as it was recorded. */
async function look({ walletId }: TestWallet, atMs = Date.now()) {
  await reconcileNamedWallets(env, "KE", [walletId], atMs);
  const own = (await listRuns(database, RUNS_OF_ALL_FILES)).find((each) => each.startedAtMs === atMs && each.toPosition === walletId);
  if (own === undefined) throw new Error("the run was not recorded");
  return own;
}

/** What the wallet stores, as text: the same text is an untouched wallet, its own checks' evidence aside. */
async function stateOf({ wallet }: TestWallet): Promise<unknown> {
  const { digest, hash, seq, epoch } = await wallet.digest();
  return { digest, hash, seq, epoch };
}

describe("a look at a wallet", () => {
  it("that finds nothing is recorded all the same", async () => {
    const player = await projectedWallet();
    expect(await look(player)).toMatchObject({ country: "KE", level: "L2", checked: 1, clean: true, findings: [], findingCount: 0 });
    expect(await itemsOf(player.walletId)).toEqual([]);
  });

  it("can't be edited or taken back afterwards", async () => {
    const player = await projectedWallet();
    await look(player);
    for (const statement of ["UPDATE recon_run SET clean = 1", "DELETE FROM recon_run"])
      await expect(run(statement)).rejects.toThrow(/append-only/);
  });

  it("brings back what the database lost", async () => {
    const player = await projectedWallet();
    const before = await readWallets(database, [player.walletId]);
    for (const table of ["wallet_projection", "wallet_account", "wallet_entry", "wallet_posting"])
      await run(`DELETE FROM ${table} WHERE wallet_id = ?`, player.walletId);
    await look(player);
    expect(await readWallets(database, [player.walletId])).toEqual(before);
    expect(await itemsOf(player.walletId)).toMatchObject([{ class: "behind", resolved_at_ms: expect.any(Number) }]);
  });

  it("finds a balance that was changed in the database, and writes the wallet's", async () => {
    const player = await projectedWallet();
    const state = await stateOf(player);
    await run("UPDATE wallet_account SET posted_minor = 1 WHERE wallet_id = ? AND account = 'user:cash'", player.walletId);
    expect((await look(player)).findings).toMatchObject([{ class: "balances", hereMinor: 1, thereMinor: 9_500, repaired: true }]);
    const [now] = await readWallets(database, [player.walletId]);
    expect(now?.accounts).toContainEqual({ account: "user:cash", postedMinor: 9_500, heldMinor: 0 });
    expect(await stateOf(player)).toEqual(state);
  });

  it.each([
    ["ahead", "seq = seq + 5"],
    ["other_hash", "hash = 'tampered'"],
    ["other_epoch", "epoch = 2"],
  ])("finds a database that is %s of the wallet, and writes nothing anywhere", async (kind, change) => {
    const player = await projectedWallet();
    const state = await stateOf(player);
    await run(`UPDATE wallet_projection SET ${change} WHERE wallet_id = ?`, player.walletId);
    const tampered = await readWallets(database, [player.walletId]);
    await look(player);
    expect(await itemsOf(player.walletId)).toMatchObject([{ class: kind, owner: null, resolved_at_ms: null }]);
    expect(await stateOf(player)).toEqual(state);
    expect(await readWallets(database, [player.walletId])).toEqual(tampered);
  });

  it("resolves an item by finding it right, keeps its age until then, and opens it anew", async () => {
    const player = await projectedWallet();
    const firstMs = Date.now();
    const hash = async (value: string) => run("UPDATE wallet_projection SET hash = ? WHERE wallet_id = ?", value, player.walletId);
    const { hash: right } = await player.wallet.digest();
    await hash("tampered");
    await look(player, firstMs);
    const [found] = await itemsOf(player.walletId);
    await look(player, firstMs + DAY_MS);
    expect(await itemsOf(player.walletId)).toEqual([found]);
    expect((await listOpenItems(database, 100)).rows.map(({ subject }) => subject)).toContain(player.walletId);
    await hash(right);
    await look(player, firstMs + 2 * DAY_MS);
    expect(await itemsOf(player.walletId)).toMatchObject([{ resolved_at_ms: firstMs + 2 * DAY_MS }]);
    await hash("tampered");
    await look(player, firstMs + 3 * DAY_MS);
    expect(await itemsOf(player.walletId)).toMatchObject([{ first_seen_at_ms: firstMs + 3 * DAY_MS, resolved_at_ms: null }]);
  });

  it("that can't reach the wallet resolves nothing: what is open of it stays open", async () => {
    const player = await projectedWallet();
    await run("UPDATE wallet_projection SET hash = 'tampered' WHERE wallet_id = ?", player.walletId);
    await look(player);
    const away = { getByName: () => ({ check: () => Promise.reject(new Error("the object is away")) }) };
    const WALLET = away as unknown as typeof env.WALLET;
    await reconcileNamedWallets({ ...env, WALLET }, "KE", [player.walletId], Date.now());
    expect(await itemsOf(player.walletId)).toMatchObject([
      { class: "other_hash", resolved_at_ms: null },
      { class: "unreachable", resolved_at_ms: null },
    ]);
    await look(player);
    expect(await itemsOf(player.walletId)).toMatchObject([
      { class: "other_hash", resolved_at_ms: null },
      { class: "unreachable", resolved_at_ms: expect.any(Number) },
    ]);
  });

  it("finds a wallet that violates its own invariants, which is frozen then and overwrites nothing", async () => {
    const player = await projectedWallet();
    const right = await readWallets(database, [player.walletId]);
    await runInDurableObject(player.wallet, (_object, state) => {
      state.storage.sql.exec("UPDATE account SET posted = posted + 1 WHERE code = 'user:cash'");
    });
    await look(player);
    const classes = (await itemsOf(player.walletId)).map((item) => item.class);
    expect(classes).toEqual(expect.arrayContaining(["self_check", "frozen", "balances"]));
    expect(await readWallets(database, [player.walletId])).toEqual(right);
  });
});

it("a pass goes over all wallets of the country, page by page, and begins again", async () => {
  const player = await projectedWallet();
  await run("DELETE FROM wallet_projection WHERE wallet_id = ?", player.walletId);
  await run("DELETE FROM recon_cursor WHERE job = 'wallets'");
  const seen: string[] = [];
  for (let pages = 0; pages < 30; pages += 1) {
    await reconcileWallets(env, "KE", Date.now());
    const position = await database.prepare("SELECT position FROM recon_cursor WHERE job = 'wallets'").first<string>("position");
    if (position === "") break;
    seen.push(position ?? "");
  }
  expect(seen).toEqual([...new Set(seen)].sort());
});

it("a run that has much to repair stops, records what it found, and the next one goes on where it stopped", async () => {
  const players = await Promise.all(Array.from({ length: 30 }, projectedWallet));
  const walletIds = players.map(({ walletId }) => walletId).sort();
  const position = () => database.prepare("SELECT position FROM recon_cursor WHERE job = 'wallets'").first<string>("position");
  await run(
    "UPDATE wallet_account SET posted_minor = 1 WHERE account = 'user:cash' AND wallet_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(walletIds),
  );
  const cursor = "INSERT INTO recon_cursor VALUES ('wallets', ?, 0) ON CONFLICT DO UPDATE SET position = excluded.position";
  await run(cursor, walletIds[0]?.slice(0, -1));
  await reconcileWallets(env, "KE", Date.now());
  const wrong = async () =>
    (await readWallets(database, walletIds)).filter(({ accounts }) => accounts.some(({ postedMinor }) => postedMinor === 1)).length;
  // A page has twenty; ten repairs, in sixes, end the run.
  expect(await wrong()).toBe(18);
  expect(await position()).toBe(walletIds[11]);
  for (let runs = 0; runs < 5 && (await wrong()) > 0; runs += 1) await reconcileWallets(env, "KE", Date.now());
  expect(await wrong()).toBe(0);
});

describe("totals", () => {
  it("of all wallets are zero, looked at once a day", async () => {
    await projectedWallet();
    const dayMs = Date.now() + 40 * DAY_MS;
    await reconcileTotals(env, "KE", dayMs);
    await reconcileTotals(env, "KE", dayMs + MINUTE_MS);
    const runs = (await listRuns(database, RUNS_OF_ALL_FILES)).filter(
      ({ level, startedAtMs }) => level === "global" && startedAtMs >= dayMs,
    );
    expect(runs).toHaveLength(1);
  });

  it("that are not zero, and money that rests between wallets, are found with an age", async () => {
    const player = await projectedWallet();
    const insert = "INSERT INTO wallet_account VALUES (?, 'clearing:transfer', 'KES', 77, 0, 1, 1)";
    await run(insert, player.walletId);
    const dayMs = Date.now() + 50 * DAY_MS;
    await reconcileTotals(env, "KE", dayMs);
    expect(await itemsOf(player.walletId)).toMatchObject([{ class: "in_transit", here_minor: 77, resolved_at_ms: null }]);
    expect((await itemsOf("KES")).find((item) => item.class === "not_zero")?.resolved_at_ms).toBeNull();
    await run("DELETE FROM wallet_account WHERE wallet_id = ? AND account = 'clearing:transfer'", player.walletId);
    await reconcileTotals(env, "KE", dayMs + DAY_MS);
    expect((await itemsOf(player.walletId))[0]?.resolved_at_ms).toBeGreaterThan(0);
  });

  it("of the house that are not what the accounts add up to are found by account, and counted again from the postings", async () => {
    const { walletId } = await projectedWallet();
    const own = { day: localDay(unixMs(Date.now()), 180), shard: shardOf(walletId) };
    const sumOf = () =>
      database
        .prepare("SELECT sum_minor, postings FROM house_daily WHERE day = ? AND shard = ? AND account = 'user:cash'")
        .bind(own.day, own.shard)
        .first();
    // Whatever other tests did to this shard: counted from the postings that there are.
    await recountShard(database, "KE", own.shard);
    const right = await sumOf();
    await run(
      "UPDATE house_daily SET sum_minor = sum_minor + 77, postings = postings + 1 WHERE day = ? AND shard = ? AND account = 'user:cash'",
      own.day,
      own.shard,
    );
    expect(await driftedShards(database)).toContain(own.shard);
    const others = (await driftedShards(database)).filter((shard) => shard !== own.shard);
    for (const shard of others) await recountShard(database, "KE", shard);
    const nowMs = Date.now() + 60 * DAY_MS;
    await reconcileTotals(env, "KE", nowMs);
    expect(await sumOf()).toEqual(right);
    const found = (await listRuns(database, RUNS_OF_ALL_FILES)).find(
      ({ level, startedAtMs }) => level === "global" && startedAtMs === nowMs,
    );
    expect(found?.findings).toContainEqual(expect.objectContaining({ class: "totals", subject: "KES user:cash" }));
  });

  it("of the house that no posting explains stay an item", async () => {
    const { walletId } = await newWallet(0, "GH");
    await reprojectWallet(env, "GH", walletId);
    const account = "INSERT INTO wallet_account VALUES (?, 'house:drifted', 'GHS', 70, 0, 1, 1)";
    await env.DB_GH.prepare(account).bind(walletId).run();
    await reconcileTotals(env, "GH", Date.now() + 8_000 * DAY_MS);
    const item = "SELECT here_minor, there_minor, resolved_at_ms IS NULL AS is_open FROM recon_item WHERE subject = 'GHS house:drifted'";
    expect((await env.DB_GH.prepare(item).all()).results).toEqual([{ here_minor: 0, there_minor: 70, is_open: 1 }]);
    await env.DB_GH.prepare("DELETE FROM wallet_account WHERE account = 'house:drifted'").run();
    await reconcileTotals(env, "GH", Date.now() + 8_001 * DAY_MS);
    expect((await env.DB_GH.prepare(item).all()).results).toEqual([{ here_minor: 0, there_minor: 70, is_open: 0 }]);
  });
});
