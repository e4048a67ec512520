/**
 * Tables of a CrashTable: the rounds as the game told them, and the bets. A bet's row is written before the wallet is asked and keeps
 * `settled_at` empty until the wallet has acknowledged its end. Beside them what players leave the table to do: waiting bets, autoplay orders,
 * and which bets came from either.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";
import { OWN_NAME_MIGRATION } from "./own-name.ts";

export const CRASH_TABLE_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OWN_NAME_MIGRATION,
  {
    id: "0001-bets",
    sql: `CREATE TABLE round (
  number INTEGER PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('WAITING', 'BETTING', 'RUNNING', 'CRASHED')),
  commitment TEXT NOT NULL,
  curve_millionths_per_ms INTEGER NOT NULL CHECK (curve_millionths_per_ms > 0),
  betting_ends_at INTEGER,
  started_at INTEGER,
  crashed_at INTEGER,
  next_at INTEGER,
  crash_hundredths INTEGER,
  server_seed TEXT,
  beat_at INTEGER,
  interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1))
) STRICT;
CREATE TABLE bet (
  bet_id TEXT PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES round (number),
  user_id TEXT NOT NULL,
  slot TEXT NOT NULL CHECK (slot IN ('A', 'B')),
  stake_minor INTEGER NOT NULL CHECK (stake_minor > 0),
  auto_hundredths INTEGER CHECK (auto_hundredths > 100),
  target_hundredths INTEGER CHECK (target_hundredths > 100),
  fingerprint TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('RESERVING', 'ACTIVE', 'CASHED_OUT', 'LOST', 'REFUNDED', 'VOID')),
  placed_at INTEGER NOT NULL,
  pressed_hundredths INTEGER CHECK (pressed_hundredths >= 100),
  cash_out_hundredths INTEGER CHECK (cash_out_hundredths >= 100),
  payout_minor INTEGER NOT NULL DEFAULT 0 CHECK (payout_minor >= 0),
  settled_at INTEGER,
  settle_attempts INTEGER NOT NULL DEFAULT 0,
  settle_at INTEGER,
  CHECK ((status = 'CASHED_OUT') = (cash_out_hundredths IS NOT NULL)),
  CHECK (status IN ('CASHED_OUT', 'REFUNDED') OR payout_minor = 0)
) STRICT;
CREATE UNIQUE INDEX bet_slot ON bet (round, user_id, slot) WHERE status <> 'VOID';
CREATE INDEX bet_open ON bet (round) WHERE status IN ('RESERVING', 'ACTIVE');
CREATE INDEX bet_unsettled ON bet (settle_at) WHERE settle_at IS NOT NULL;
CREATE INDEX bet_of_user ON bet (user_id, placed_at);`,
  },
  {
    id: "0002-tables",
    sql: "ALTER TABLE round ADD COLUMN tables INTEGER NOT NULL DEFAULT 1 CHECK (tables > 0);",
  },
  OUTBOX_MIGRATION,
  {
    id: "0003-bets-of-user",
    sql: "CREATE INDEX bet_of_user_round ON bet (user_id, round DESC, slot);",
  },
  {
    id: "0004-old-rounds",
    sql: "CREATE INDEX bet_void ON bet (round) WHERE status = 'VOID'; DROP INDEX bet_of_user;",
  },
  {
    id: "0005-plans",
    sql: `CREATE TABLE waiting_bet (
  user_id TEXT NOT NULL,
  slot TEXT NOT NULL CHECK (slot IN ('A', 'B')),
  bet_id TEXT NOT NULL UNIQUE,
  round INTEGER NOT NULL,
  stake_minor INTEGER NOT NULL CHECK (stake_minor > 0),
  auto_hundredths INTEGER CHECK (auto_hundredths > 100),
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (user_id, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE autoplay (
  order_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  slot TEXT NOT NULL CHECK (slot IN ('A', 'B')),
  stake_minor INTEGER NOT NULL CHECK (stake_minor > 0),
  target_hundredths INTEGER NOT NULL CHECK (target_hundredths > 100),
  rounds INTEGER NOT NULL CHECK (rounds > 0),
  stop_loss_minor INTEGER NOT NULL CHECK (stop_loss_minor >= stake_minor),
  stop_win_minor INTEGER NOT NULL CHECK (stop_win_minor > 0),
  fingerprint TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT,
  end_detail TEXT,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX autoplay_slot ON autoplay (user_id, slot) WHERE ended_at IS NULL;
CREATE INDEX autoplay_of_user ON autoplay (user_id, started_at);
CREATE TABLE planned_bet (
  bet_id TEXT PRIMARY KEY,
  round INTEGER NOT NULL,
  order_id TEXT REFERENCES autoplay (order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX planned_of_round ON planned_bet (round);
CREATE INDEX planned_of_order ON planned_bet (order_id) WHERE order_id IS NOT NULL;`,
  },
  {
    // Rounds of before have no bounds of their own: those of the day hold for what is still open of them.
    id: "0006-caps",
    sql: `ALTER TABLE round ADD COLUMN bet_payout_max INTEGER CHECK (bet_payout_max > 0);
ALTER TABLE round ADD COLUMN player_win_max INTEGER CHECK (player_win_max > 0);
ALTER TABLE round ADD COLUMN table_win_max INTEGER CHECK (table_win_max > 0);
ALTER TABLE bet ADD COLUMN limited_by TEXT CHECK (limited_by IN ('bet', 'player', 'round'));`,
  },
];
