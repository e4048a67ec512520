/** What the list of a round's bets is made of: read from the table's rows, and bounded, so that a full table costs no more than a busy one. */
import type { Sql } from "../platform/sql.ts";

/** Two conditions, so that the first is the one of the index by round. */
const IN_THE_ROUND = "round = ? AND status <> 'VOID' AND status <> 'RESERVING'";

export type LiveBetRow = {
  bet_id: string;
  round: number;
  user_id: string;
  stake_minor: number;
  status: string;
  cash_out_hundredths: number | null;
  payout_minor: number;
};

export interface LiveTotals {
  readonly bets: number;
  readonly stakedMinor: number;
}

export class LiveBetStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The round's bets, the highest stakes first. */
  highest(round: number, limit: number): readonly LiveBetRow[] {
    return this.#sql.all<LiveBetRow>(
      `SELECT bet_id, round, user_id, stake_minor, status, cash_out_hundredths, payout_minor FROM bet
       WHERE ${IN_THE_ROUND} ORDER BY stake_minor DESC, bet_id LIMIT ?`,
      round,
      limit,
    );
  }

  totals(round: number): LiveTotals {
    const query = `SELECT count(*) AS bets, coalesce(sum(stake_minor), 0) AS staked FROM bet WHERE ${IN_THE_ROUND}`;
    const row = this.#sql.first<{ bets: number; staked: number }>(query, round);
    return { bets: row?.bets ?? 0, stakedMinor: row?.staked ?? 0 };
  }
}
