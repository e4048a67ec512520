/**
 * Tables of a CrashLounge. Consents are a log that is only added to, since it must be shown later who agreed to what and when; messages
 * are a ring; claims of a rain stay as the log of its draw.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";

export const CRASH_LOUNGE_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  {
    id: "0001-lounge",
    sql: `CREATE TABLE name_consent (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  name TEXT,
  wording TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX name_consent_of_user ON name_consent (user_id, seq);
CREATE TABLE person (
  user_id TEXT PRIMARY KEY,
  tag TEXT NOT NULL UNIQUE,
  window_at INTEGER NOT NULL DEFAULT 0,
  window_count INTEGER NOT NULL DEFAULT 0 CHECK (window_count >= 0),
  silenced_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES person (user_id),
  text TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE TABLE mute (
  user_id TEXT NOT NULL,
  muted_user_id TEXT NOT NULL REFERENCES person (user_id),
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, muted_user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mute_of ON mute (muted_user_id);
CREATE TABLE report (
  report_id TEXT PRIMARY KEY,
  message_id TEXT NOT NULL,
  author_user_id TEXT NOT NULL REFERENCES person (user_id),
  text TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  reporter_user_id TEXT NOT NULL,
  why TEXT NOT NULL,
  reported_at INTEGER NOT NULL,
  closed_at INTEGER,
  closed_by TEXT,
  UNIQUE (message_id, reporter_user_id)
) STRICT;
CREATE INDEX report_open ON report (reported_at) WHERE closed_at IS NULL;
CREATE INDEX report_of_reporter ON report (reporter_user_id, reported_at);
CREATE TABLE rain (
  rain_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('OPEN', 'DRAWN', 'SETTLED')),
  campaign_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  shares INTEGER NOT NULL CHECK (shares > 0),
  terms TEXT NOT NULL,
  days INTEGER NOT NULL CHECK (days > 0),
  seed TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rain_open ON rain (state) WHERE state = 'OPEN';
CREATE INDEX rain_started ON rain (started_at);
CREATE TABLE claim (
  rain_id TEXT NOT NULL REFERENCES rain (rain_id),
  user_id TEXT NOT NULL REFERENCES person (user_id),
  at INTEGER NOT NULL,
  position INTEGER CHECK (position > 0),
  outcome TEXT,
  PRIMARY KEY (rain_id, user_id)
) STRICT, WITHOUT ROWID;`,
  },
];
