/**
 * Turns rows of wallets' journals into the lists that the database takes: one tuple a row, in the order of the drizzle table's columns,
 * which types check. Of an account or a bet that several rows touch, only the last state is written.
 */
import { getTableColumns } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { localDay, unixMs } from "../../../shared/kernel/time.ts";
import { totalsAccount } from "../../../shared/ledger/house-totals.ts";
import { shardOf } from "../../../shared/ledger/shards.ts";
import type { WalletRun, WalletRunRow } from "../../../shared/protocol/queue/wallet-run.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { bookingBet } from "./schema/booking.ts";
import { bet, betSelection, walletAccount, walletEntry, walletPosting, walletProjection } from "./schema/wallet.ts";

/** Rows of one wallet that follow what is stored of it, in order. */
export interface WalletRows {
  readonly wallet: Pick<WalletRun, "objectName" | "country" | "userId" | "currency" | "epoch">;
  readonly rows: readonly WalletRunRow[];
}

export type Tuple = readonly unknown[];

/** A list for each of the statements of one batch. */
export interface Records {
  /** Postings that move money: wallet, epoch, seq, n; day, account, shard, currency; amount. */
  readonly totals: Tuple[];
  readonly entries: Tuple[];
  readonly postings: Tuple[];
  readonly accounts: Tuple[];
  readonly bets: Tuple[];
  readonly selections: Tuple[];
  /** Bets that were placed from a shared slip, each with its selections as an additional last value. */
  readonly bookings: Tuple[];
  /** With the sequence that the wallet's rows follow as an additional last value. */
  readonly heads: Tuple[];
}

const entryTuple = tuplesOf(walletEntry);
const postingTuple = tuplesOf(walletPosting);
const accountTuple = tuplesOf(walletAccount);
const betTuple = tuplesOf(bet);
const selectionTuple = tuplesOf(betSelection);
const bookingTuple = tuplesOf(bookingBet);
const headTuple = tuplesOf(walletProjection);

export function recordsOf(wallets: readonly WalletRows[]): Records {
  const records: Records = { totals: [], entries: [], postings: [], accounts: [], bets: [], selections: [], bookings: [], heads: [] };
  for (const { wallet, rows } of wallets) {
    addEntries(records, wallet, rows);
    addBets(records, wallet, rows);
    addHead(records, wallet, rows);
  }
  return records;
}

type Wallet = WalletRows["wallet"];

function addEntries(records: Records, wallet: Wallet, rows: readonly WalletRunRow[]): void {
  const { objectName: walletId, userId, currency, country } = wallet;
  const { utcOffsetMinutes } = tenantOf(country);
  const shard = shardOf(walletId);
  const accounts = new Map<string, Tuple>();
  for (const { entry } of rows) {
    const { epoch, seq, recordedAtMs } = entry;
    records.entries.push(entryTuple({ ...entry, walletId, userId, currency }));
    const day = localDay(unixMs(recordedAtMs), utcOffsetMinutes);
    for (const [index, posting] of entry.postings.entries()) {
      const { account, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor } = posting;
      const n = index + 1;
      if (amountMinor !== 0) records.totals.push([walletId, epoch, seq, n, day, totalsAccount(account), shard, currency, amountMinor]);
      records.postings.push(
        postingTuple({ walletId, epoch, seq, n, account, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor, recordedAtMs }),
      );
      accounts.set(
        account,
        accountTuple({ walletId, account, currency, postedMinor: postedAfterMinor, heldMinor: heldAfterMinor, epoch: wallet.epoch, seq }),
      );
    }
  }
  records.accounts.push(...accounts.values());
}

function addBets(records: Records, { objectName: walletId, userId, epoch }: Wallet, rows: readonly WalletRunRow[]): void {
  const last = new Map(rows.flatMap(({ entry, bet: stands }) => (stands === null ? [] : [[stands.betId, { stands, seq: entry.seq }]])));
  for (const { stands, seq } of last.values()) {
    const { betId } = stands;
    records.bets.push(betTuple({ ...stands, walletId, userId, epoch, seq }));
    const { bookingCode: code, stakeMinor, placedAtMs } = stands;
    if (code !== undefined) {
      const picked = stands.selections.map(({ selectionId }) => selectionId);
      records.bookings.push([...bookingTuple({ betId, code, stakeMinor, placedAtMs }), picked]);
    }
    for (const [index, selection] of stands.selections.entries())
      records.selections.push(selectionTuple({ ...selection, betId, n: index + 1, epoch, seq }));
  }
}

function addHead(records: Records, { objectName: walletId, userId, currency, epoch }: Wallet, rows: readonly WalletRunRow[]): void {
  const first = rows[0]?.entry;
  const last = rows.at(-1)?.entry;
  if (first === undefined || last === undefined) return;
  const { seq, hash, recordedAtMs: updatedAtMs } = last;
  const head = headTuple({ walletId, userId, currency, shard: shardOf(walletId), epoch, seq, hash, updatedAtMs });
  records.heads.push([...head, first.seq - 1]);
}

/** Makes tuples of a table's rows, in the order of its columns. */
function tuplesOf<T extends SQLiteTable>(table: T): (row: T["$inferSelect"]) => Tuple {
  const names = Object.keys(getTableColumns(table));
  return (row) => names.map((name) => row[name]);
}
