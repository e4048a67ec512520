/** What operators did to a fixture and what waits for a second one: append-only rows, each under the key of its order. */
import type { TradingSetting } from "../../shared/odds/trading.ts";
import type { ResultsPreview, TradingAction, TradingProposal } from "../../shared/protocol/rpc/trading.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const TRADING_MIGRATION: Migration = {
  id: "trading-1",
  sql: `CREATE TABLE trading_action (
  action INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER trading_action_kept BEFORE UPDATE ON trading_action BEGIN SELECT RAISE(ABORT, 'what was done is kept as it was'); END;
CREATE TRIGGER trading_action_not_deleted BEFORE DELETE ON trading_action BEGIN SELECT RAISE(ABORT, 'what was done is kept'); END;
CREATE TABLE trading_proposal (
  proposal INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  approved_by_action INTEGER REFERENCES trading_action (action)
) STRICT;`,
};

const NEWEST = 50;

type NewAction = Omit<TradingAction, "action">;
type NewProposal = Omit<TradingProposal, "proposal">;

/** What stands under a key: an action, or a proposal. */
export interface Known {
  readonly fingerprint: string;
  readonly action: TradingAction | null;
  readonly proposal: TradingProposal | null;
}

export class TradingStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What was answered under a key; null when it is new. */
  find(key: string): Known | null {
    const action = this.#sql.first<{ action: number; fingerprint: string; body: string }>(
      "SELECT * FROM trading_action WHERE key = ?",
      key,
    );
    if (action !== null) return { fingerprint: action.fingerprint, action: toAction(action), proposal: null };
    const proposal = this.#sql.first<ProposalRow>("SELECT * FROM trading_proposal WHERE key = ?", key);
    return proposal === null ? null : { fingerprint: proposal.fingerprint, action: null, proposal: toProposal(proposal) };
  }

  action(action: number): TradingAction | null {
    const row = this.#sql.first<{ action: number; body: string }>("SELECT action, body FROM trading_action WHERE action = ?", action);
    return row === null ? null : toAction(row);
  }

  /** A proposal that was not carried out yet; null for others. */
  openProposal(proposal: number): TradingProposal | null {
    const row = this.#sql.first<ProposalRow>("SELECT * FROM trading_proposal WHERE proposal = ? AND approved_by_action IS NULL", proposal);
    return row === null ? null : toProposal(row);
  }

  /** Newest first. */
  actions(): readonly TradingAction[] {
    const rows = this.#sql.all<{ action: number; body: string }>(
      "SELECT action, body FROM trading_action ORDER BY action DESC LIMIT ?",
      NEWEST,
    );
    return rows.map(toAction);
  }

  openProposals(nowMs: number): readonly TradingProposal[] {
    const rows = this.#sql.all<ProposalRow>(
      "SELECT * FROM trading_proposal WHERE approved_by_action IS NULL ORDER BY proposal DESC LIMIT ?",
      NEWEST,
    );
    return rows.map(toProposal).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  }

  addAction(fingerprint: string, action: NewAction): TradingAction {
    this.#sql.run("INSERT INTO trading_action (key, fingerprint, body) VALUES (?, ?, ?)", action.key, fingerprint, JSON.stringify(action));
    return { ...action, action: this.#lastId() };
  }

  addProposal(fingerprint: string, proposal: NewProposal): TradingProposal {
    this.#sql.run(
      "INSERT INTO trading_proposal (key, fingerprint, body) VALUES (?, ?, ?)",
      ...[proposal.key, fingerprint, JSON.stringify(proposal)],
    );
    return { ...proposal, proposal: this.#lastId() };
  }

  markApproved(proposal: number, action: number): void {
    this.#sql.run("UPDATE trading_proposal SET approved_by_action = ? WHERE proposal = ?", action, proposal);
  }

  #lastId(): number {
    return this.#sql.first<{ id: number }>("SELECT last_insert_rowid() AS id")?.id ?? 0;
  }
}

type ProposalRow = { proposal: number; fingerprint: string; body: string };

function toAction({ action, body }: { readonly action: number; readonly body: string }): TradingAction {
  return { ...(JSON.parse(body) as NewAction & { before: TradingSetting; preview: ResultsPreview | null }), action };
}

function toProposal({ proposal, body }: ProposalRow): TradingProposal {
  return { ...(JSON.parse(body) as NewProposal), proposal };
}
