/**
 * Keeps the copy of wallets' journals in the country's database. Every statement is idempotent: entries are inserted once, accounts,
 * bets and heads only move forward, and the house's totals count a posting in the batch that stores it and in no other.
 *
 * One prepared text a table, whatever the number of rows: they travel as one JSON value and SQLite takes them apart. A statement a
 * row, built anew each time, cost several times the wallets' own work. Columns come from the drizzle tables.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { CopyHead } from "../../../shared/ledger/run-chain.ts";
import { bookingBet, bookingCode } from "./schema/booking.ts";
import { houseDaily } from "./schema/house.ts";
import { bet, betSelection, walletAccount, walletEntry, walletPosting, walletProjection } from "./schema/wallet.ts";
import { type Records, recordsOf, type WalletRows } from "./wallet-records.ts";

/** Keeps one bound value far below the database's 2 MB. */
const ROWS_PER_BATCH = 200;

const NEWER = "(excluded.epoch, excluded.seq) >";

/** In this order: totals count the postings that are not stored yet, and a head moves when all before it is there. */
const STATEMENTS: { readonly [Name in keyof Records]: string } = {
  totals: `INSERT INTO ${getTableName(houseDaily)} (day, account, shard, currency, sum_minor, postings)
    SELECT value ->> 4, value ->> 5, value ->> 6, value ->> 7, sum(value ->> 8), count(*)
    FROM json_each(?)
    WHERE NOT EXISTS (
      SELECT 1 FROM ${getTableName(walletPosting)}
      WHERE wallet_id = value ->> 0 AND epoch = value ->> 1 AND seq = value ->> 2 AND n = value ->> 3
    )
    GROUP BY 1, 2, 3, 4
    ON CONFLICT DO UPDATE SET sum_minor = sum_minor + excluded.sum_minor, postings = postings + excluded.postings`,
  entries: `${insertOf(walletEntry)} WHERE true ON CONFLICT DO NOTHING`,
  postings: `${insertOf(walletPosting)} WHERE true ON CONFLICT DO NOTHING`,
  accounts: `${insertOf(walletAccount)} WHERE true
    ON CONFLICT DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, posted_minor = excluded.posted_minor,
      held_minor = excluded.held_minor
    WHERE ${NEWER} (wallet_account.epoch, wallet_account.seq)`,
  bets: `${insertOf(bet)} WHERE true
    ON CONFLICT DO UPDATE SET status = excluded.status, paid_minor = excluded.paid_minor, settled_at_ms = excluded.settled_at_ms,
      epoch = excluded.epoch, seq = excluded.seq
    WHERE ${NEWER} (bet.epoch, bet.seq)`,
  selections: `${insertOf(betSelection)} WHERE true
    ON CONFLICT DO UPDATE SET outcome = excluded.outcome, result_version = excluded.result_version, epoch = excluded.epoch,
      seq = excluded.seq
    WHERE ${NEWER} (bet_selection.epoch, bet_selection.seq)`,
  // The last value of a tuple is the bet's selections: a code that it names and is not made of is not counted.
  bookings: `${insertOf(bookingBet)}
    WHERE EXISTS (
      SELECT 1 FROM ${getTableName(bookingCode)} WHERE code = json_each.value ->> 1 AND NOT EXISTS (
        SELECT 1 FROM json_each(json_each.value -> 4) AS picked
        WHERE picked.value NOT IN (SELECT shared.value FROM json_each(${getTableName(bookingCode)}.selections) AS shared)
      )
    )
    ON CONFLICT DO NOTHING`,
  // The last value of a tuple is the sequence that its rows follow. A head that is gone since it was read (a database that was set
  // back) must not come back with a hole behind it.
  heads: `${insertOf(walletProjection)}
    WHERE value ->> 8 = 0 OR EXISTS (
      SELECT 1 FROM wallet_projection AS stored
      WHERE stored.wallet_id = value ->> 0 AND stored.epoch = value ->> 4 AND stored.seq >= value ->> 8
    )
    ON CONFLICT DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash, updated_at_ms = excluded.updated_at_ms
    WHERE ${NEWER} (wallet_projection.epoch, wallet_projection.seq)`,
};

const HEADS = `SELECT wallet_id, epoch, seq, hash FROM ${getTableName(walletProjection)} WHERE wallet_id IN (SELECT value FROM json_each(?))`;

interface HeadRow {
  readonly wallet_id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

/** How far wallets are stored, by wallet; a wallet of which nothing is stored is not in it. */
export async function readHeads(database: D1Database, walletIds: readonly string[]): Promise<ReadonlyMap<string, CopyHead>> {
  const { results } = await database.prepare(HEADS).bind(JSON.stringify(walletIds)).all<HeadRow>();
  return headsOf(results);
}

/**
 * Stores rows of any wallets of the country, in batches that the database applies whole or not at all; gives back how far those
 * wallets are stored then. Idempotent.
 */
export async function storeRows(database: D1Database, wallets: readonly WalletRows[]): Promise<ReadonlyMap<string, CopyHead>> {
  const heads = new Map<string, CopyHead>();
  for (const batch of batchesOf(wallets)) {
    const records = recordsOf(batch);
    const statements = namesOf(records)
      .filter((name) => records[name].length > 0)
      .map((name) => database.prepare(STATEMENTS[name]).bind(JSON.stringify(records[name])));
    const ids = database.prepare(HEADS).bind(JSON.stringify(batch.map(({ wallet }) => wallet.objectName)));
    const answers = await database.batch<HeadRow>([...statements, ids]);
    for (const [walletId, head] of headsOf(answers.at(-1)?.results ?? [])) heads.set(walletId, head);
  }
  return heads;
}

function namesOf(records: Records): readonly (keyof Records)[] {
  return Object.keys(STATEMENTS).filter((name): name is keyof Records => name in records);
}

function headsOf(rows: readonly HeadRow[]): ReadonlyMap<string, CopyHead> {
  return new Map(rows.map(({ wallet_id, epoch, seq, hash }) => [wallet_id, { epoch, seq, hash }]));
}

/** Rows in batches of a bounded size; a wallet's rows stay in order, over several batches if they are many. */
function batchesOf(wallets: readonly WalletRows[]): readonly (readonly WalletRows[])[] {
  const batches: WalletRows[][] = [];
  let room = 0;
  for (const { wallet, rows } of wallets) {
    for (let start = 0; start < rows.length; ) {
      if (room === 0) {
        batches.push([]);
        room = ROWS_PER_BATCH;
      }
      const part = rows.slice(start, start + room);
      batches.at(-1)?.push({ wallet, rows: part });
      start += part.length;
      room -= part.length;
    }
  }
  return batches;
}

/** The text that inserts a JSON list of tuples, in the order of the drizzle table's columns; what is on conflict comes after it. */
function insertOf(table: SQLiteTable): string {
  const names = Object.values(getTableColumns(table)).map((column) => column.name);
  const values = names.map((_, index) => `value ->> ${index}`);
  return `INSERT INTO ${getTableName(table)} (${names.join(", ")}) SELECT ${values.join(", ")} FROM json_each(?)`;
}
