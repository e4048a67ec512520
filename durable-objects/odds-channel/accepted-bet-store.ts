/**
 * The bets that stand on a fixture, in the order of their wallets, and what each was told of its results.
 *
 * A bet is one row, and reading it is reading all that its settlement needs: a hundred thousand of them are walked in pages, by key.
 * What a bet was told is kept as text beside the version it was told under: a result that says nothing new to a bet writes nothing.
 */
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const ACCEPTED_BETS_MIGRATION: Migration = {
  id: "accepted-bets-1",
  sql: `CREATE TABLE accepted_bet (
  wallet_id TEXT NOT NULL,
  bet_id TEXT NOT NULL,
  stake_minor INTEGER NOT NULL CHECK (stake_minor >= 0),
  placed_at INTEGER NOT NULL,
  selections TEXT NOT NULL,
  told TEXT NOT NULL DEFAULT '',
  told_version INTEGER NOT NULL DEFAULT 0,
  acked_version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (wallet_id, bet_id)
) STRICT, WITHOUT ROWID;`,
};

/** Bets of before prices were kept beside their selections are counted with what they staked. */
export const ACCEPTED_PRICES_MIGRATION: Migration = {
  id: "accepted-bets-2",
  sql: `UPDATE accepted_bet SET selections = (SELECT json_group_array(json_array(value, 1000)) FROM json_each(accepted_bet.selections));`,
};

/** Where a walk over the bets stands: after this bet. */
export interface BetCursor {
  readonly walletId: string;
  readonly betId: string;
}

/** One of a bet's selections on this fixture, at the price that it was taken at. */
export interface AcceptedPrice {
  readonly selectionId: string;
  readonly oddsThousandths: number;
}

export const BEFORE_FIRST_BET: BetCursor = { walletId: "", betId: "" };

export interface AcceptedBet extends BetCursor {
  readonly stakeMinor: number;
  readonly placedAtMs: number;
  readonly selections: readonly AcceptedPrice[];
  /** What it was last told, as the teller wrote it; empty when nothing. */
  readonly told: string;
  readonly toldVersion: number;
  readonly ackedVersion: number;
}

export interface BetToAdd extends BetCursor {
  readonly stakeMinor: number;
  readonly placedAtMs: number;
  readonly selections: readonly AcceptedPrice[];
}

export interface Told extends BetCursor {
  readonly told: string;
}

export interface Acknowledged extends BetCursor {
  readonly resultVersion: number;
}

type Row = {
  wallet_id: string;
  bet_id: string;
  stake_minor: number;
  placed_at: number;
  selections: string;
  told: string;
  told_version: number;
  acked_version: number;
};

export class AcceptedBetStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Adds an accepted bet; false when it is known. */
  add({ walletId, betId, stakeMinor, placedAtMs, selections }: BetToAdd): boolean {
    const added = this.#sql.run(
      "INSERT OR IGNORE INTO accepted_bet (wallet_id, bet_id, stake_minor, placed_at, selections) VALUES (?, ?, CAST(? AS INTEGER), ?, ?)",
      ...[walletId, betId, stakeMinor, placedAtMs, JSON.stringify(selections.map((each) => [each.selectionId, each.oddsThousandths]))],
    );
    return added > 0;
  }

  /** The bets that come after the cursor, at most `limit`. */
  after({ walletId, betId }: BetCursor, limit: number): readonly AcceptedBet[] {
    return this.#sql
      .all<Row>(
        `SELECT wallet_id, bet_id, stake_minor, placed_at, selections, told, told_version, acked_version FROM accepted_bet
         WHERE (wallet_id, bet_id) > (?, ?) ORDER BY wallet_id, bet_id LIMIT ?`,
        ...[walletId, betId, limit],
      )
      .map((row) => ({
        walletId: row.wallet_id,
        betId: row.bet_id,
        stakeMinor: row.stake_minor,
        placedAtMs: row.placed_at,
        selections: (JSON.parse(row.selections) as [string, number][]).map(([selectionId, oddsThousandths]) => ({
          selectionId,
          oddsThousandths,
        })),
        told: row.told,
        toldVersion: row.told_version,
        ackedVersion: row.acked_version,
      }));
  }

  /** Notes what bets were told under a version: one statement for a page of them. */
  markTold(bets: readonly Told[], version: number): void {
    this.#sql.run(
      `UPDATE accepted_bet SET told = page.value ->> 2, told_version = ? FROM json_each(?) AS page
       WHERE wallet_id = page.value ->> 0 AND bet_id = page.value ->> 1`,
      ...[version, JSON.stringify(bets.map(({ walletId, betId, told }) => [walletId, betId, told]))],
    );
  }

  /** Notes which versions wallets have applied. An older version, or the same twice, is harmless. */
  acknowledge(acks: readonly Acknowledged[]): void {
    this.#sql.run(
      `UPDATE accepted_bet SET acked_version = page.value ->> 2 FROM json_each(?) AS page
       WHERE wallet_id = page.value ->> 0 AND bet_id = page.value ->> 1 AND acked_version < page.value ->> 2`,
      JSON.stringify(acks.map(({ walletId, betId, resultVersion }) => [walletId, betId, resultVersion])),
    );
  }
}
