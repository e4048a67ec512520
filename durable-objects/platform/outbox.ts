/**
 * Messages that leave an object exactly as sure as the state they speak of: written in the same transaction, sent by the alarm,
 * and kept until the *receiver's effect* is acknowledged. A resolved `queue.send()` proves nothing: queues lose, double and
 * reorder messages, and the local broker keeps them in memory only.
 *
 * A sequence is never used twice (AUTOINCREMENT), or a late acknowledgement could remove a newer row that was never sent.
 * Each row has a topic; rows of a topic are sent in order of `seq`. Unacknowledged rows are sent again after `RESEND_AFTER_MS`.
 */
import type { Migration } from "./migrate.ts";
import type { Sql } from "./sql.ts";

export const OUTBOX_MIGRATION: Migration = {
  id: "outbox-1",
  sql: `CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL) STRICT;
CREATE INDEX outbox_next ON outbox (next_at);`,
};

/** Longer than a queue consumer's usual run, so that a message in flight is rarely doubled. */
export const RESEND_AFTER_MS = 60_000;
/** Small enough not to be felt, large enough that a burst of commands leaves as one batch. */
export const DRAIN_DELAY_MS = 50;
export const OUTBOX_JOB = "outbox";
const BATCH_ROWS = 100;

export interface OutboxRow {
  readonly seq: number;
  readonly topic: string;
  readonly body: string;
  readonly attempts: number;
}

export class Outbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Adds a message for `drain`, from `dueAtMs` on. Call inside the command's transaction. `seq` may be given when it must equal a journal's. */
  add(topic: string, body: string, dueAtMs: number, seq?: number): void {
    if (seq === undefined) this.#sql.run("INSERT INTO outbox (topic, body, next_at) VALUES (?, ?, ?)", topic, body, dueAtMs);
    else this.#sql.run("INSERT INTO outbox (seq, topic, body, next_at) VALUES (?, ?, ?, ?)", seq, topic, body, dueAtMs);
  }

  /** One batch of the rows after `seq`, oldest first, due or not: for a sender that remembers what it has sent. */
  after(seq: number): readonly OutboxRow[] {
    return this.#sql.all<{ seq: number; topic: string; body: string; attempts: number }>(
      "SELECT seq, topic, body, attempts FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?",
      seq,
      BATCH_ROWS,
    );
  }

  /**
   * Sends what is due, oldest first, and marks it to be sent again unless acknowledged. `send` gets a batch in order; when it
   * throws, nothing is marked and the alarm's back-off tries again. Returns when the next row is due, or null when empty.
   */
  async drain(nowMs: number, send: (rows: readonly OutboxRow[]) => Promise<void>): Promise<number | null> {
    const rows = this.#sql.all<{ seq: number; topic: string; body: string; attempts: number }>(
      "SELECT seq, topic, body, attempts FROM outbox WHERE next_at <= ? ORDER BY seq LIMIT ?",
      nowMs,
      BATCH_ROWS,
    );
    if (rows.length > 0) {
      await send(rows);
      for (const row of rows) {
        const delayMs = RESEND_AFTER_MS * Math.min(16, 1 + row.attempts);
        this.#sql.run("UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE seq = ?", nowMs + delayMs, row.seq);
      }
    }
    return this.nextDueAtMs();
  }

  /** Removes acknowledged rows; acknowledging twice or out of order is harmless. */
  acknowledge(seqs: readonly number[]): void {
    for (const seq of seqs) this.#sql.run("DELETE FROM outbox WHERE seq = ?", seq);
  }

  nextDueAtMs(): number | null {
    return this.#sql.first<{ next_at: number }>("SELECT next_at FROM outbox ORDER BY next_at LIMIT 1")?.next_at ?? null;
  }

  /** How many messages wait for their acknowledgement. */
  pending(): number {
    return this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM outbox")?.n ?? 0;
  }
}
