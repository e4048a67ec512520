/**
 * Drops the copy of a wallet's journal from the country's database, so that it can be read anew. The house's totals lose what the
 * wallet's stored postings say that they gained, in the same batch.
 */
import { shardOf } from "../../../shared/ledger/shards.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { offsetSecondsOf, TOTALS_ACCOUNT, TOTALS_DAY } from "./house-totals.ts";

/** `?1` is the zone's offset in seconds. */
const PART = `
  SELECT ${TOTALS_DAY} AS day, ${TOTALS_ACCOUNT} AS total_account, sum(amount_minor) AS sum_minor, count(*) AS postings
  FROM wallet_posting WHERE wallet_id = ?2 AND amount_minor <> 0 GROUP BY 1, 2`;

const SUBTRACT = `
  UPDATE house_daily SET sum_minor = house_daily.sum_minor - part.sum_minor, postings = house_daily.postings - part.postings
  FROM (${PART}) AS part
  WHERE house_daily.shard = ?3 AND house_daily.day = part.day AND house_daily.account = part.total_account`;

/** Sums of nothing, on the days of the wallet's postings. */
const SWEEP = `
  DELETE FROM house_daily WHERE shard = ?3 AND postings = 0
    AND day IN (SELECT ${TOTALS_DAY} FROM wallet_posting WHERE wallet_id = ?2)`;

const DELETES = [
  "DELETE FROM bet_selection WHERE bet_id IN (SELECT bet_id FROM bet WHERE wallet_id = ?)",
  "DELETE FROM bet WHERE wallet_id = ?",
  "DELETE FROM wallet_posting WHERE wallet_id = ?",
  "DELETE FROM wallet_entry WHERE wallet_id = ?",
  "DELETE FROM wallet_account WHERE wallet_id = ?",
  "DELETE FROM wallet_projection WHERE wallet_id = ?",
] as const;

/** Removes all rows of the wallet at once. Idempotent. */
export async function dropCopy(database: D1Database, country: Country, walletId: string): Promise<void> {
  const shard = shardOf(walletId);
  await database.batch([
    ...[SUBTRACT, SWEEP].map((text) => database.prepare(text).bind(offsetSecondsOf(country), walletId, shard)),
    ...DELETES.map((text) => database.prepare(text).bind(walletId)),
  ]);
}
