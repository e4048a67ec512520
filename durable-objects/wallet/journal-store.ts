/**
 * The journal and the balances it folds to: every SQL statement on entry and account.
 *
 * The book in memory is a cache: `book()` rebuilds it from the last entry and the account rows. A command whose transaction failed
 * calls `forget`, so that memory never runs ahead of storage.
 */

import type { Canonical } from "../../shared/kernel/canonical.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { account } from "../../shared/ledger/book.ts";
import { genesisHash } from "../../shared/ledger/chain.ts";
import { type AccountCode, accountCode, entryKind, lineType } from "../../shared/ledger/chart.ts";
import { buildEntry, limitsSetBy } from "../../shared/ledger/entry.ts";
import type { Account, Book, Draft, Entry, Posting, RefType, TaxLine } from "../../shared/ledger/model.ts";
import { minor } from "../../shared/money/minor.ts";
import type { Page, StatementLine } from "../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../platform/hash.ts";
import type { Sql, SqlValue } from "../platform/sql.ts";
import type { ProfileStore } from "./profile-store.ts";

/** A statement takes at most so many values. */
const VALUES_MAX = 100;

type EntryRow = {
  seq: number;
  epoch: number;
  kind: string;
  command_key: string;
  ref: string;
  ref_type: string;
  tax_lines: string;
  facts: string;
  occurred_at: number;
  recorded_at: number;
  previous_hash: string;
  hash: string;
  postings: string;
};
type AccountRow = { code: string; posted: number; held: number; floor: number | null; frozen: number; opened_seq: number };
/** A posting as an entry's row has it; its number is its place in the list. */
type StoredPosting = readonly [account: string, amount: number, held: number, postedAfter: number, heldAfter: number];
type LineRow = EntryRow & { n: number; amount: number; posted_after: number };

/** How many entries are remembered for their sender: some gatherings' worth. */
const NEWEST_MAX = 20;

export class JournalStore {
  readonly #sql: Sql;
  readonly #profiles: ProfileStore;
  #book: Book | null = null;
  /** The last entries of this instance, in order and without a gap. A cache of storage. */
  #newest: Entry[] = [];
  /** What is appended and not stored yet, while `gather` runs. */
  #gathered: Entry[] | null = null;

  constructor(sql: Sql, profiles: ProfileStore) {
    this.#sql = sql;
    this.#profiles = profiles;
  }

  /** The book as the journal stands; asserts that the wallet is open. */
  book(): Book {
    this.#book ??= this.#load();
    return this.#book;
  }

  forget(): void {
    this.#book = null;
    this.#newest = [];
  }

  /** The sequence of the last stored entry: a read of storage, so that an instance cut off from it learns so. */
  storedSeq(): number {
    return this.#sql.first<{ seq: number }>("SELECT seq FROM entry ORDER BY seq DESC LIMIT 1")?.seq ?? 0;
  }

  /**
   * Entries from `fromSeq` on, for their sender: those that this instance has just written need not be read back. What leaves waits for
   * its write to be confirmed, like everything that an object sends.
   */
  tail(fromSeq: number, limit: number): readonly Entry[] {
    const first = this.#newest[0];
    if (first === undefined || first.seq > fromSeq) return this.entries(fromSeq, limit);
    return this.#newest.slice(fromSeq - first.seq, fromSeq - first.seq + limit);
  }

  /** Remembers no longer what was sent up to `seq`: an awake wallet should hold little. */
  dropSent(seq: number): void {
    this.#newest = this.#newest.filter((entry) => entry.seq > seq);
  }

  /** Adds an entry with its postings and balances. Call inside the command's transaction. */
  append(draft: Draft, nowMs: number): Entry {
    const { entry, after } = buildEntry(this.book(), draft, nowMs, sha256Hex);
    this.write(entry, after);
    return entry;
  }

  /** Stores an entry that was built or verified, with the book after it. Call inside a transaction. */
  write(entry: Entry, after: Book): void {
    this.#newest.push(entry);
    if (this.#newest.length > 2 * NEWEST_MAX) this.#newest = this.#newest.slice(-NEWEST_MAX);
    this.#book = after;
    if (this.#gathered === null) this.#store([entry], after);
    else this.#gathered.push(entry);
  }

  /**
   * Stores the entries that `work` appends together, a few statements for all of them. Until it ends they are in the book and not in
   * storage. Call inside the command's transaction; an exception undoes all, and the caller forgets.
   */
  gather(work: () => void): void {
    invariant(this.#gathered === null, "entries are gathered once");
    const entries: Entry[] = [];
    this.#gathered = entries;
    try {
      work();
    } finally {
      this.#gathered = null;
    }
    if (entries.length > 0) this.#store(entries, this.book());
  }

  #store(entries: readonly Entry[], after: Book): void {
    const rows = entries.map((entry) => [
      ...[entry.seq, entry.epoch, entry.kind, entry.key, entry.ref, entry.refType, JSON.stringify(entry.taxLines)],
      ...[JSON.stringify(entry.facts), entry.occurredAtMs, entry.recordedAtMs, entry.previousHash, entry.hash],
      JSON.stringify(entry.postings.map(fromPosting)),
    ]);
    this.#insert(rows, (tuples) => `INSERT INTO entry VALUES ${tuples}`);
    this.#writeAccounts(entries, after);
  }

  #writeAccounts(entries: readonly Entry[], after: Book): void {
    /** Movements of money by account; zero for one that was touched otherwise. */
    const touched = new Map<AccountCode, number>();
    for (const entry of entries) {
      for (const { account: code, amountMinor } of entry.postings)
        touched.set(code, (touched.get(code) ?? 0) + (amountMinor === 0 ? 0 : 1));
      const limited = limitsSetBy(entry);
      if (limited !== null) touched.set(limited.account, touched.get(limited.account) ?? 0);
    }
    const rows = [...touched].map(([code, movements]) => {
      const { postedMinor, heldMinor, floorMinor, frozen, openedSeq } = account(after, code);
      return [code, postedMinor, heldMinor, floorMinor, frozen ? 1 : 0, openedSeq, movements];
    });
    this.#insert(
      rows,
      (tuples) =>
        `INSERT INTO account VALUES ${tuples}
         ON CONFLICT (code) DO UPDATE SET posted = excluded.posted, held = excluded.held, floor = excluded.floor, frozen = excluded.frozen,
           movements = movements + excluded.movements`,
    );
  }

