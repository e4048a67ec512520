/**
 * The tables of acceptance: bets whose stake is held, and how much of the usual stake the player may bet. What was decided stays; an
 * accepted bet goes on in the table of bets.
 */
import type { Migration } from "../platform/migrate.ts";

export const ACCEPTANCE_MIGRATION: Migration = {
  id: "wallet-acceptance-1",
  sql: `CREATE TABLE pending_bet (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), bet_id TEXT NOT NULL UNIQUE, hold_id TEXT NOT NULL UNIQUE, terms TEXT NOT NULL,
  stake INTEGER NOT NULL CHECK (stake > 0), placed_at INTEGER NOT NULL, round INTEGER NOT NULL CHECK (round > 0),
  state TEXT NOT NULL CHECK (state IN ('DELAYED', 'OFFERED', 'ACCEPTED', 'REJECTED', 'EXPIRED')),
  decides_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, offer TEXT, refusal TEXT, decided_at INTEGER,
  CHECK ((decided_at IS NULL) = (state IN ('DELAYED', 'OFFERED'))), CHECK ((offer IS NOT NULL) OR state <> 'OFFERED')
) STRICT;
CREATE INDEX pending_bet_open ON pending_bet (ends_at) WHERE decided_at IS NULL;
CREATE INDEX pending_bet_placed ON pending_bet (placed_at);
CREATE TRIGGER pending_bet_stays_decided BEFORE UPDATE ON pending_bet WHEN OLD.decided_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a decided bet stays decided'); END;
CREATE TRIGGER pending_bet_not_deleted BEFORE DELETE ON pending_bet BEGIN SELECT RAISE(ABORT, 'a held bet is kept'); END;
CREATE TABLE stake_terms (
  id INTEGER PRIMARY KEY CHECK (id = 1), customer_factor INTEGER NOT NULL CHECK (customer_factor BETWEEN 0 AND 1000000)
) STRICT;`,
};
