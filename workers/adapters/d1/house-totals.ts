/**
 * The house's running totals: sums of all wallets' postings by account and day, in the shards that they are kept in. Read for reports,
 * and counted again from the postings where they have drifted from the accounts.
 */
import { and, between, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { MINUTE_MS, SECOND_MS } from "../../../shared/kernel/time.ts";
import type { AccountTotal } from "../../../shared/ledger/house-totals.ts";
import { minor } from "../../../shared/money/minor.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { houseDaily } from "./schema/house.ts";

/** As `totalsAccount` says, in SQL. */
export const TOTALS_ACCOUNT =
  "CASE WHEN account LIKE 'user:bonus:%' THEN 'user:bonus' WHEN account LIKE 'user:locked:%' THEN 'user:locked' ELSE account END";
/** As `localDay` says, in SQL; `?1` is what `offsetSecondsOf` gives. */
export const TOTALS_DAY = `date(recorded_at_ms / ${SECOND_MS} + ?1, 'unixepoch')`;

export function offsetSecondsOf(country: Country): number {
  return (tenantOf(country).utcOffsetMinutes * MINUTE_MS) / SECOND_MS;
}

export interface DayRange {
  /** Local days of the tenant, both included. */
  readonly fromDay: string;
  readonly toDay: string;
}

/** Totals of each account over the days, by account; minor units. */
export async function houseTotals(database: D1Database, currency: string, { fromDay, toDay }: DayRange): Promise<readonly AccountTotal[]> {
  const rows = await drizzle(database)
    .select({ account: houseDaily.account, sumMinor: sql<number>`sum(${houseDaily.sumMinor})` })
    .from(houseDaily)
    .where(and(between(houseDaily.day, fromDay, toDay), eq(houseDaily.currency, currency)))
    .groupBy(houseDaily.account)
    .orderBy(houseDaily.account);
  return rows.map(({ account, sumMinor }) => ({ account, sumMinor: minor(sumMinor) }));
}

/** Shards in which an account's totals are not what its wallets' accounts add up to. */
export async function driftedShards(database: D1Database): Promise<readonly number[]> {
  const { results } = await database
    .prepare(
      `SELECT DISTINCT shard FROM (
         SELECT shard, account, currency FROM (
           SELECT shard, account, currency, sum_minor AS minor FROM house_daily
           UNION ALL
           SELECT projected.shard, ${TOTALS_ACCOUNT}, stands.currency, -stands.posted_minor
           FROM wallet_account AS stands JOIN wallet_projection AS projected ON projected.wallet_id = stands.wallet_id
         ) GROUP BY shard, account, currency HAVING sum(minor) <> 0
       ) ORDER BY shard`,
    )
    .all<{ shard: number }>();
  return results.map(({ shard }) => shard);
}

/** Counts a shard's totals again from its wallets' stored postings. Idempotent; at once, so that no posting is counted twice or missed. */
export async function recountShard(database: D1Database, country: Country, shard: number): Promise<void> {
  await database.batch([
    database.prepare("DELETE FROM house_daily WHERE shard = ?").bind(shard),
    database
      .prepare(
        `INSERT INTO house_daily (day, account, shard, currency, sum_minor, postings)
         SELECT ${TOTALS_DAY}, ${TOTALS_ACCOUNT}, projected.shard, projected.currency, sum(amount_minor), count(*)
         FROM wallet_projection AS projected JOIN wallet_posting AS posting ON posting.wallet_id = projected.wallet_id
         WHERE projected.shard = ?2 AND amount_minor <> 0 GROUP BY 1, 2, 4`,
      )
      .bind(offsetSecondsOf(country), shard),
  ]);
}