  /** Inserts rows in as few statements as their values allow. */
  #insert(rows: readonly (readonly SqlValue[])[], text: (tuples: string) => string): void {
    const columns = rows[0]?.length ?? 1;
    const tuple = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
    const most = Math.floor(VALUES_MAX / columns);
    for (let start = 0; start < rows.length; start += most) {
      const some = rows.slice(start, start + most);
      this.#sql.run(text(some.map(() => tuple).join(", ")), ...some.flat());
    }
  }

  /** The player's movements of cash, newest first. */
  statement(limit: number, offset: number): Page<StatementLine> {
    const rows = this.#sql.all<LineRow>(
      `SELECT entry.*, line.key + 1 AS n, line.value ->> 1 AS amount, line.value ->> 3 AS posted_after
       FROM entry, json_each(entry.postings) AS line
       WHERE line.value ->> 0 = 'user:cash' AND line.value ->> 1 <> 0 ORDER BY entry.seq DESC, line.key DESC LIMIT ? OFFSET ?`,
      limit,
      offset,
    );
    // Counted as they are written: a page of a long history must not count it all.
    const total = this.#sql.first<{ movements: number }>("SELECT movements FROM account WHERE code = 'user:cash'")?.movements ?? 0;
    return { rows: rows.map(toStatementLine), total };
  }

  /** Up to `limit` entries in order, from a sequence on. */
  entries(fromSeq: number, limit: number): readonly Entry[] {
    return this.#sql.all<EntryRow>("SELECT * FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?", fromSeq, limit).map(toEntry);
  }

  /** One entry, or null. */
  entry(seq: number): Entry | null {
    const [found] = this.entries(seq, 1);
    return found?.seq === seq ? found : null;
  }

  /** The entry that reversed this one, or null. */
  reversedBy(seq: number): number | null {
    return this.#sql.first<{ by_seq: number }>("SELECT by_seq FROM reversal WHERE seq = ?", seq)?.by_seq ?? null;
  }

  /** Notes that `bySeq` reversed `seq`. Call inside the command's transaction. */
  markReversed(seq: number, bySeq: number): void {
    this.#sql.run("INSERT INTO reversal VALUES (?, ?)", seq, bySeq);
  }

  #load(): Book {
    const profile = this.#profiles.profile();
    invariant(profile !== null, "the book of a wallet that is not open");
    const last = this.#sql.first<{ seq: number; hash: string; recorded_at: number }>(
      "SELECT seq, hash, recorded_at FROM entry ORDER BY seq DESC LIMIT 1",
    );
    const accounts = new Map<AccountCode, Account>();
    for (const row of this.#sql.all<AccountRow>("SELECT code, posted, held, floor, frozen, opened_seq FROM account")) {
      const code = accountCode(row.code);
      accounts.set(code, {
        code,
        postedMinor: minor(row.posted),
        heldMinor: minor(row.held),
        floorMinor: row.floor === null ? null : minor(row.floor),
        frozen: row.frozen === 1,
        openedSeq: row.opened_seq,
      });
    }
    const head =
      last === null
        ? { seq: 0, hash: genesisHash(profile.walletId, sha256Hex), recordedAtMs: 0 }
        : { seq: last.seq, hash: last.hash, recordedAtMs: last.recorded_at };
    return { epoch: profile.epoch, currency: profile.currency, head, accounts };
  }
}

function fromPosting({ account: code, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor }: Posting): StoredPosting {
  return [code, amountMinor, heldMinor, postedAfterMinor, heldAfterMinor];
}

function toPosting([code, amount, held, postedAfter, heldAfter]: StoredPosting): Posting {
  return {
    account: accountCode(code),
    amountMinor: minor(amount),
    heldMinor: minor(held),
    postedAfterMinor: minor(postedAfter),
    heldAfterMinor: minor(heldAfter),
  };
}

function toEntry(row: EntryRow): Entry {
  return {
    epoch: row.epoch,
    seq: row.seq,
    kind: entryKind(row.kind),
    key: row.command_key,
    ref: row.ref,
    refType: row.ref_type as RefType,
    taxLines: JSON.parse(row.tax_lines) as TaxLine[],
    facts: JSON.parse(row.facts) as Canonical,
    occurredAtMs: unixMs(row.occurred_at),
    recordedAtMs: unixMs(row.recorded_at),
    postings: (JSON.parse(row.postings) as StoredPosting[]).map(toPosting),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** A line's id follows from its entry's hash, which no other wallet has. */
function toStatementLine(row: LineRow): StatementLine {
  return {
    entryId: `txn_${row.hash.slice(0, 24)}${row.n}`,
    seq: row.seq,
    type: lineType(entryKind(row.kind), row.amount),
    amountMinor: minor(row.amount),
    balanceBeforeMinor: minor(row.posted_after - row.amount),
    balanceAfterMinor: minor(row.posted_after),
    taxLines: JSON.parse(row.tax_lines) as TaxLine[],
    referenceId: row.ref,
    referenceType: row.ref_type,
    recordedAtMs: row.recorded_at,
  };
}
