/**
 * The wallet's tables. Append-only list: a wallet may meet a migration months after it was written.
 *
 * Amounts are INTEGER minor units. The journal (entry, with its postings), what a bet was accepted on, and its settlements can't be changed or
 * deleted: triggers abort it. Keys grow with the journal, so that pages are only ever appended.
 */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import { BET_PROMOTION_MIGRATION } from "./bet-promotion-store.ts";
import { BOOST_GRANT_MIGRATION } from "./boost-grant-store.ts";
import { BET_EDIT_MIGRATION, CASH_OUT_MIGRATION, EDIT_REQUEST_MIGRATION } from "./cash-out-schema.ts";
import { ACCEPTANCE_MIGRATION } from "./pending-bet-schema.ts";
import { BONUS_MIGRATION, FREE_BET_MIGRATION } from "./promotion-schema.ts";

const PROFILE: Migration = {
  id: "wallet-profile-1",
  sql: `CREATE TABLE profile (
  id INTEGER PRIMARY KEY CHECK (id = 1), wallet_id TEXT NOT NULL, user_id TEXT NOT NULL, country TEXT NOT NULL, currency TEXT NOT NULL,
  epoch INTEGER NOT NULL, opened_at INTEGER NOT NULL, frozen_reason TEXT,
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  excluded INTEGER NOT NULL CHECK (excluded IN (0, 1)), excluded_until INTEGER
) STRICT;
CREATE TABLE deposit_limit (
  span TEXT PRIMARY KEY CHECK (span IN ('day', 'week', 'month')),
  amount INTEGER CHECK (amount >= 0), next_amount INTEGER CHECK (next_amount >= 0), next_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, reply TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;`,
};

const JOURNAL: Migration = {
  id: "wallet-journal-1",
  sql: `CREATE TABLE account (
  code TEXT PRIMARY KEY, posted INTEGER NOT NULL, held INTEGER NOT NULL CHECK (held >= 0), floor INTEGER, frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)),
  opened_seq INTEGER NOT NULL, movements INTEGER NOT NULL,
  CHECK (code NOT LIKE 'user:%' OR floor >= 0), CHECK (floor IS NULL OR posted - held >= floor), CHECK (code <> 'receivable' OR posted <= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE delivery (id INTEGER PRIMARY KEY CHECK (id = 1), acked_seq INTEGER NOT NULL CHECK (acked_seq >= 0)) STRICT;
CREATE TABLE reversal (seq INTEGER PRIMARY KEY REFERENCES entry (seq), by_seq INTEGER NOT NULL UNIQUE REFERENCES entry (seq)) STRICT;
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, kind TEXT NOT NULL, command_key TEXT NOT NULL, ref TEXT NOT NULL, ref_type TEXT NOT NULL,
  tax_lines TEXT NOT NULL, facts TEXT NOT NULL, occurred_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  previous_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE posting (
  seq INTEGER NOT NULL REFERENCES entry (seq), n INTEGER NOT NULL, account TEXT NOT NULL,
  amount INTEGER NOT NULL, held INTEGER NOT NULL, posted_after INTEGER NOT NULL, held_after INTEGER NOT NULL CHECK (held_after >= 0),
  PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_kept BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_not_deleted BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER posting_kept BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER posting_not_deleted BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;`,
};

const HOLDS_AND_PAYMENTS: Migration = {
  id: "wallet-payments-1",
  sql: `CREATE TABLE hold (
  seq INTEGER PRIMARY KEY, hold_id TEXT NOT NULL UNIQUE, purpose TEXT NOT NULL, ref TEXT NOT NULL, shares TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), committed INTEGER NOT NULL CHECK (committed >= 0 AND committed <= amount),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')), end_reason TEXT CHECK ((end_reason IS NULL) = (state = 'open')),
  opened_at INTEGER NOT NULL, expires_at INTEGER, closed_at INTEGER
) STRICT;
CREATE INDEX hold_open ON hold (expires_at) WHERE state = 'open';
CREATE TRIGGER hold_stays_closed BEFORE UPDATE ON hold WHEN OLD.state = 'closed' BEGIN SELECT RAISE(ABORT, 'a closed hold stays closed'); END;
CREATE TRIGGER hold_not_deleted BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'a hold is kept'); END;
CREATE TABLE deposit (
  seq INTEGER PRIMARY KEY, intent_id TEXT NOT NULL UNIQUE, method TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL CHECK (state IN ('pending', 'credited', 'ended')), started_at INTEGER NOT NULL, receipt_key TEXT
) STRICT;
CREATE INDEX deposit_started ON deposit (started_at);
CREATE TABLE withdrawal (
  seq INTEGER PRIMARY KEY, intent_id TEXT NOT NULL UNIQUE, hold_id TEXT NOT NULL, provider TEXT NOT NULL,
  gross INTEGER NOT NULL CHECK (gross > 0), net INTEGER NOT NULL CHECK (net > 0), tax_lines TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'confirmed', 'failed')), started_at INTEGER NOT NULL
) STRICT;`,
};

