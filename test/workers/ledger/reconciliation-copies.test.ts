/** L2's other half: a row that is lost or changed behind a copy's head is found within the day, and read anew from the wallet. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { brokenCopies } from "../../../workers/adapters/d1/copy-check.ts";
import { listRuns, saveCursor } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { reconcileCopies } from "../../../workers/services/ledger/reconcile-copies.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { placeKnownBet, silenceWallets, stored } from "../wallet/projection-support.ts";
import { deposit, must, newWallet, type TestWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 20_000 });

const database = env.DB_KE;
/** Other files leave runs on later days. */
const RUNS_OF_ALL_FILES = 5_000;
/** Days that no cron run has a pass on. */
let nowMs = Date.now() + 700 * DAY_MS;

beforeEach(() => {
  silenceWallets();
  nowMs += 10 * DAY_MS;
});

/** A wallet with money, a placed bet and a second deposit, projected; its entries 4 and 6 have postings, 6 the bet's. */
async function copiedWallet(): Promise<TestWallet> {
  const player = await newWallet(95_000);
  await placeKnownBet(player);
  await deposit(player.wallet, 20_000);
  expect(await reprojectWallet(env, "KE", player.walletId)).toMatchObject({ isComplete: true });
  return player;
}

const run = (query: string, ...values: unknown[]) =>
  database
    .prepare(query)
    .bind(...values)
    .run();
const itemsOf = async (subject: string) =>
  (await database.prepare("SELECT class, note, resolved_at_ms FROM recon_item WHERE subject = ?").bind(subject).all()).results;

/** Looks at this wallet and those behind it. */
async function look({ walletId }: TestWallet): Promise<void> {
  await saveCursor(database, "copies", `${localDay(unixMs(nowMs), 0)}/${walletId.slice(0, -1)}`, 0);
  await reconcileCopies(env, "KE", nowMs);
}

const totals = async () => (await database.prepare("SELECT sum(sum_minor) AS sum, sum(postings) AS n FROM house_daily").all()).results;

describe("a copy", () => {
  it("that is whole is looked at and recorded", async () => {
    const player = await copiedWallet();
    expect(await brokenCopies(database, [player.walletId])).toEqual(new Map());
    await look(player);
    expect(await itemsOf(player.walletId)).toEqual([]);
    const own = (await listRuns(database, RUNS_OF_ALL_FILES)).find(({ startedAtMs, scope }) => startedAtMs === nowMs && scope === "copies");
    expect(own).toMatchObject({ level: "L2", clean: true, toPosition: `${localDay(unixMs(nowMs + DAY_MS), 0)}/` });
  });

  it.each([
    ["an entry in the middle", "entries", "DELETE FROM wallet_entry WHERE wallet_id = ? AND seq = 3"],
    ["all entries", "entries", "DELETE FROM wallet_entry WHERE wallet_id = ?"],
    ["the hash of an entry", "entries", "UPDATE wallet_entry SET hash = 'x' WHERE wallet_id = ? AND seq = 2"],
    ["one posting", "postings", "DELETE FROM wallet_posting WHERE wallet_id = ? AND seq = 4 AND account = 'user:cash'"],
    ["the last posting of an account", "postings", "DELETE FROM wallet_posting WHERE wallet_id = ? AND account = 'house:stakes'"],
    ["an amount", "postings", "UPDATE wallet_posting SET amount_minor = 1 WHERE wallet_id = ? AND seq = 4 AND account = 'user:cash'"],
    ["a bet", "bets", "DELETE FROM bet WHERE wallet_id = ?"],
    ["a bet's selections", "bets", "DELETE FROM bet_selection WHERE bet_id IN (SELECT bet_id FROM bet WHERE wallet_id = ?)"],
  ])("that lost %s is read anew, and the item says what was broken", async (_what, part, damage) => {
    const player = await copiedWallet();
    const whole = await stored(player.walletId);
    await run(damage, player.walletId);
    await look(player);
    expect(await stored(player.walletId)).toEqual(whole);
    expect(await itemsOf(player.walletId)).toMatchObject([
      { class: "rows", note: expect.stringContaining(part), resolved_at_ms: expect.any(Number) },
    ]);
  });

  it("that is of a wallet which breaks its own invariants is left as it is", async () => {
    const player = await copiedWallet();
    await run("DELETE FROM wallet_entry WHERE wallet_id = ? AND seq = 3", player.walletId);
    const damaged = await stored(player.walletId);
    await runInDurableObject(player.wallet, (_object, { storage }) => {
      storage.sql.exec("UPDATE account SET posted = posted + 1 WHERE code = 'user:cash'");
    });
    await look(player);
    expect(await stored(player.walletId)).toEqual(damaged);
    expect(await itemsOf(player.walletId)).toMatchObject([{ class: "rows", resolved_at_ms: null }]);
  });

  it("that an earlier epoch left entries behind in is whole by the later one's", async () => {
    const player = await copiedWallet();
    await run(
      `INSERT INTO wallet_entry SELECT wallet_id, 0, seq, user_id, kind, ref, ref_type, currency, tax_lines, occurred_at_ms, recorded_at_ms,
         'void', 'void' FROM wallet_entry WHERE wallet_id = ? AND seq >= 5`,
      player.walletId,
    );
    expect(await brokenCopies(database, [player.walletId])).toEqual(new Map());
    await run("DELETE FROM wallet_entry WHERE wallet_id = ? AND epoch = 1 AND seq = 5", player.walletId);
    expect([...(await brokenCopies(database, [player.walletId])).keys()]).toEqual([player.walletId]);
  });
});

it("a pass is made once a day, goes on where a run stopped for repairs, and ends", async () => {
  const players: TestWallet[] = [];
  for (let index = 0; index < 12; index += 1) {
    const player = await newWallet(9_500);
    await reprojectWallet(env, "KE", player.walletId);
    players.push(player);
  }
  const before = await totals();
  const ids = players.map(({ walletId }) => walletId);
  for (const walletId of ids) await run("DELETE FROM wallet_entry WHERE wallet_id = ? AND seq = 2", walletId);
  const [first] = players;
  if (first === undefined) throw new Error("no wallet");
  await look(first);
  expect((await brokenCopies(database, ids)).size).toBe(2);
  expect(await database.prepare("SELECT position FROM recon_cursor WHERE job = 'copies'").first("position")).toBe(
    `${localDay(unixMs(nowMs), 0)}/${ids[9]}`,
  );
  await reconcileCopies(env, "KE", nowMs);
  expect((await brokenCopies(database, ids)).size).toBe(0);
  expect(await totals()).toEqual(before);
  const runs = async () =>
    (await listRuns(database, RUNS_OF_ALL_FILES)).filter(({ scope, startedAtMs }) => scope === "copies" && startedAtMs === nowMs).length;
  expect(await runs()).toBe(2);
  await reconcileCopies(env, "KE", nowMs);
  expect(await runs()).toBe(2);
  must(await first.wallet.setVerified({ key: "again", verified: true }));
});
