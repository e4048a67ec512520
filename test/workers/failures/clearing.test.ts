/**
 * The reading and matching of a provider's statement fails at every call, before and after it took effect; the next run goes on, and
 * the lines, the items and the place of the job are those of undisturbed runs.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/kernel/time.ts";
import { savePaymentIntent } from "../../../workers/adapters/d1/payment-intents.ts";
import { saveCursor } from "../../../workers/adapters/d1/reconciliation-log.ts";
import { reconcileClearing } from "../../../workers/services/ledger/reconcile-clearing.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { mint } from "../../support/wallet-commands.ts";
import { silenceWallets } from "../wallet/projection-support.ts";
import { must, newWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const database = env.DB_KE;
const EAT_OFFSET_MS = 3 * HOUR_MS;
/** Past days that no other test books on, one for each attempt. */
let nextDayMs = Date.UTC(2023, 0, 1);

beforeEach(() => silenceWallets());
afterEach(async () => {
  vi.restoreAllMocks();
  await database.prepare("DELETE FROM recon_cursor WHERE job LIKE '%:daraja'").run();
});

/** A deposit of 100 shillings under this receipt that happened then, projected. */
async function booked(receipt: string, occurredAtMs: number): Promise<void> {
  const { wallet, walletId, userId } = await newWallet(0);
  const intentId = mint("dep");
  must(await wallet.startDeposit({ key: mint("key"), intentId, method: "mpesa", amountMinor: 10_000 }));
  must(await wallet.creditDeposit({ intentId, provider: "daraja", receipt, grossMinor: 10_000, occurredAtMs }));
  await reprojectWallet(env, "KE", walletId);
  await savePaymentIntent(database, {
    ...{ intentId, version: 1, kind: "deposit", userId, country: "KE", method: "mpesa", status: "COMPLETED", amountMinor: 10_000 },
    ...{ netMinor: 9_500, taxMinor: 500, receipt, createdAtMs: occurredAtMs, updatedAtMs: occurredAtMs },
  });
}

/** The provider states these receipts of 100 shillings each, as often as it is asked. */
function state(receipts: readonly string[], occurredAtMs: number): void {
  const trxDate = new Date(occurredAtMs).toISOString().replace(/\.\d+/, "");
  const lines = receipts.map((transactionId) => ({ transactionId, trxDate, msisdn: 1, amount: "100.00" }));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init as RequestInit);
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/generate")) return Response.json({ access_token: mint("token"), expires_in: "3599" });
    if (pathname.endsWith("/register")) return Response.json({ ResponseStatus: "1000" });
    const { OffSetValue } = await request.json<{ OffSetValue: string }>();
    return Response.json({ ResponseCode: "1000", Response: [OffSetValue === "0" ? lines : []] });
  });
}

const all = async (query: string, receipts: readonly string[]) =>
  (await database.prepare(query).bind(JSON.stringify(receipts)).all<Record<string, unknown>>()).results;

it("a day is matched once read, each receipt found for what it is, and the job stands at the next day", async () => {
  let whole: unknown = null;
  const calls = await atEveryCall(env, async (failing, label) => {
    nextDayMs += 3 * DAY_MS;
    const startMs = nextDayMs - EAT_OFFSET_MS;
    const noonMs = startMs + 12 * HOUR_MS;
    const receipts = [mint("BOTH"), mint("HERE"), mint("THERE")];
    const [both = "", here = "", there = ""] = receipts;
    for (const receipt of [both, here]) await booked(receipt, noonMs);
    state([both, there], noonMs);
    await saveCursor(database, "clearing:daraja", `${new Date(nextDayMs).toISOString().slice(0, 10)}/`, startMs);
    await saveCursor(database, "statement:daraja", String(noonMs), startMs);
    const ranMs = startMs + DAY_MS + 2 * HOUR_MS;
    await reconcileClearing(failing.env, "KE", ranMs).catch(() => undefined);
    for (let runs = 1; runs <= 2; runs += 1) await reconcileClearing(env, "KE", ranMs + runs * 20 * MINUTE_MS);

    const IN = "(SELECT value FROM json_each(?))";
    const lines = await all(`SELECT receipt, amount_minor FROM statement_line WHERE receipt IN ${IN}`, receipts);
    const items = await all(
      `SELECT subject, class, here_minor, there_minor, owner, resolved_at_ms FROM recon_item WHERE subject IN ${IN}`,
      receipts,
    );
    const named = (rows: readonly Record<string, unknown>[], name: string) =>
      rows
        .map((row) => ({ ...row, [name]: String(row[name]).split("_")[0] }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const found = { lines: named(lines, "receipt"), items: named(items, "subject") };
    expect(found.lines, label).toHaveLength(2);
    expect(found.items, label).toMatchObject([
      { subject: "HERE", class: "missing_there", here_minor: 10_000, there_minor: null, resolved_at_ms: null },
      { subject: "THERE", class: "missing_here", here_minor: null, there_minor: 10_000, resolved_at_ms: null },
    ]);
    whole ??= found;
    expect(found, label).toEqual(whole);
    const position = await database.prepare("SELECT position FROM recon_cursor WHERE job = 'clearing:daraja'").first<string>("position");
    expect(position?.split("/").slice(0, 2), label).toEqual([new Date(nextDayMs + DAY_MS).toISOString().slice(0, 10), ""]);
    // What is open is looked at by every run: the next attempt begins without it.
    await all(`UPDATE recon_item SET resolved_at_ms = 1 WHERE subject IN ${IN}`, receipts);
  });
  expect(calls).toBeGreaterThanOrEqual(10);
});