const BETS: Migration = {
  id: "wallet-bets-1",
  sql: `CREATE TABLE bet (
  seq INTEGER PRIMARY KEY, bet_id TEXT NOT NULL UNIQUE, terms TEXT NOT NULL,
  stake INTEGER NOT NULL CHECK (stake > 0), net_stake INTEGER NOT NULL CHECK (net_stake > 0 AND net_stake <= stake), placed_at INTEGER NOT NULL,
  status TEXT NOT NULL, paid INTEGER NOT NULL CHECK (paid >= 0), tax_lines TEXT NOT NULL, tax_point_at INTEGER, settled_at INTEGER
) STRICT;
CREATE TRIGGER bet_terms_kept BEFORE UPDATE OF seq, bet_id, terms, stake, net_stake, placed_at ON bet BEGIN SELECT RAISE(ABORT, 'an accepted bet keeps its terms'); END;
CREATE TRIGGER bet_not_deleted BEFORE DELETE ON bet BEGIN SELECT RAISE(ABORT, 'an accepted bet is kept'); END;
CREATE TABLE bet_result (
  bet_seq INTEGER NOT NULL REFERENCES bet (seq), fixture_id TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0), outcomes TEXT NOT NULL,
  PRIMARY KEY (bet_seq, fixture_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE bet_settlement (
  bet_seq INTEGER NOT NULL REFERENCES bet (seq), version INTEGER NOT NULL, target INTEGER NOT NULL CHECK (target >= 0), posted INTEGER NOT NULL,
  settled_at INTEGER NOT NULL, PRIMARY KEY (bet_seq, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE bet_cash_out (
  bet_seq INTEGER NOT NULL REFERENCES bet (seq), n INTEGER NOT NULL, percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
  stake INTEGER NOT NULL CHECK (stake > 0), net_stake INTEGER NOT NULL CHECK (net_stake >= 0), payout INTEGER NOT NULL CHECK (payout > 0),
  paid INTEGER NOT NULL CHECK (paid >= 0), tax_lines TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (bet_seq, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER bet_cash_out_kept BEFORE UPDATE ON bet_cash_out BEGIN SELECT RAISE(ABORT, 'cash-outs are append-only'); END;
CREATE TRIGGER bet_cash_out_not_deleted BEFORE DELETE ON bet_cash_out BEGIN SELECT RAISE(ABORT, 'cash-outs are append-only'); END;
CREATE TRIGGER bet_settlement_kept BEFORE UPDATE ON bet_settlement BEGIN SELECT RAISE(ABORT, 'settlements are append-only'); END;
CREATE TRIGGER bet_settlement_not_deleted BEFORE DELETE ON bet_settlement BEGIN SELECT RAISE(ABORT, 'settlements are append-only'); END;`,
};

const CHECKS: Migration = {
  id: "wallet-checks-1",
  sql: `CREATE TABLE checkpoint (
  id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL, recorded_at INTEGER NOT NULL, accounts TEXT NOT NULL
) STRICT;
CREATE TABLE check_run (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, violations TEXT NOT NULL
) STRICT;
CREATE TRIGGER check_run_kept BEFORE UPDATE ON check_run BEGIN SELECT RAISE(ABORT, 'evidence is kept as it is'); END;`,
};

/** While its one row is there, an import is under way and the wallet can't be opened. */
const IMPORT: Migration = {
  id: "wallet-import-1",
  sql: `CREATE TABLE import_progress (
  id INTEGER PRIMARY KEY CHECK (id = 1), line INTEGER NOT NULL, hash TEXT NOT NULL, header TEXT NOT NULL, head TEXT NOT NULL,
  accounts TEXT NOT NULL, rows INTEGER NOT NULL
) STRICT;`,
};

/**
 * An entry's postings move into its own row, as JSON lists of account, amount, held, posted after, held after, in their order: a table of
 * their own cost every command a statement and a page more. What an account may hold is checked where it is kept, in its own row.
 */
const POSTINGS_IN_ENTRY: Migration = {
  id: "wallet-journal-2",
  sql: `ALTER TABLE entry ADD COLUMN postings TEXT NOT NULL DEFAULT '[]';
DROP TRIGGER entry_kept;
UPDATE entry SET postings = (
  SELECT coalesce(json_group_array(json_array(account, amount, held, posted_after, held_after) ORDER BY n), '[]') FROM posting WHERE posting.seq = entry.seq
);
CREATE TRIGGER entry_kept BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
DROP TABLE posting;`,
};

export const WALLET_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  PROFILE,
  JOURNAL,
  HOLDS_AND_PAYMENTS,
  BETS,
  ACCEPTANCE_MIGRATION,
  CHECKS,
  IMPORT,
  FREE_BET_MIGRATION,
  CASH_OUT_MIGRATION,
  BET_EDIT_MIGRATION,
  BET_PROMOTION_MIGRATION,
  EDIT_REQUEST_MIGRATION,
  BONUS_MIGRATION,
  POSTINGS_IN_ENTRY,
  BOOST_GRANT_MIGRATION,
];
