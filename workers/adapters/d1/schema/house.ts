/**
 * The house's books: what every wallet's postings add up to, by shard of wallets and local day. Running totals, because a sum over all
 * postings grows with the platform's age; moved in the same batch as the postings, each posting once.
 */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const houseDaily = sqliteTable(
  "house_daily",
  {
    /** `YYYY-MM-DD` in the tenant's zone, of when entries were recorded. */
    day: text("day").notNull(),
    /** An account of the chart; the players' bonus grants are one. */
    account: text("account").notNull(),
    shard: integer("shard").notNull(),
    currency: text("currency").notNull(),
    sumMinor: integer("sum_minor").notNull(),
    postings: integer("postings").notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.account, table.shard, table.currency] })],
);
