/** What stands on each outcome of a fixture: one row an outcome, added to as bets are confirmed. Amounts in minor units. */
import type { OutcomeExposure } from "../../shared/odds/liability.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const EXPOSURE_MIGRATION: Migration = {
  id: "exposure-1",
  sql: `CREATE TABLE exposure (
  market_id TEXT NOT NULL,
  outcome_id TEXT NOT NULL,
  bets INTEGER NOT NULL CHECK (bets >= 0),
  stake_minor INTEGER NOT NULL CHECK (stake_minor >= 0),
  payout_minor INTEGER NOT NULL CHECK (payout_minor >= 0),
  PRIMARY KEY (market_id, outcome_id)
) STRICT, WITHOUT ROWID;`,
};

type Row = { outcome_id: string; bets: number; stake_minor: number; payout_minor: number };

export class ExposureStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Adds one bet to an outcome. Call once per bet, inside the transaction that stores it. */
  add(marketId: string, outcomeId: string, stakeMinor: number, payoutMinor: number): void {
    this.#sql.run(
      `INSERT INTO exposure (market_id, outcome_id, bets, stake_minor, payout_minor)
       VALUES (?, ?, 1, CAST(? AS INTEGER), CAST(? AS INTEGER))
       ON CONFLICT (market_id, outcome_id) DO UPDATE SET
         bets = bets + 1, stake_minor = stake_minor + excluded.stake_minor, payout_minor = payout_minor + excluded.payout_minor`,
      ...[marketId, outcomeId, stakeMinor, payoutMinor],
    );
  }

  ofMarket(marketId: string): readonly OutcomeExposure[] {
    return this.#sql
      .all<Row>("SELECT outcome_id, bets, stake_minor, payout_minor FROM exposure WHERE market_id = ?", marketId)
      .map((row) => ({ outcomeId: row.outcome_id, bets: row.bets, stakeMinor: row.stake_minor, payoutMinor: row.payout_minor }));
  }
}
