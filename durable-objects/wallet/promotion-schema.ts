/**
 * The tables of promotions. What a token was granted on never changes; which bet it is staked on does, and comes back when that bet is
 * refused or void.
 */
import type { Migration } from "../platform/migrate.ts";

export const FREE_BET_MIGRATION: Migration = {
  id: "wallet-free-bets-1",
  sql: `CREATE TABLE free_bet (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), free_bet_id TEXT NOT NULL UNIQUE, campaign_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), terms TEXT NOT NULL, granted_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  bet_id TEXT UNIQUE, returned_at INTEGER
) STRICT;
CREATE TRIGGER free_bet_kept BEFORE UPDATE OF seq, free_bet_id, campaign_id, amount, terms, granted_at, expires_at ON free_bet BEGIN SELECT RAISE(ABORT, 'a granted token keeps its terms'); END;
CREATE TRIGGER free_bet_not_deleted BEFORE DELETE ON free_bet BEGIN SELECT RAISE(ABORT, 'a granted token is kept'); END;`,
};
