/** Reads the house's running totals: sums of all wallets' postings by account and day, over the shards that they are kept in. */
import { and, between, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { AccountTotal } from "../../../shared/ledger/house-totals.ts";
import { minor } from "../../../shared/money/minor.ts";
import { houseDaily } from "./schema/house.ts";

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
