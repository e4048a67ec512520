/** Tables of a PaymentIntent: the intent itself (one row), the steps of its life, and the platform's alarm and outbox tables. */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { OUTBOX_MIGRATION } from "../platform/outbox.ts";

export const INTENT_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  OUTBOX_MIGRATION,
  {
    id: "intent-1",
    sql: `CREATE TABLE intent (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  intent_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
  user_id TEXT NOT NULL,
  country TEXT NOT NULL,
  method TEXT NOT NULL,
  phone TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  requested_minor INTEGER NOT NULL CHECK (requested_minor > 0),
  state TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  gross_minor INTEGER CHECK (gross_minor > 0),
  net_minor INTEGER CHECK (net_minor >= 0),
  tax_lines TEXT NOT NULL DEFAULT '[]',
  wallet_refusal TEXT,
  provider_reference TEXT,
  failure TEXT,
  receipt TEXT,
  booked_receipt TEXT,
  paid_minor INTEGER CHECK (paid_minor > 0),
  paid_at INTEGER,
  called_at INTEGER,
  checks INTEGER NOT NULL DEFAULT 0 CHECK (checks >= 0),
  checked_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE intent_step (
  version INTEGER PRIMARY KEY,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER intent_step_no_update BEFORE UPDATE ON intent_step BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;
CREATE TRIGGER intent_step_no_delete BEFORE DELETE ON intent_step BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;`,
  },
];
