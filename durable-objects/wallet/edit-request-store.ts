/** Edits that wait for the delay of a running match: what was confirmed, and what it came to. */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { EditAnswer, EditBet, EditRequestView } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { Sql } from "../platform/sql.ts";

/** What the player confirmed; its key is the request's. */
export type EditTerms = Omit<EditBet, "key" | "fingerprint">;

export interface EditRequest {
  /** Of the entry that took the request. */
  readonly seq: number;
  readonly requestId: string;
  readonly terms: EditTerms;
  readonly placedAtMs: number;
  readonly decidesAtMs: number;
  /** When a request that nobody decided ends. */
  readonly endsAtMs: number;
  readonly answer: EditAnswer | null;
  readonly decidedAtMs: number | null;
}

type Row = {
  seq: number;
  request_id: string;
  bet_id: string;
  terms: string;
  placed_at: number;
  decides_at: number;
  ends_at: number;
  answer: string | null;
  decided_at: number | null;
};

export class EditRequestStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add({ seq, requestId, terms, placedAtMs, decidesAtMs, endsAtMs }: EditRequest): void {
    this.#sql.run(
      "INSERT INTO edit_request VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
      ...[seq, requestId, terms.parentId, JSON.stringify(terms), placedAtMs, decidesAtMs, endsAtMs],
    );
  }

  /** Stores what an open request came to; asserts that it was open. */
  answer(requestId: string, answer: EditAnswer, atMs: number): void {
    const written = this.#sql.run(
      "UPDATE edit_request SET answer = ?, decided_at = ? WHERE request_id = ? AND answer IS NULL",
      ...[JSON.stringify(answer), atMs, requestId],
    );
    invariant(written > 0, `edit ${requestId} was decided`);
  }

  find(requestId: string): EditRequest | null {
    return toRequest(this.#sql.first<Row>("SELECT * FROM edit_request WHERE request_id = ?", requestId));
  }

  /** The bet's open request, or null. */
  openOf(betId: string): EditRequest | null {
    return toRequest(this.#sql.first<Row>("SELECT * FROM edit_request WHERE bet_id = ? AND answer IS NULL", betId));
  }

  open(): readonly EditRequest[] {
    return this.#sql.all<Row>("SELECT * FROM edit_request WHERE answer IS NULL ORDER BY seq").flatMap((row) => toRequest(row) ?? []);
  }
}

/** A request as callers see it. */
export function toEditView({ requestId, terms, placedAtMs, decidesAtMs, decidedAtMs, answer }: EditRequest): EditRequestView {
  const { parentId, stakeMinor, valueMinor } = terms;
  return { requestId, parentId, stakeMinor, valueMinor, placedAtMs, decidesAtMs, decidedAtMs, answer };
}

function toRequest(row: Row | null): EditRequest | null {
  if (row === null) return null;
  return {
    ...{ seq: row.seq, requestId: row.request_id, terms: JSON.parse(row.terms) as EditTerms },
    ...{ placedAtMs: row.placed_at, decidesAtMs: row.decides_at, endsAtMs: row.ends_at, decidedAtMs: row.decided_at },
    answer: row.answer === null ? null : (JSON.parse(row.answer) as EditAnswer),
  };
}
