/**
 * What promotions pay of bets' returns, as it was posted last: the part that a boosted price pays more, and stakes that are given back. A
 * bet that promotions pay nothing of has no row.
 */
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const BET_PROMOTION_MIGRATION: Migration = {
  id: "wallet-bet-promotions-1",
  sql: `CREATE TABLE bet_promotion (
  bet_seq INTEGER PRIMARY KEY REFERENCES bet (seq), cost INTEGER NOT NULL CHECK (cost >= 0)
) STRICT;`,
};

export class BetPromotionStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Minor units, by the bet's sequence. */
  costsOf(betSeqs: readonly number[]): ReadonlyMap<number, Minor> {
    if (betSeqs.length === 0) return new Map();
    const rows = this.#sql.all<{ bet_seq: number; cost: number }>(
      "SELECT bet_seq, cost FROM bet_promotion WHERE bet_seq IN (SELECT value FROM json_each(?))",
      JSON.stringify(betSeqs),
    );
    return new Map(rows.map(({ bet_seq, cost }) => [bet_seq, minor(cost)]));
  }

  /** Stores what promotions pay of bets by now. */
  save(costs: readonly (readonly [betSeq: number, costMinor: Minor])[]): void {
    if (costs.length === 0) return;
    this.#sql.run("INSERT OR REPLACE INTO bet_promotion SELECT value ->> 0, value ->> 1 FROM json_each(?)", JSON.stringify(costs));
  }
}
