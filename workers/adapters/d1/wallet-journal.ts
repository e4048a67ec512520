/**
 * Writes wallets' journals to the country's database. Every statement is idempotent and indifferent to order: entries are inserted
 * once, balances and bets only move forward by the wallet's sequence.
 */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { WalletRow } from "../../../shared/protocol/queue/wallet-row.ts";
import { bet, betSelection, walletBalance, walletEntry, walletPosting } from "./schema/wallet.ts";

/** D1 binds at most 100 values a statement; a posting has 10 and a selection 13. */
const POSTINGS_PER_STATEMENT = 10;
const SELECTIONS_PER_STATEMENT = 7;

type Database = ReturnType<typeof drizzle>;
type Statement = Parameters<Database["batch"]>[0][number];

const excluded = (column: string) => sql.raw(`excluded.${column}`);

/** Stores rows in one batch, which D1 applies whole or not at all. Idempotent. */
export async function saveWalletRows(database: D1Database, rows: readonly WalletRow[]): Promise<void> {
  const db = drizzle(database);
  const [first, ...rest] = rows.flatMap((row) => [
    saveEntry(db, row),
    ...savePostings(db, row),
    saveBalance(db, row),
    ...(row.bet === null ? [] : saveBet(db, row, row.bet)),
  ]);
  if (first !== undefined) await db.batch([first, ...rest]);
}

function saveEntry(db: Database, { walletId, userId, currency, entry }: WalletRow): Statement {
  const { postings: _postings, ...columns } = entry;
  return db
    .insert(walletEntry)
    .values({ walletId, userId, currency, ...columns })
    .onConflictDoNothing();
}

function savePostings(db: Database, { walletId, entry }: WalletRow): Statement[] {
  const { epoch, seq, recordedAtMs } = entry;
  const rows = entry.postings.map((posting, index) => ({ walletId, epoch, seq, n: index + 1, ...posting, recordedAtMs }));
  return pages(rows, POSTINGS_PER_STATEMENT).map((page) => db.insert(walletPosting).values(page).onConflictDoNothing());
}

function saveBalance(db: Database, { walletId, userId, currency, entry, cashMinor, heldMinor, bonusMinor }: WalletRow): Statement {
  const { epoch, seq, hash } = entry;
  return db
    .insert(walletBalance)
    .values({ walletId, userId, currency, epoch, seq, cashMinor, heldMinor, bonusMinor, hash })
    .onConflictDoUpdate({
      target: walletBalance.walletId,
      set: {
        epoch: excluded("epoch"),
        seq: excluded("seq"),
        cashMinor: excluded("cash_minor"),
        heldMinor: excluded("held_minor"),
        bonusMinor: excluded("bonus_minor"),
        hash: excluded("hash"),
      },
      setWhere: sql`excluded.epoch > ${walletBalance.epoch} OR (excluded.epoch = ${walletBalance.epoch} AND excluded.seq > ${walletBalance.seq})`,
    });
}

function saveBet(db: Database, { walletId, userId, entry: { seq } }: WalletRow, told: NonNullable<WalletRow["bet"]>): Statement[] {
  const { selections, ...columns } = told;
  const rows = selections.map((selection, index) => ({ ...selection, betId: told.betId, n: index + 1, seq }));
  return [
    db
      .insert(bet)
      .values({ ...columns, walletId, userId, seq })
      .onConflictDoUpdate({
        target: bet.betId,
        set: {
          status: excluded("status"),
          paidMinor: excluded("paid_minor"),
          settledAtMs: excluded("settled_at_ms"),
          seq: excluded("seq"),
        },
        setWhere: sql`excluded.seq > ${bet.seq}`,
      }),
    ...pages(rows, SELECTIONS_PER_STATEMENT).map((page) =>
      db
        .insert(betSelection)
        .values(page)
        .onConflictDoUpdate({
          target: [betSelection.betId, betSelection.n],
          set: { outcome: excluded("outcome"), resultVersion: excluded("result_version"), seq: excluded("seq") },
          setWhere: sql`excluded.seq > ${betSelection.seq}`,
        }),
    ),
  ];
}

function pages<T>(rows: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < rows.length; start += size) result.push(rows.slice(start, start + size));
  return result;
}
