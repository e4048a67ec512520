/**
 * I10, once a day: all wallets' accounts of a currency sum to zero, and money on its way between wallets arrives. A wallet is balanced by
 * itself, so a total that is not zero is a database that lost or invented a row, or a wallet that is broken. The house's running totals are
 * compared with the same accounts, and counted again where they have drifted.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { localDay, unixMs } from "../../../shared/kernel/time.ts";
import { isZeroSum } from "../../../shared/ledger/invariants.ts";
import { minor, sum } from "../../../shared/money/minor.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { driftedShards, recountShard } from "../../adapters/d1/house-totals.ts";
import { type AccountSum, listOutstanding, sumAccounts } from "../../adapters/d1/projected-wallets.ts";
import { type Finding, readCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../../env.ts";

const JOB = "totals";
/** Money between two wallets rests here and must leave again; the item's age says for how long it has not. */
const TRANSFERS = "clearing:transfer";
const OUTSTANDING_MAX = 200;
/** Each reads all postings of a sixty-fourth of the wallets. */
const RECOUNTS_PER_RUN = 8;

/** Sums a country's accounts and records the run; does nothing when today's is recorded. Idempotent. */
export async function reconcileTotals(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const today = localDay(unixMs(nowMs), 0);
  if ((await readCursor(database, JOB))?.position === today) return;
  const [sums, outstanding] = await Promise.all([sumAccounts(database), listOutstanding(database, TRANSFERS, OUTSTANDING_MAX)]);
  const drifts = drifted(sums);
  if (drifts.length > 0) await recount(database, country);
  const left = new Set(drifts.length === 0 ? [] : drifted(await sumAccounts(database)).map(({ subject }) => subject));
  const findings = [
    ...inTransit(outstanding),
    ...notZero(sums),
    ...drifts.map((drift) => ({ ...drift, repaired: !left.has(drift.subject) })),
  ];
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
    // Of more than are listed, those that are not are not known to have arrived.
    subjects: outstanding.length < OUTSTANDING_MAX ? "all" : sums.flatMap((each) => [each.currency, driftSubject(each)]),
    cursor: { job: JOB, position: today },
  });
}

/** The totals follow from the postings, so they may be counted again; what the accounts are is the pass over wallets' to put right. */
async function recount(database: D1Database, country: Country): Promise<void> {
  const shards = await driftedShards(database);
  for (const shard of shards.slice(0, RECOUNTS_PER_RUN)) await recountShard(database, country, shard);
}

function inTransit(outstanding: readonly { readonly walletId: string; readonly postedMinor: number }[]): readonly Finding[] {
  const note = "money that left one wallet has not arrived in another";
  return outstanding.map(({ walletId, postedMinor }) => ({
    ...{ class: "in_transit", subject: walletId, hereMinor: postedMinor, thereMinor: null, note, repaired: false },
  }));
}

function notZero(sums: readonly AccountSum[]): readonly Finding[] {
  const note = "all wallets' accounts of the currency do not sum to zero";
  return [...Map.groupBy(sums, ({ currency }) => currency)].flatMap(([subject, own]) => {
    const accounts = own.map(({ accountsMinor }) => ({ postedMinor: minor(accountsMinor) }));
    if (isZeroSum(accounts)) return [];
    const hereMinor = sum(accounts.map(({ postedMinor }) => postedMinor));
    return [{ class: "not_zero", subject, hereMinor, thereMinor: 0, note, repaired: false }];
  });
}

/** The house's totals are moved with the postings, so that they drift from the accounts only when rows were lost or changed. */
function drifted(sums: readonly AccountSum[]): readonly Finding[] {
  const note = "the house's totals of an account are not what all wallets' accounts add up to";
  return sums
    .filter(({ accountsMinor, totalsMinor }) => accountsMinor !== totalsMinor)
    .map((each) => ({
      ...{
        class: "totals",
        subject: driftSubject(each),
        hereMinor: each.totalsMinor,
        thereMinor: each.accountsMinor,
        note,
        repaired: false,
      },
    }));
}

function driftSubject({ currency, account }: AccountSum): string {
  return `${currency} ${account}`;
}
