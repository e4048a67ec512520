/**
 * Tables of a CrashGame: the chains with their sealed checkpoints, the chain that is being imported, one row a round, why the game is
 * closed, and the sums of its return. A round's hash and point are written when it
 * has crashed, not before; until then only the instant of its end is stored, which the alarm needs.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";
import { OWN_NAME_MIGRATION } from "./own-name.ts";

export const CRASH_GAME_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  OWN_NAME_MIGRATION,
  {
    id: "0001-rounds",
    sql: `CREATE TABLE chain (
  number INTEGER PRIMARY KEY,
  nonce TEXT NOT NULL,
  length INTEGER NOT NULL CHECK (length > 0),
  first_round INTEGER NOT NULL CHECK (first_round > 0),
  terminating_hash TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  house_edge_basis_points INTEGER NOT NULL CHECK (house_edge_basis_points BETWEEN 0 AND 5000),
  cap_hundredths INTEGER NOT NULL CHECK (cap_hundredths > 100),
  curve_millionths_per_ms INTEGER NOT NULL CHECK (curve_millionths_per_ms > 0),
  salt TEXT,
  salt_source TEXT,
  salt_fixed_at INTEGER,
  CHECK ((salt IS NULL) = (salt_source IS NULL) AND (salt IS NULL) = (salt_fixed_at IS NULL))
) STRICT;
CREATE TABLE checkpoint (
  chain INTEGER NOT NULL REFERENCES chain (number),
  link INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (chain, link)
) STRICT, WITHOUT ROWID;
CREATE TABLE round (
  number INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL REFERENCES chain (number),
  status TEXT NOT NULL CHECK (status IN ('WAITING', 'BETTING', 'RUNNING', 'CRASHED')),
  commitment TEXT NOT NULL,
  betting_ends_at INTEGER,
  started_at INTEGER,
  crash_at INTEGER,
  next_at INTEGER,
  crash_hundredths INTEGER CHECK (crash_hundredths >= 100),
  server_seed TEXT,
  CHECK ((status = 'CRASHED') = (server_seed IS NOT NULL) AND (status = 'CRASHED') = (crash_hundredths IS NOT NULL)),
  CHECK (status NOT IN ('RUNNING', 'CRASHED') OR (started_at IS NOT NULL AND crash_at > started_at))
) STRICT;`,
  },
  {
    id: "0002-tables",
    sql: "ALTER TABLE round ADD COLUMN tables INTEGER NOT NULL DEFAULT 1 CHECK (tables > 0);",
  },
  {
    id: "0002-fairness",
    sql: `ALTER TABLE chain ADD COLUMN origin TEXT NOT NULL DEFAULT 'object' CHECK (origin IN ('object', 'offline'));
ALTER TABLE chain ADD COLUMN statement TEXT;
ALTER TABLE chain ADD COLUMN announced_source TEXT;
ALTER TABLE chain ADD COLUMN made_by TEXT;
ALTER TABLE chain ADD COLUMN published_by TEXT;
ALTER TABLE chain ADD COLUMN config_sha256 TEXT;
ALTER TABLE round ADD COLUMN config_sha256 TEXT;
ALTER TABLE round ADD COLUMN maths_sha256 TEXT;
ALTER TABLE round ADD COLUMN game_sha256 TEXT;
CREATE TABLE chain_import (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  terminating_hash TEXT NOT NULL,
  statement TEXT NOT NULL,
  made_by TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  next_page INTEGER NOT NULL DEFAULT 0 CHECK (next_page >= 0),
  sealed_end TEXT
) STRICT;
CREATE TABLE imported_checkpoint (link INTEGER PRIMARY KEY, sealed TEXT NOT NULL) STRICT;
CREATE TABLE closing (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  closed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE rtp (
  span TEXT PRIMARY KEY CHECK (span IN ('lifetime', 'window')),
  since INTEGER NOT NULL,
  rounds INTEGER NOT NULL,
  bets INTEGER NOT NULL,
  staked_minor INTEGER NOT NULL CHECK (staked_minor >= 0),
  paid_minor INTEGER NOT NULL CHECK (paid_minor >= 0),
  expected_minor REAL NOT NULL,
  variance REAL NOT NULL CHECK (variance >= 0),
  scale REAL
) STRICT, WITHOUT ROWID;
CREATE TABLE rtp_part (
  round INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  deviation REAL NOT NULL CHECK (deviation >= 0),
  PRIMARY KEY (round, table_name)
) STRICT, WITHOUT ROWID;`,
  },
];
