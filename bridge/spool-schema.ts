/**
 * The spool's tables. One file, one writer; every write is on the disk before it is answered.
 */

export const SPOOL_SCHEMA = `
  -- What waits for the platform, numbered for good: a number is never given twice, also not after a restart.
  CREATE TABLE IF NOT EXISTS spool (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('xml', 'alive', 'recovery')),
    -- Null: a document that is still being fetched; later messages of its event wait for it.
    text TEXT,
    event_id TEXT,
    -- Where a document comes from.
    path TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
    bookmark_product INTEGER,
    bookmark_ms INTEGER,
    CHECK (text IS NOT NULL OR path IS NOT NULL)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS spool_awaited ON spool (event_id, sequence) WHERE text IS NULL;
  CREATE INDEX IF NOT EXISTS spool_alive ON spool (received_at_ms) WHERE kind = 'alive';
  -- Where recovery begins: everything before this instant has been posted.
  CREATE TABLE IF NOT EXISTS bookmark (product INTEGER PRIMARY KEY, after_ms INTEGER NOT NULL) STRICT;
  -- Posted, but something older still waits.
  CREATE TABLE IF NOT EXISTS bookmark_ahead (sequence INTEGER PRIMARY KEY, product INTEGER NOT NULL, after_ms INTEGER NOT NULL) STRICT;
  -- Events that may have open bets, by producer.
  CREATE TABLE IF NOT EXISTS event (
    urn TEXT NOT NULL,
    product INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    described_at_ms INTEGER NOT NULL,
    is_over INTEGER NOT NULL CHECK (is_over IN (0, 1)),
    PRIMARY KEY (urn, product)
  ) STRICT;
  -- Every request ever made, so that a restart does not forget the limits.
  CREATE TABLE IF NOT EXISTS recovery_request (
    request_id INTEGER PRIMARY KEY AUTOINCREMENT,
    product INTEGER NOT NULL,
    kind TEXT NOT NULL,
    asked_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS recovery_request_by_time ON recovery_request (kind, asked_at_ms);
  -- Single events to recover, when the limits allow it.
  CREATE TABLE IF NOT EXISTS event_recovery (
    product INTEGER NOT NULL,
    urn TEXT NOT NULL,
    wants TEXT NOT NULL CHECK (wants IN ('odds', 'stateful_messages')),
    PRIMARY KEY (product, urn, wants)
  ) STRICT;
  -- Documents of names that were asked for because the platform lacked them.
  CREATE TABLE IF NOT EXISTS names (path TEXT PRIMARY KEY, asked_at_ms INTEGER NOT NULL) STRICT;
  -- How far the provider's lists of changes have been read.
  CREATE TABLE IF NOT EXISTS changes (list TEXT PRIMARY KEY, after_ms INTEGER NOT NULL) STRICT;
  -- What the platform refuses for good, kept for a person to look at.
  CREATE TABLE IF NOT EXISTS refused (
    sequence INTEGER PRIMARY KEY,
    refused_at_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
`;
