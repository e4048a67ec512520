/** What stands on each outcome of a fixture: one row an outcome, changed as bets come, are told results and leave. Minor units. */
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

/** Until a bet of before says otherwise it counts as a single: hard. */
export const EXPOSURE_HARD_MIGRATION: Migration = {
  id: "exposure-2",
  sql: `ALTER TABLE exposure ADD COLUMN hard_payout_minor INTEGER NOT NULL DEFAULT 0 CHECK (hard_payout_minor >= 0);
UPDATE exposure SET hard_payout_minor = payout_minor;`,
};

type Row = { outcome_id: string; bets: number; stake_minor: number; payout_minor: number; hard_payout_minor: number };

/** A difference to what stands on an outcome. */
export type ExposureChange = Omit<OutcomeExposure, "outcomeId">;

export class ExposureStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Changes what stands on an outcome. Call in the transaction that stores why. */
  change(marketId: string, outcomeId: string, { bets, stakeMinor, payoutMinor, hardPayoutMinor }: ExposureChange): void {
    const changed = this.#sql.run(
      `UPDATE exposure SET bets = bets + CAST(? AS INTEGER), stake_minor = stake_minor + CAST(? AS INTEGER),
         payout_minor = payout_minor + CAST(? AS INTEGER), hard_payout_minor = hard_payout_minor + CAST(? AS INTEGER)
       WHERE market_id = ? AND outcome_id = ?`,
      ...[bets, stakeMinor, payoutMinor, hardPayoutMinor, marketId, outcomeId],
    );
    if (changed > 0) return;
    this.#sql.run(
      `INSERT INTO exposure (market_id, outcome_id, bets, stake_minor, payout_minor, hard_payout_minor)
       VALUES (?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER), CAST(? AS INTEGER), CAST(? AS INTEGER))`,
      ...[marketId, outcomeId, bets, stakeMinor, payoutMinor, hardPayoutMinor],
    );
  }

  ofMarket(marketId: string): readonly OutcomeExposure[] {
    return this.#sql
      .all<Row>("SELECT outcome_id, bets, stake_minor, payout_minor, hard_payout_minor FROM exposure WHERE market_id = ?", marketId)
      .map((row) => ({
        ...{ outcomeId: row.outcome_id, bets: row.bets, stakeMinor: row.stake_minor },
        ...{ payoutMinor: row.payout_minor, hardPayoutMinor: row.hard_payout_minor },
      }));
  }
}
