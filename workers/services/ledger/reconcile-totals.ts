/**
 * I10, once a day: all wallets' accounts of a currency sum to zero, and money on its way between wallets arrives. A wallet is balanced by
 * itself, so a total that is not zero is a database that lost or invented a row, or a wallet that is broken.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { localDay, unixMs } from "../../../shared/kernel/time.ts";
import { isZeroSum } from "../../../shared/ledger/invariants.ts";
import { minor, sum } from "../../../shared/money/minor.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { listOutstanding, sumAccounts } from "../../adapters/d1/projected-wallets.ts";
import { type Finding, readCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../../env.ts";

const JOB = "totals";
/** Money between two wallets rests here and must leave again; the item's age says for how long it has not. */
const TRANSFERS = "clearing:transfer";
const OUTSTANDING_MAX = 200;

/** Sums a country's accounts and records the run; does nothing when today's is recorded. Idempotent. */
export async function reconcileTotals(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  if ((await readCursor(database, JOB))?.position === today) return;
  const [sums, outstanding] = await Promise.all([sumAccounts(database), listOutstanding(database, TRANSFERS, OUTSTANDING_MAX)]);
  const findings: Finding[] = outstanding.map(({ walletId, postedMinor }) => ({
    class: "in_transit",
    subject: walletId,
    hereMinor: postedMinor,
    thereMinor: null,
    note: "money that left one wallet has not arrived in another",
    repaired: false,
  }));
  for (const [currency, own] of Map.groupBy(sums, (each) => each.currency)) {
    const accounts = own.map(({ postedMinor }) => ({ postedMinor: minor(postedMinor) }));
    if (isZeroSum(accounts)) continue;
    const hereMinor = sum(accounts.map(({ postedMinor }) => postedMinor));
    const note = "all wallets' accounts of the currency do not sum to zero";
    findings.push({ class: "not_zero", subject: currency, hereMinor, thereMinor: 0, note, repaired: false });
  }
  for (const finding of findings) log("error", "totals_not_reconciled", { country, ...finding });
  await saveRun(database, {
    country,
    level: "global",
    scope: "all",
    fromPosition: today,
    toPosition: today,
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: sums.length,
    findings,
    subjects: "all",
    cursor: { job: JOB, position: today },
  });
}
