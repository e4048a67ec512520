/**
 * Tables of an Identity object. One phone number, so most tables hold one row (`only = 1`). Secrets are stored as keyed hashes, the
 * numbers of documents sealed; `replaced` says that the registration took another one's place. The
 * guard's counters exist for numbers that never registered too, because a difference would tell who has an account.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";

export const IDENTITY_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  {
    id: "identity-1",
    sql: `CREATE TABLE profile (only INTEGER PRIMARY KEY CHECK (only = 1), user_id TEXT NOT NULL, country TEXT NOT NULL, phone_number TEXT NOT NULL,
  full_name TEXT NOT NULL, date_of_birth TEXT NOT NULL, id_type TEXT NOT NULL, national_id TEXT NOT NULL, email TEXT, kra_pin TEXT,
  replaced INTEGER NOT NULL CHECK (replaced IN (0, 1)), language TEXT NOT NULL, created_at INTEGER NOT NULL, phone_verified_at INTEGER, wallet_opened_at INTEGER,
  verified_at INTEGER, verified_job_id TEXT, verified_id_type TEXT, verified_id_masked TEXT) STRICT;
CREATE TABLE credential (only INTEGER PRIMARY KEY CHECK (only = 1), hash TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT;
CREATE TABLE guard (only INTEGER PRIMARY KEY CHECK (only = 1), failures INTEGER NOT NULL, locks INTEGER NOT NULL, locked_until INTEGER NOT NULL,
  log_ins_started_at INTEGER NOT NULL, log_ins INTEGER NOT NULL, codes_started_at INTEGER NOT NULL, codes INTEGER NOT NULL) STRICT;
INSERT INTO guard VALUES (1, 0, 0, 0, 0, 0, 0, 0);
CREATE TABLE one_time_code (only INTEGER PRIMARY KEY CHECK (only = 1), user_id TEXT NOT NULL, hash TEXT NOT NULL, expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL, message_seq INTEGER) STRICT;
CREATE TABLE session (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE refresh_token (hash TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE, expires_at INTEGER NOT NULL,
  rotated_at INTEGER, rotation_key TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_session ON refresh_token (session_id);
CREATE TABLE message_sequence (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL) STRICT;
INSERT INTO message_sequence VALUES (1, 0);`,
  },
];
