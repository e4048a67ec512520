/**
 * Tables of a CrashGame: the chains with their sealed checkpoints, and one row a round. A round's hash and point are written when it
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
];
