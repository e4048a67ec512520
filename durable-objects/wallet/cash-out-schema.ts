/**
 * The tables of cash-outs: orders (requests that wait for their delay, rules that wait for their price) and edited bets. A bet has at
 * most one open order of each kind; what an order came to stays, and so does which bet became which.
 */
import type { Migration } from "../platform/migrate.ts";

/** Edits that wait for a running match, and what they came to. */
export const EDIT_REQUEST_MIGRATION: Migration = {
  id: "wallet-edit-requests-1",
  sql: `CREATE TABLE edit_request (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), request_id TEXT NOT NULL UNIQUE, bet_id TEXT NOT NULL REFERENCES bet (bet_id),
  terms TEXT NOT NULL, placed_at INTEGER NOT NULL, decides_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  answer TEXT, decided_at INTEGER CHECK ((decided_at IS NULL) = (answer IS NULL))
) STRICT;
CREATE UNIQUE INDEX edit_request_open ON edit_request (bet_id) WHERE answer IS NULL;
CREATE TRIGGER edit_request_kept BEFORE UPDATE OF seq, request_id, bet_id, terms, placed_at, decides_at, ends_at ON edit_request BEGIN SELECT RAISE(ABORT, 'a confirmed edit keeps its terms'); END;
CREATE TRIGGER edit_request_stays_decided BEFORE UPDATE ON edit_request WHEN OLD.answer IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a decided edit stays decided'); END;
CREATE TRIGGER edit_request_not_deleted BEFORE DELETE ON edit_request BEGIN SELECT RAISE(ABORT, 'an edit is kept'); END;`,
};

/** A bet that was edited, and the bet that it became; both stay. */
export const BET_EDIT_MIGRATION: Migration = {
  id: "wallet-bet-edits-1",
  sql: `CREATE TABLE bet_edit (
  seq INTEGER PRIMARY KEY REFERENCES bet (seq), parent_seq INTEGER NOT NULL UNIQUE REFERENCES bet (seq), CHECK (parent_seq < seq)
) STRICT;
CREATE TRIGGER bet_edit_kept BEFORE UPDATE ON bet_edit BEGIN SELECT RAISE(ABORT, 'an edit is kept'); END;
CREATE TRIGGER bet_edit_not_deleted BEFORE DELETE ON bet_edit BEGIN SELECT RAISE(ABORT, 'an edit is kept'); END;`,
};

export const CASH_OUT_MIGRATION: Migration = {
  id: "wallet-cash-outs-1",
  sql: `CREATE TABLE cash_out_order (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), order_id TEXT NOT NULL UNIQUE, bet_id TEXT NOT NULL REFERENCES bet (bet_id),
  kind TEXT NOT NULL CHECK (kind IN ('request', 'rule')), percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
  least INTEGER NOT NULL CHECK (least > 0), takes_better INTEGER NOT NULL CHECK (takes_better IN (0, 1)),
  state_version INTEGER CHECK ((state_version IS NULL) = (kind = 'rule')),
  placed_at INTEGER NOT NULL, decides_at INTEGER NOT NULL, ends_at INTEGER CHECK ((ends_at IS NULL) = (kind = 'rule')),
  answer TEXT, decided_at INTEGER CHECK ((decided_at IS NULL) = (answer IS NULL))
) STRICT;
CREATE UNIQUE INDEX cash_out_order_open ON cash_out_order (bet_id, kind) WHERE answer IS NULL;
CREATE INDEX cash_out_order_bet ON cash_out_order (bet_id, seq);
CREATE TRIGGER cash_out_order_kept BEFORE UPDATE OF seq, order_id, bet_id, kind, percent, least, takes_better, state_version, placed_at, decides_at, ends_at ON cash_out_order BEGIN SELECT RAISE(ABORT, 'a cash-out order keeps its terms'); END;
CREATE TRIGGER cash_out_order_stays_decided BEFORE UPDATE ON cash_out_order WHEN OLD.answer IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a decided cash-out order stays decided'); END;
CREATE TRIGGER cash_out_order_not_deleted BEFORE DELETE ON cash_out_order BEGIN SELECT RAISE(ABORT, 'a cash-out order is kept'); END;`,
};
