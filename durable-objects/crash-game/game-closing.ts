/**
 * Whether the game is closed, and why. A closed game opens no round; one that is under way ends by its rules. Closing is always worth an
 * alarm line; opening again is an operator's decision, except after a chain's end, where the next chain is what was missing.
 */
import type { Closing, ClosingReason } from "../../shared/protocol/rpc/crash-fairness.ts";
import { log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";

type Row = { reason: ClosingReason; detail: string; closed_at: number };

export class GameClosing {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  read(): Closing | null {
    const row = this.#sql.first<Row>("SELECT reason, detail, closed_at FROM closing");
    return row === null ? null : { reason: row.reason, detail: row.detail, closedAtMs: row.closed_at };
  }

  /** Closes the game; the first reason stays until it is opened again. `detail` must tell nothing that is secret. */
  close(gameId: string, reason: ClosingReason, detail: string, nowMs: number): void {
    if (this.read() !== null) return;
    this.#sql.run("INSERT INTO closing (id, reason, detail, closed_at) VALUES (1, ?, ?, ?)", reason, detail, nowMs);
    log("error", "crash_game_closed", { gameId, reason, detail });
  }

  /** Says whether it was closed. */
  reopen(): boolean {
    return this.#sql.run("DELETE FROM closing") > 0;
  }
}
