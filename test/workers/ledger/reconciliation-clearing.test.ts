/** L3: every receipt that the provider and the journal don't agree on is found once, has an age, and is resolved when it agrees. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/kernel/time.ts";
import { savePaymentIntent } from "../../../workers/adapters/d1/payment-intents.ts";
import { listRuns } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { reconcileClearing } from "../../../workers/services/ledger/reconcile-clearing.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { MPesa } from "../payments/m-pesa.ts";
import { TestPlayer } from "../payments/player.ts";

vi.setConfig({ testTimeout: 20_000 });

const QUERY = "/pulltransactions/v1/query";
const REGISTER = "/pulltransactions/v1/register";
const database = env.DB_KE;

let mPesa: MPesa;
beforeAll(() => {
  mPesa = new MPesa();
});
afterAll(() => mPesa.restore());

beforeEach(async () => {
  await database.prepare("DELETE FROM recon_cursor WHERE job LIKE '%:daraja'").run();
  mPesa.calls.length = 0;
});

const itemsOf = async (receipt: string) =>
  (
    await database
      .prepare("SELECT class, here_minor, there_minor, first_seen_at_ms, resolved_at_ms FROM recon_item WHERE level = 'L3' AND subject = ?")
      .bind(receipt)
      .all()
  ).results;

/** A deposit of 100 shillings that was paid, credited and projected. */
async function paidDeposit(): Promise<{ player: TestPlayer; receipt: string }> {
  const player = await TestPlayer.verified();
  const { intentId } = await player.started("deposit", 10_000);
  await mPesa.phonesAct();
  const { taxLines: _taxLines, netMinor, ...intent } = await player.becomes(intentId, "COMPLETED");
  const { receipt } = intent;
  if (receipt === null) throw new Error("a completed deposit has a receipt");
  // As the projection does, without waiting for its queue.
  await reprojectWallet(env, "KE", `KE:${player.userId}`);
  await savePaymentIntent(database, { ...intent, netMinor, version: 1_000, taxMinor: 0 });
  return { player, receipt };
}

const line = (transactionId: string, amount: string, atMs = Date.now()) => ({
  transactionId,
  trxDate: new Date(atMs).toISOString().replace(/\.\d+/, ""),
  msisdn: 712345678,
  transactiontype: "c2b-pay-bill-debit",
  amount,
});

const stated = (...lines: readonly object[]) => Response.json({ ResponseCode: "1000", ResponseMessage: "Success", Response: [lines] });

/** The provider's next statement is these lines, whatever phones paid. */
function state(...lines: readonly object[]): void {
  mPesa.answerOnce(QUERY, () => {
    mPesa.answerOnce(QUERY, () => Response.json({ ResponseCode: "1001", ResponseMessage: "No transactions", Response: [[]] }));
    return stated(...lines);
  });
}

/** Looks today: reads the statement as it is now. */
async function readNow(): Promise<void> {
  await reconcileClearing(env, "KE", Date.now());
}

/** Looks when today is over and its statement was read: the day is matched. */
async function matchToday(afterMs = 0): Promise<number> {
  const eat = Date.now() + 3 * HOUR_MS;
  const nowMs = eat - (eat % DAY_MS) - 3 * HOUR_MS + DAY_MS + 2 * HOUR_MS + afterMs;
  const day = new Date(eat).toISOString().slice(0, 10);
  await database
    .prepare("INSERT INTO recon_cursor VALUES ('clearing:daraja', ?, 0) ON CONFLICT DO UPDATE SET position = excluded.position")
    .bind(`${day}/`)
    .run();
  await reconcileClearing(env, "KE", nowMs);
  return nowMs;
}

