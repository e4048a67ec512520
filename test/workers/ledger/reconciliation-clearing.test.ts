/** L3: every receipt that the provider and the journal don't agree on is found once, has an age, and is resolved when it agrees. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/kernel/time.ts";
import { savePaymentIntent } from "../../../workers/adapters/d1/payment-intents.ts";
import { listOpenSubjects, listRuns } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { reconcileClearing } from "../../../workers/services/ledger/reconcile-clearing.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { MPesa } from "../payments/m-pesa.ts";
import { TestPlayer } from "../payments/player.ts";

vi.setConfig({ testTimeout: 20_000 });

const QUERY = "/pulltransactions/v1/query";
const REGISTER = "/pulltransactions/v1/register";
const database = env.DB_KE;
/** Other files leave runs on later days. */
const RUNS_OF_ALL_FILES = 5_000;

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
  const run = (await listRuns(database, RUNS_OF_ALL_FILES)).find(({ level, startedAtMs }) => level === "L3" && startedAtMs === nowMs);
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

describe("nothing stays hidden:", () => {
  it("a line that comes after its day was matched is matched when it comes", async () => {
    const [receipt, later] = [`L${Date.now()}`, `M${Date.now()}`];
    state();
    const nowMs = await matchToday();
    for (const [index, each] of [receipt, later].entries()) {
      state(line(each, "55.00"));
      await reconcileClearing(env, "KE", nowMs + (index + 1) * HOUR_MS);
      expect(await itemsOf(each)).toMatchObject([{ class: "missing_here", there_minor: 5_500, resolved_at_ms: null }]);
    }
  });

  it("a deposit that was booked after its day was matched, with a time within that day, is looked for in the statement", async () => {
    state();
    const nowMs = await matchToday();
    const { receipt } = await paidDeposit();
    await database
      .prepare("UPDATE wallet_entry SET recorded_at_ms = ? WHERE ref = (SELECT intent_id FROM payment_intent WHERE receipt = ?)")
      .bind(nowMs + HOUR_MS, receipt)
      .run();
    state();
    await reconcileClearing(env, "KE", nowMs + 2 * HOUR_MS);
    expect(await itemsOf(receipt)).toMatchObject([{ class: "missing_there", here_minor: 10_000, resolved_at_ms: null }]);
  });

  it("a deposit that was booked without a receipt is missing there, until it has one that the statement has", async () => {
    const { receipt } = await paidDeposit();
    const intentId = await database
      .prepare("SELECT intent_id FROM payment_intent WHERE receipt = ?")
      .bind(receipt)
      .first<string>("intent_id");
    const setReceipt = (value: string | null) =>
      database.prepare("UPDATE payment_intent SET receipt = ? WHERE intent_id = ?").bind(value, intentId).run();
    await setReceipt(null);
    state(line(receipt, "100.00"));
    const nowMs = await matchToday();
    expect(await itemsOf(`intent:${intentId}`)).toMatchObject([{ class: "missing_there", here_minor: 10_000, resolved_at_ms: null }]);
    expect(await itemsOf(receipt)).toMatchObject([{ class: "missing_here", there_minor: 10_000, resolved_at_ms: null }]);
    await setReceipt(receipt);
    state();
    await reconcileClearing(env, "KE", nowMs + HOUR_MS);
    for (const subject of [`intent:${intentId}`, receipt])
      expect(await itemsOf(subject)).toMatchObject([{ resolved_at_ms: expect.any(Number) }]);
  });

  it("a line that can't be read is an item, and no look at receipts resolves it", async () => {
    const unread = async () =>
      (await database.prepare("SELECT subject FROM recon_item WHERE class = 'unreadable' AND resolved_at_ms IS NULL").all()).results.length;
    const before = await unread();
    const broken = { ...line(`U${Date.now()}`, "a hundred"), msisdn: 254700000001 };
    state(broken);
    const nowMs = await matchToday();
    expect(await unread()).toBe(before + 1);
    state();
    await reconcileClearing(env, "KE", nowMs + HOUR_MS);
    expect(await unread()).toBe(before + 1);
    const notes = (await database.prepare("SELECT note, subject FROM recon_item WHERE class = 'unreadable'").all()).results;
    expect(JSON.stringify(notes)).not.toContain("254700000001");
  });

  it("a time that the provider tells no more is an item that stays", async () => {
    await readNow();
    const positionMs = Date.now() - 60 * HOUR_MS;
    await database
      .prepare("UPDATE recon_cursor SET position = ?, updated_at_ms = 0 WHERE job = 'statement:daraja'")
      .bind(String(positionMs))
      .run();
    await readNow();
    const subject = `gap:${new Date(positionMs).toISOString()}`;
    expect(await itemsOf(subject)).toMatchObject([{ class: "gap", resolved_at_ms: null }]);
    await matchToday();
    expect(await itemsOf(subject)).toMatchObject([{ class: "gap", resolved_at_ms: null }]);
  });

  it("a busy day takes as many stretches of one run as it needs", async () => {
    const many = Array.from({ length: 1_203 }, (_, index) => ({ receipt: `B${Date.now()}${String(index).padStart(5, "0")}` }));
    await database
      .prepare("INSERT INTO statement_line SELECT 'daraja', value ->> '$.receipt', 'd', 100, ?, '{}', ? FROM json_each(?)")
      .bind(Date.now(), Date.now(), JSON.stringify(many))
      .run();
    state();
    await matchToday();
    const found =
      "SELECT count(*) AS n FROM recon_item WHERE class = 'missing_here' AND subject IN (SELECT value ->> '$.receipt' FROM json_each(?))";
    expect(await database.prepare(found).bind(JSON.stringify(many)).first("n")).toBe(1_203);
    await database.prepare("UPDATE recon_item SET resolved_at_ms = 1 WHERE subject LIKE 'B%'").run();
  });

  it("open items come round: those first that were not looked at for longest", async () => {
    const insert = "INSERT INTO recon_item VALUES (?, 'L3', ?, 'other', ?, NULL, NULL, '', NULL, 1, ?, NULL)";
    for (const [subject, kind, seenMs] of [
      ["A", "missing_here", 3],
      ["B", "missing_here", 1],
      ["C", "missing_there", 2],
      ["D", "gap", 0],
    ])
      await database.prepare(insert).bind(`L3:${subject}`, kind, subject, seenMs).run();
    const wanted = { level: "L3", scope: "other", classes: ["missing_here", "missing_there"] } as const;
    expect(await listOpenSubjects(database, wanted, 2)).toEqual(["B", "C"]);
  });
});

it("a tenant whose provider states nothing yet is left alone", async () => {
  await reconcileClearing(env, "GH", Date.now());
  expect(mPesa.calls.filter((path) => path.startsWith("/pulltransactions"))).toEqual([]);
});
