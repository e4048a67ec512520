/**
 * Tables of an odds channel. Append-only: channels meet a migration when they next wake.
 *
 * The fixture's state is one row of JSON: it changes as a whole with each feed message, so one message is one row written. What
 * grows with the number of bets is in tables of its own.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";

export const ODDS_CHANNEL_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  {
    id: "odds-channel-1",
    sql: `CREATE TABLE fixture (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  country TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE accepted_bet (
  bet_id TEXT PRIMARY KEY,
  wallet_id TEXT NOT NULL,
  stake_minor INTEGER NOT NULL CHECK (stake_minor >= 0),
  placed_at INTEGER NOT NULL,
  sent_version INTEGER NOT NULL DEFAULT 0,
  acked_version INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX accepted_bet_open ON accepted_bet (acked_version, sent_version, next_at);
CREATE TABLE accepted_selection (
  bet_id TEXT NOT NULL REFERENCES accepted_bet (bet_id),
  selection_id TEXT NOT NULL,
  odds INTEGER NOT NULL CHECK (odds >= 1000),
  PRIMARY KEY (bet_id, selection_id)
) STRICT, WITHOUT ROWID;`,
  },
];
