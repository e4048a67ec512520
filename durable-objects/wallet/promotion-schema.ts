/**
 * The tables of promotions. What a token was granted on never changes; which bet it is staked on does, and comes back when that bet is
 * refused or void. What a bonus was offered on never changes either; where it stands does, and one at a time is active.
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

export const BONUS_MIGRATION: Migration = {
  id: "wallet-bonuses-1",
  sql: `CREATE TABLE bonus (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), bonus_id TEXT NOT NULL UNIQUE, campaign_id TEXT NOT NULL, deposit_id TEXT UNIQUE,
  amount INTEGER NOT NULL CHECK (amount > 0), required INTEGER NOT NULL CHECK (required > 0), wagered INTEGER NOT NULL CHECK (wagered >= 0),
  terms TEXT NOT NULL, days INTEGER NOT NULL CHECK (days > 0),
  state TEXT NOT NULL CHECK (state IN ('OFFERED', 'ACTIVE', 'COMPLETED', 'EXPIRED', 'FORFEITED')),
  offered_at INTEGER NOT NULL, started_at INTEGER, ends_at INTEGER NOT NULL,
  ended_at INTEGER CHECK ((ended_at IS NULL) = (state IN ('OFFERED', 'ACTIVE')))
) STRICT;
CREATE UNIQUE INDEX bonus_active ON bonus (state) WHERE state = 'ACTIVE';
CREATE TRIGGER bonus_kept BEFORE UPDATE OF seq, bonus_id, campaign_id, deposit_id, amount, required, terms, days, offered_at ON bonus BEGIN SELECT RAISE(ABORT, 'an offered bonus keeps its terms'); END;
CREATE TRIGGER bonus_stays_ended BEFORE UPDATE ON bonus WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a bonus that has ended stays so'); END;
CREATE TRIGGER bonus_not_deleted BEFORE DELETE ON bonus BEGIN SELECT RAISE(ABORT, 'an offered bonus is kept'); END;
CREATE TABLE bonus_bet (
  bet_seq INTEGER PRIMARY KEY REFERENCES bet (seq), bonus_seq INTEGER NOT NULL REFERENCES bonus (seq), counted INTEGER NOT NULL CHECK (counted >= 0)
) STRICT;
CREATE TABLE bonus_selection (
  bet_seq INTEGER NOT NULL REFERENCES bonus_bet (bet_seq), n INTEGER NOT NULL, fixture_id TEXT NOT NULL, market_id TEXT NOT NULL, selection_id TEXT NOT NULL,
  PRIMARY KEY (bet_seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX bonus_selection_market ON bonus_selection (fixture_id, market_id);`,
};
