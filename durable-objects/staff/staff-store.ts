/**
 * Log-in attempts of one operator account: how many were wrong, until when it is locked, and the last one-time code used.
 *
 * Owns all SQL of the Staff object. An account is locked for 15 minutes after five wrong tries, then twice as long each time.
 */
import { MINUTE_MS } from "../../shared/kernel/time.ts";
import type { Sql } from "../platform/sql.ts";

const WRONG_MAX = 5;
const LOCK_MS = 15 * MINUTE_MS;
const LOCK_DOUBLINGS_MAX = 6;

export interface AttemptState {
  readonly lockedUntilMs: number;
  readonly lastStep: number;
}

export class StaffStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  state(): AttemptState {
    const row = this.#row();
    return { lockedUntilMs: row.locked_until, lastStep: row.last_step };
  }

  /** Counts a wrong try, and locks the account at every fifth. */
  recordWrong(nowMs: number): void {
    this.#sql.transaction(() => {
      const wrong = this.#row().wrong + 1;
      const doublings = Math.min(LOCK_DOUBLINGS_MAX, Math.floor(wrong / WRONG_MAX) - 1);
      const lockedUntilMs = wrong % WRONG_MAX === 0 ? nowMs + LOCK_MS * 2 ** doublings : 0;
      this.#sql.run("UPDATE attempt SET wrong = ?, locked_until = max(locked_until, ?)", wrong, lockedUntilMs);
    });
  }

  /** Takes the code's step so that it works once; false when another log-in has taken it in the meantime. */
  recordRight(step: number): boolean {
    return this.#sql.transaction(() => {
      if (this.#row().last_step >= step) return false;
      this.#sql.run("UPDATE attempt SET wrong = 0, locked_until = 0, last_step = ?", step);
      return true;
    });
  }

  #row(): { wrong: number; locked_until: number; last_step: number } {
    const row = this.#sql.first<{ wrong: number; locked_until: number; last_step: number }>(
      "SELECT wrong, locked_until, last_step FROM attempt",
    );
    return row ?? { wrong: 0, locked_until: 0, last_step: 0 };
  }
}