it("a deposit that both sides have matches; the run is recorded, the statement kept as it came", async () => {
  const { receipt } = await paidDeposit();
  await readNow();
  expect(mPesa.calls.filter((path) => path === REGISTER)).toHaveLength(1);
  const nowMs = await matchToday();
  expect(await itemsOf(receipt)).toEqual([]);
  const run = (await listRuns(database, 500)).find(({ level, startedAtMs }) => level === "L3" && startedAtMs === nowMs);
  expect(run?.scope).toBe("daraja");
  expect(run?.checked).toBeGreaterThan(0);
  const kept = await database.prepare("SELECT raw FROM statement_line WHERE receipt = ?").bind(receipt).first<string>("raw");
  expect(JSON.parse(kept ?? "")).toMatchObject({ transactionId: receipt, amount: "100.00" });
  await expect(database.prepare("DELETE FROM statement_line").run()).rejects.toThrow(/append-only/);
});

it("money that the provider has and no wallet got is missing here, and nothing is booked for it", async () => {
  const receipt = `X${Date.now()}`;
  const before = await database.prepare("SELECT count(*) AS n FROM wallet_entry").first("n");
  state(line(receipt, "55.00"));
  const nowMs = await matchToday();
  expect(await itemsOf(receipt)).toEqual([
    { class: "missing_here", here_minor: null, there_minor: 5_500, first_seen_at_ms: expect.any(Number), resolved_at_ms: null },
  ]);
  await reconcileClearing(env, "KE", nowMs + HOUR_MS);
  expect(await itemsOf(receipt)).toHaveLength(1);
  expect(await database.prepare("SELECT count(*) AS n FROM wallet_entry").first("n")).toBe(before);
});

it("a deposit that the statement lacks is missing there, until a later statement has it", async () => {
  const { receipt } = await paidDeposit();
  state();
  const nowMs = await matchToday();
  expect(await itemsOf(receipt)).toMatchObject([{ class: "missing_there", here_minor: 10_000, there_minor: null, resolved_at_ms: null }]);
  state(line(receipt, "100.00"));
  await reconcileClearing(env, "KE", nowMs + 20 * MINUTE_MS);
  expect(await itemsOf(receipt)).toMatchObject([{ class: "missing_there", resolved_at_ms: expect.any(Number) }]);
});

it("another amount than was booked differs, and a receipt that is stated in two ways is a duplicate", async () => {
  const [differs, twice] = [await paidDeposit(), await paidDeposit()];
  state(line(differs.receipt, "101.00"), line(twice.receipt, "100.00"), line(twice.receipt, "200.00"), line(twice.receipt, "100.00"));
  await matchToday();
  expect(await itemsOf(differs.receipt)).toMatchObject([{ class: "amount_differs", here_minor: 10_000, there_minor: 10_100 }]);
  expect(await itemsOf(twice.receipt)).toMatchObject([{ class: "duplicate" }]);
});

it("a statement that can't be read matches nothing, but the look is recorded and its item ages until it can", async () => {
  const { receipt } = await paidDeposit();
  mPesa.answerOnce(QUERY, () => Response.json({ errorCode: "500.003.02", errorMessage: "System is busy" }, { status: 500 }));
  await matchToday(DAY_MS);
  expect(await itemsOf(receipt)).toEqual([]);
  expect(await itemsOf("daraja")).toMatchObject([{ class: "unread", resolved_at_ms: null }]);
  mPesa.answerOnce(REGISTER, () => Response.json({ errorCode: "500.003.02" }, { status: 500 }));
  await readNow();
  expect(await database.prepare("SELECT count(*) AS n FROM recon_cursor WHERE job = 'statement:daraja'").first("n")).toBe(0);
  expect(await itemsOf("daraja")).toMatchObject([{ class: "unread", resolved_at_ms: null }]);
  await readNow();
  expect(await itemsOf("daraja")).toMatchObject([{ class: "unread", resolved_at_ms: expect.any(Number) }]);
});

it("a tenant whose provider states nothing yet is left alone", async () => {
  await reconcileClearing(env, "GH", Date.now());
  expect(mPesa.calls.filter((path) => path.startsWith("/pulltransactions"))).toEqual([]);
});
