/**
 * Many logical alarms over the object's single one.
 *
 * Rows are the truth, the platform's alarm is a hint: it may come late, twice, or (after six failures) never again. So a job is
 * a row until its handler succeeded, each row's failure is caught and backed off (a poison row must not use up the platform's
 * retries), `setAlarm` comes last, and a constructor re-arms what is missing or past due. Handlers must be idempotent.
 */
import { ALARM_ROWS_MAX, ALARM_RUN_MS_MAX } from "../../shared/kernel/limits.ts";
import { log } from "./log.ts";
import type { Migration } from "./migrate.ts";
import type { Sql } from "./sql.ts";

export const ALARM_TABLE_MIGRATION: Migration = {
  id: "alarm-table-1",
  sql: `CREATE TABLE alarm_job (key TEXT PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, payload TEXT NOT NULL, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_job_due ON alarm_job (due_at);`,
};

export interface AlarmJob {
  readonly key: string;
  readonly dueAtMs: number;
  readonly attempts: number;
  readonly payload: string;
  /** Grows with each time that the key is scheduled while a row of it stands. */
  readonly generation: number;
}

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 5 * 60_000;

type Row = { key: string; due_at: number; attempts: number; payload: string; generation: number };

export class AlarmTable {
  readonly #sql: Sql;
  readonly #storage: DurableObjectStorage;
  /** What the platform's alarm is known to be set to; null when unknown. A cache: losing it costs one extra `setAlarm`. */
  #armedAtMs: number | null = null;

  constructor(sql: Sql, storage: DurableObjectStorage) {
    this.#sql = sql;
    this.#storage = storage;
  }

  /** Writes the job row (replacing one of the same key). Call inside the command's transaction, then `arm` after it. */
  schedule(key: string, dueAtMs: number, payload = ""): void {
    this.#sql.run(
      `INSERT INTO alarm_job (key, due_at, attempts, payload, generation) VALUES (?, ?, 0, ?, 1)
       ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, attempts = 0, payload = excluded.payload, generation = generation + 1`,
      ...[key, dueAtMs, payload],
    );
  }

  /** Writes the job row unless one of this key exists. */
  scheduleIfAbsent(key: string, dueAtMs: number, payload = ""): void {
    this.#sql.run(
      "INSERT OR IGNORE INTO alarm_job (key, due_at, attempts, payload, generation) VALUES (?, ?, 0, ?, 1)",
      key,
      dueAtMs,
      payload,
    );
  }

  /** For a job's handler: schedules a job unless one of this key stands; the row of the running job itself does not count. */
  scheduleAfter(running: AlarmJob, key: string, dueAtMs: number, payload = ""): void {
    const standing = this.#sql.first<{ generation: number }>("SELECT generation FROM alarm_job WHERE key = ?", key);
    const isOwnRow = key === running.key && standing?.generation === running.generation;
    if (standing === null || isOwnRow) this.schedule(key, dueAtMs, payload);
  }

  cancel(key: string): void {
    this.#sql.run("DELETE FROM alarm_job WHERE key = ?", key);
  }

  /**
   * Points the platform's alarm at the earliest job. Synchronous call, so the alarm is written with the event's other writes and
   * costs no second flush; does nothing when it already stands there. A time that has passed proves nothing: that alarm may have been
   * the one that is running now, or one that the platform gave up on.
   */
  arm(): void {
    const next = this.#sql.first<{ due_at: number }>("SELECT due_at FROM alarm_job ORDER BY due_at LIMIT 1");
    if (next === null) return;
    if (this.#armedAtMs !== null && this.#armedAtMs <= next.due_at && this.#armedAtMs > Date.now()) return;
    this.#armedAtMs = next.due_at;
    void this.#storage.setAlarm(next.due_at);
  }

  /**
   * For the constructor: sets the platform's alarm when it is missing or past due, and never runs a job itself. An alarm that stands
   * is left alone, so that waking an object only to read it writes nothing.
   */
  rearm(): void {
    this.#armedAtMs = null;
    void this.#storage.getAlarm().then((standsAtMs) => {
      if (this.#armedAtMs !== null) return;
      if (standsAtMs !== null && standsAtMs > Date.now()) this.#armedAtMs = standsAtMs;
      this.arm();
    });
  }

  /** For `alarm()`: runs due jobs one after another within the row and time bounds, then arms for what is left. */
  async run(now: () => number, handle: (job: AlarmJob) => Promise<void> | void): Promise<void> {
    this.#armedAtMs = null;
    const startedAtMs = now();
    const due = this.#sql.all<Row>(
      "SELECT key, due_at, attempts, payload, generation FROM alarm_job WHERE due_at <= ? ORDER BY due_at LIMIT ?",
      startedAtMs,
      ALARM_ROWS_MAX,
    );
    for (const row of due) {
      if (now() - startedAtMs > ALARM_RUN_MS_MAX) break;
      await this.#runOne(row, now, handle);
    }
    this.arm();
  }

  async #runOne(row: Row, now: () => number, handle: (job: AlarmJob) => Promise<void> | void): Promise<void> {
    try {
      const { key, due_at: dueAtMs, attempts, payload, generation } = row;
      await handle({ key, dueAtMs, attempts, payload, generation });
      // The same key may have been scheduled again meanwhile, even for the same instant: only the row that ran is removed.
      this.#sql.run("DELETE FROM alarm_job WHERE key = ? AND generation = ?", key, generation);
    } catch (error) {
      const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(row.attempts, 10));
      this.#sql.run(
        "UPDATE alarm_job SET attempts = attempts + 1, due_at = ? WHERE key = ? AND generation = ?",
        now() + delayMs,
        row.key,
        row.generation,
      );
      log("error", "alarm_job_failed", { job: row.key.split(":")[0] ?? "", attempts: row.attempts + 1, error });
    }
  }
}
