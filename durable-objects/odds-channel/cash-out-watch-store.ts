/**
 * Players' rules that wait for the fixture's prices, as leases: a row for each selection of a rule, sorted by the chance that it wants at
 * least, so that a price change reads the rules that it may reach and no others.
 */
import type { Builder } from "../../shared/odds/bet-builder.ts";
import type { CashOutWatch } from "../../shared/protocol/rpc/cash-out-watch.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const CASH_OUT_WATCH_MIGRATION: Migration = {
  id: "cash-out-watch-1",
  sql: `CREATE TABLE cash_out_watch (
  selection_id TEXT NOT NULL, order_id TEXT NOT NULL, wallet_id TEXT NOT NULL, bet_id TEXT NOT NULL, odds INTEGER NOT NULL,
  least_factor INTEGER NOT NULL, least_chance INTEGER NOT NULL, builder TEXT, until INTEGER NOT NULL, PRIMARY KEY (selection_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cash_out_watch_chance ON cash_out_watch (selection_id, least_chance, order_id);
CREATE INDEX cash_out_watch_until ON cash_out_watch (until);`,
};

/** A rule's selection; `leastFactorPpm` as in the watch. */
export interface WatchedRule {
  readonly orderId: string;
  readonly walletId: string;
  readonly betId: string;
  readonly oddsThousandths: number;
  readonly leastFactorPpm: number;
  /** The chance below which the selection can't return so much, whatever else it may come to; millionths. */
  readonly leastChancePpm: number;
}

/** A selection that rules wait for. */
export interface WatchedSelection {
  readonly selectionId: string;
  readonly builder?: Builder;
}

type Row = { order_id: string; wallet_id: string; bet_id: string; odds: number; least_factor: number; least_chance: number };

/** A lease is renewed when this much is gained: a rule is looked at oftener than its rows need be written. */
const RENEW_AFTER_MS = 240_000;

export class CashOutWatchStore {
  readonly #sql: Sql;
  /** That there may be watches: a price change without any costs no read. */
  #mayWatch = true;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  begin({ orderId, walletId, betId, selections, untilMs }: CashOutWatch): void {
    for (const { selectionId, oddsThousandths, leastFactorPpm, builder } of selections) {
      const leastChance = Math.floor((leastFactorPpm * 1_000) / oddsThousandths);
      this.#sql.run(
        `INSERT INTO cash_out_watch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (selection_id, order_id) DO UPDATE
         SET least_factor = excluded.least_factor, least_chance = excluded.least_chance, until = excluded.until
         WHERE least_factor <> excluded.least_factor OR until + ? <= excluded.until`,
        ...[selectionId, orderId, walletId, betId, oddsThousandths, leastFactorPpm, leastChance],
        ...[builder === undefined ? null : JSON.stringify(builder), untilMs, RENEW_AFTER_MS],
      );
    }
    this.#mayWatch = true;
  }

  isAny(): boolean {
    if (this.#mayWatch) this.#mayWatch = this.#sql.first("SELECT 1 AS found FROM cash_out_watch LIMIT 1") !== null;
    return this.#mayWatch;
  }

  /** The selections that rules wait for, from this one on. */
  selectionsFrom(selectionId: string): readonly WatchedSelection[] {
    return this.#sql
      .all<{ selection_id: string; builder: string | null }>(
        "SELECT selection_id, max(builder) AS builder FROM cash_out_watch WHERE selection_id >= ? GROUP BY selection_id ORDER BY selection_id",
        selectionId,
      )
      .map((row) => ({
        selectionId: row.selection_id,
        ...(row.builder === null ? {} : { builder: JSON.parse(row.builder) as Builder }),
      }));
  }

  /** Rules that this chance may reach, after the one given; at most `limit`. */
  reachable(selectionId: string, chancePpm: number, after: Pick<WatchedRule, "leastChancePpm" | "orderId">, limit: number) {
    return this.#sql
      .all<Row>(
        `SELECT order_id, wallet_id, bet_id, odds, least_factor, least_chance FROM cash_out_watch
         WHERE selection_id = ? AND least_chance <= ? AND (least_chance, order_id) > (?, ?) ORDER BY least_chance, order_id LIMIT ?`,
        ...[selectionId, chancePpm, after.leastChancePpm, after.orderId, limit],
      )
      .map(
        (row): WatchedRule => ({
          ...{ orderId: row.order_id, walletId: row.wallet_id, betId: row.bet_id, oddsThousandths: row.odds },
          ...{ leastFactorPpm: row.least_factor, leastChancePpm: row.least_chance },
        }),
      );
  }

  /** Ends the leases that nobody renewed, and says whose they were. */
  endOverdue(nowMs: number): readonly string[] {
    return this.#sql
      .all<{ order_id: string }>("DELETE FROM cash_out_watch WHERE until <= ? RETURNING order_id", nowMs)
      .map((row) => row.order_id);
  }
}
