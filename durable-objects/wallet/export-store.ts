/**
 * Reads of a whole wallet in pieces that fit into memory, for its export and its hash; and the writes that put one back.
 *
 * Names of tables and columns come from the format's own list, never from a file.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { accountCode } from "../../shared/ledger/chart.ts";
import type { Reading } from "../../shared/ledger/export-format.ts";
import { EXPORT_TABLES, type ExportHeader, type ExportRow, type ExportTable } from "../../shared/ledger/export-line.ts";
import type { BetEvidence } from "../../shared/ledger/invariants.ts";
import type { Account, Head } from "../../shared/ledger/model.ts";
import { minor } from "../../shared/money/minor.ts";
import type { Sql, SqlRow, SqlValue } from "../platform/sql.ts";

const PAGE_BETS = 500;

/** A bet's state without its terms. */
export interface BetState extends BetEvidence {
  readonly status: string;
  /** The version of the newest result that it applied, by fixture. */
  readonly resultVersions: readonly (readonly [fixtureId: string, version: number])[];
  /** In the order in which they were taken. */
  readonly cashOuts: readonly (readonly [percent: number, stakeMinor: number, payoutMinor: number, paidMinor: number])[];
  /** What promotions pay of it. */
  readonly promotionMinor: number;
}

type BetStateRow = { seq: number; bet_id: string; status: string; paid: number };
type ProgressRow = { line: number; hash: string; header: string; head: string; accounts: string; rows: number };

export class ExportStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The rows of a table whose keys come after `key`, in the keys' order; from the first one on when the key is empty. */
  rowsAfter(table: ExportTable, key: readonly SqlValue[], limit: number): readonly ExportRow[] {
    const { columns } = EXPORT_TABLES[table];
    const names = keyColumnsOf(table).join(", ");
    const where = key.length === 0 ? "" : `WHERE (${names}) > (${key.map(() => "?").join(", ")})`;
    return this.#sql
      .all<SqlRow>(`SELECT ${columns.join(", ")} FROM ${table} ${where} ORDER BY ${names} LIMIT ?`, ...key, limit)
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, portable(value)])));
  }

  /** Stores a row as it was exported. */
  insert(table: ExportTable, row: ExportRow): void {
    const { columns } = EXPORT_TABLES[table];
    const values = columns.map((column) => row[column] ?? null);
    this.#sql.run(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`, ...values);
  }

  /** Every bet's state, in the order in which they were placed. */
  *bets(): Generator<BetState> {
    let last = 0;
    for (;;) {
      const rows = this.#sql.all<BetStateRow>(
        "SELECT seq, bet_id, status, paid FROM bet WHERE seq > ? ORDER BY seq LIMIT ?",
        last,
        PAGE_BETS,
      );
      const range = [last + 1, rows.at(-1)?.seq ?? last] as const;
      const results = this.#byBet<{ bet_seq: number; fixture_id: string; version: number }>(
        "SELECT bet_seq, fixture_id, version FROM bet_result WHERE bet_seq BETWEEN ? AND ? ORDER BY bet_seq, fixture_id",
        range,
      );
      const settlements = this.#byBet<{ bet_seq: number; version: number; posted: number }>(
        "SELECT bet_seq, version, posted FROM bet_settlement WHERE bet_seq BETWEEN ? AND ? ORDER BY bet_seq, version",
        range,
      );
      const cashOuts = this.#byBet<{ bet_seq: number; percent: number; stake: number; payout: number; paid: number }>(
        "SELECT bet_seq, percent, stake, payout, paid FROM bet_cash_out WHERE bet_seq BETWEEN ? AND ? ORDER BY bet_seq, n",
        range,
      );
      const promotions = this.#byBet<{ bet_seq: number; cost: number }>(
        "SELECT bet_seq, cost FROM bet_promotion WHERE bet_seq BETWEEN ? AND ?",
        range,
      );
      for (const row of rows) {
        const settled = settlements.get(row.seq) ?? [];
        yield {
          betId: row.bet_id,
          status: row.status,
          paidMinor: minor(row.paid),
          resultVersions: (results.get(row.seq) ?? []).map((result) => [result.fixture_id, result.version]),
          cashOuts: (cashOuts.get(row.seq) ?? []).map((part) => [part.percent, part.stake, part.payout, part.paid]),
          promotionMinor: promotions.get(row.seq)?.[0]?.cost ?? 0,
          postedMinor: settled.map((settlement) => minor(settlement.posted)),
          settlementVersions: settled.map((settlement) => settlement.version),
        };
      }
      if (rows.length < PAGE_BETS) return;
      last = range[1];
    }
  }

  #byBet<Row extends SqlRow & { bet_seq: number }>(query: string, range: readonly [number, number]): Map<number, Row[]> {
    return Map.groupBy(this.#sql.all<Row>(query, ...range), (row) => row.bet_seq);
  }

  /** When the wallet was opened. */
  openedAtMs(): number {
    const row = this.#sql.first<{ opened_at: number }>("SELECT opened_at FROM profile");
    invariant(row !== null, "the opening of a wallet that is not open");
    return row.opened_at;
  }

  /** How far an import has come, or null when none is under way. */
  progress(): Reading | null {
    const row = this.#sql.first<ProgressRow>("SELECT line, hash, header, head, accounts, rows FROM import_progress");
    if (row === null) return null;
    const header = JSON.parse(row.header) as ExportHeader;
    const { epoch, currency } = header;
    const head = JSON.parse(row.head) as Head;
    const accounts = new Map((JSON.parse(row.accounts) as Account[]).map((each) => [accountCode(each.code), each] as const));
    return { line: row.line, hash: row.hash, header, book: { epoch, currency, head, accounts }, rows: row.rows, isEnded: false };
  }

  /** Remembers how far an import has come. While this row is there, nothing opens the wallet. */
  saveProgress({ line, hash, header, book, rows }: Reading): void {
    invariant(header !== null && book !== null, "an import that has begun has read a header");
    this.#sql.run(
      "INSERT OR REPLACE INTO import_progress VALUES (1, ?, ?, ?, ?, ?, ?)",
      line,
      hash,
      JSON.stringify(header),
      JSON.stringify(book.head),
      JSON.stringify([...book.accounts.values()]),
      rows,
    );
  }

  /** Ends an import: the wallet is open, as its header says. */
  openAs(header: ExportHeader): void {
    const { walletId, userId, country, currency, epoch, openedAtMs, frozenReason, isVerified, isExcluded, excludedUntilMs } = header;
    this.#sql.run("DELETE FROM import_progress");
    this.#sql.run(
      "INSERT INTO profile VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      walletId,
      userId,
      country,
      currency,
      epoch,
      openedAtMs,
      frozenReason,
      isVerified ? 1 : 0,
      isExcluded ? 1 : 0,
      excludedUntilMs,
    );
  }
}

/** A row's key, as `rowsAfter` takes it. */
export function keyOf(table: ExportTable, row: ExportRow): readonly (string | number | null)[] {
  return keyColumnsOf(table).map((column) => row[column] ?? null);
}

function keyColumnsOf(table: ExportTable): readonly string[] {
  const { columns, keyColumns } = EXPORT_TABLES[table];
  return columns.slice(0, keyColumns);
}

function portable(value: SqlValue): string | number | null {
  invariant(!(value instanceof ArrayBuffer), "a wallet stores no bytes");
  return value;
}
