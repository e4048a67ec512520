/**
 * Writes wallets' journals to the country's database. Every statement is idempotent and indifferent to order: entries are inserted
 * once, balances and bets only move forward by the wallet's sequence.
 *
 * One prepared text a table, whatever the number of rows: they travel as one JSON value and SQLite takes them apart. A statement a
 * row, built anew each time, cost several times the wallets' own work. Columns come from the drizzle tables.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { WalletRow } from "../../../shared/protocol/queue/wallet-row.ts";
import { bet, betSelection, walletBalance, walletEntry, walletPosting } from "./schema/wallet.ts";

/** Keeps one bound value far below the database's 2 MB. */
const ROWS_PER_BATCH = 200;

const INSERTS = {
  entries: insertOf(walletEntry, "DO NOTHING"),
  postings: insertOf(walletPosting, "DO NOTHING"),
  balances: insertOf(
    walletBalance,
    `(wallet_id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, cash_minor = excluded.cash_minor,
       held_minor = excluded.held_minor, bonus_minor = excluded.bonus_minor, hash = excluded.hash
     WHERE excluded.epoch > wallet_balance.epoch OR (excluded.epoch = wallet_balance.epoch AND excluded.seq > wallet_balance.seq)`,
  ),
  bets: insertOf(
    bet,
    `(bet_id) DO UPDATE SET status = excluded.status, paid_minor = excluded.paid_minor, settled_at_ms = excluded.settled_at_ms,
       seq = excluded.seq
     WHERE excluded.seq > bet.seq`,
  ),
  selections: insertOf(
    betSelection,
    `(bet_id, n) DO UPDATE SET outcome = excluded.outcome, result_version = excluded.result_version, seq = excluded.seq
     WHERE excluded.seq > bet_selection.seq`,
  ),
} as const;

/** Stores rows of any wallets of the country, in batches that the database applies whole or not at all. Idempotent. */
export async function saveWalletRows(database: D1Database, rows: readonly WalletRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_BATCH) {
    const statements = Object.entries(recordsOf(rows.slice(start, start + ROWS_PER_BATCH)))
      .filter(([, records]) => records.length > 0)
      .map(([name, records]) => database.prepare(INSERTS[name as keyof typeof INSERTS]).bind(JSON.stringify(records)));
    await database.batch(statements);
  }
}

type Records = { readonly [Name in keyof typeof INSERTS]: readonly object[] };

function recordsOf(rows: readonly WalletRow[]): Records {
  const bets = rows.flatMap(({ walletId, userId, entry, bet: told }) =>
    told === null ? [] : [{ ...told, walletId, userId, seq: entry.seq }],
  );
  return {
    entries: rows.map(({ walletId, userId, currency, entry }) => ({ ...entry, walletId, userId, currency })),
    postings: rows.flatMap(({ walletId, entry }) =>
      entry.postings.map((posting, index) => ({
        ...posting,
        walletId,
        epoch: entry.epoch,
        seq: entry.seq,
        n: index + 1,
        recordedAtMs: entry.recordedAtMs,
      })),
    ),
    balances: rows.map(({ entry, ...balance }) => ({ ...balance, epoch: entry.epoch, seq: entry.seq, hash: entry.hash })),
    bets,
    selections: bets.flatMap(({ betId, seq, selections }) =>
      selections.map((selection, index) => ({ ...selection, betId, seq, n: index + 1 })),
    ),
  };
}

/** The text that inserts a JSON list of records into a table; properties are those of the drizzle table. */
function insertOf(table: SQLiteTable, onConflict: string): string {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => column.name).join(", ");
  const values = columns.map(([property]) => `value ->> '$.${property}'`).join(", ");
  return `INSERT INTO ${getTableName(table)} (${names}) SELECT ${values} FROM json_each(?) WHERE true ON CONFLICT ${onConflict}`;
}
