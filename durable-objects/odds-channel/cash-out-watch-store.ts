/** Players' rules that wait for the fixture's prices, as leases; each is one row. */
import type { CashOutWatch } from "../../shared/protocol/rpc/cash-out-watch.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const CASH_OUT_WATCH_MIGRATION: Migration = {
  id: "cash-out-watch-1",
  sql: `CREATE TABLE cash_out_watch (
  order_id TEXT PRIMARY KEY, wallet_id TEXT NOT NULL, bet_id TEXT NOT NULL, selections TEXT NOT NULL, until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cash_out_watch_until ON cash_out_watch (until);`,
};

type Row = { order_id: string; wallet_id: string; bet_id: string; selections: string; until: number };

/** A lease is renewed when this much is gained: a rule is looked at oftener than its row need be written. */
const RENEW_AFTER_MS = 240_000;

export class CashOutWatchStore {
  readonly #sql: Sql;
  /** That there may be watches: a price change without any costs no read. */
  #mayWatch = true;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  begin({ orderId, walletId, betId, selections, untilMs }: CashOutWatch): void {
    const text = JSON.stringify(selections);
    this.#sql.run(
      `INSERT INTO cash_out_watch VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (order_id) DO UPDATE SET selections = excluded.selections, until = max(until, excluded.until)
       WHERE selections <> excluded.selections OR until + ? <= excluded.until`,
      ...[orderId, walletId, betId, text, untilMs, RENEW_AFTER_MS],
    );
    this.#mayWatch = true;
  }

  isAny(): boolean {
    if (this.#mayWatch) this.#mayWatch = this.#sql.first("SELECT 1 AS found FROM cash_out_watch LIMIT 1") !== null;
    return this.#mayWatch;
  }

  /** The watches after this order's, at most `limit`. */
  after(orderId: string, limit: number): readonly CashOutWatch[] {
    return this.#sql.all<Row>("SELECT * FROM cash_out_watch WHERE order_id > ? ORDER BY order_id LIMIT ?", orderId, limit).map((row) => ({
      orderId: row.order_id,
      walletId: row.wallet_id,
      betId: row.bet_id,
      selections: JSON.parse(row.selections) as CashOutWatch["selections"],
      untilMs: row.until,
    }));
  }

  /** Ends the leases that nobody renewed, and says whose they were. */
  endOverdue(nowMs: number): readonly string[] {
    return this.#sql
      .all<{ order_id: string }>("DELETE FROM cash_out_watch WHERE until <= ? RETURNING order_id", nowMs)
      .map((row) => row.order_id);
  }
}
