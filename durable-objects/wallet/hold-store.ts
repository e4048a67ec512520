/** Money set aside: one row a hold, open until it is committed or released, once. */
import { invariant } from "../../shared/kernel/invariant.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { Sql } from "../platform/sql.ts";

export type HoldPurpose = "crash" | "withdrawal";
export type HoldState = "open" | "committed" | "released";

export interface Hold {
  readonly holdId: string;
  readonly purpose: HoldPurpose;
  readonly ref: string;
  readonly amountMinor: Minor;
  readonly state: HoldState;
  readonly openedAtMs: number;
}

type HoldRow = { hold_id: string; purpose: string; ref: string; amount: number; state: string; opened_at: number };

const COLUMNS = "hold_id, purpose, ref, amount, state, opened_at";

export class HoldStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Opens a hold under the sequence of the entry that set the money aside. */
  open(seq: number, hold: Omit<Hold, "state">): void {
    this.#sql.run(
      "INSERT INTO hold VALUES (?, ?, ?, ?, ?, 'open', ?, NULL)",
      seq,
      hold.holdId,
      hold.purpose,
      hold.ref,
      hold.amountMinor,
      hold.openedAtMs,
    );
  }

  find(holdId: string): Hold | null {
    const row = this.#sql.first<HoldRow>(`SELECT ${COLUMNS} FROM hold WHERE hold_id = ?`, holdId);
    return row === null ? null : toHold(row);
  }

  close(holdId: string, state: "committed" | "released", nowMs: number): void {
    const written = this.#sql.run("UPDATE hold SET state = ?, closed_at = ? WHERE hold_id = ? AND state = 'open'", state, nowMs, holdId);
    invariant(written > 0, `hold ${holdId} was not open`);
  }

  allOpen(): readonly Hold[] {
    return this.#sql.all<HoldRow>(`SELECT ${COLUMNS} FROM hold WHERE state = 'open' ORDER BY seq`).map(toHold);
  }

  /** When the `n`-th newest hold of this purpose was opened, or null: the start of a rate window. */
  openedAtMs(purpose: HoldPurpose, n: number): number | null {
    const row = this.#sql.first<{ opened_at: number }>(
      "SELECT opened_at FROM hold WHERE purpose = ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
      purpose,
      n - 1,
    );
    return row?.opened_at ?? null;
  }
}

function toHold(row: HoldRow): Hold {
  return {
    holdId: row.hold_id,
    purpose: row.purpose as HoldPurpose,
    ref: row.ref,
    amountMinor: minor(row.amount),
    state: row.state as HoldState,
    openedAtMs: row.opened_at,
  };
}
