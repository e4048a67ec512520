/**
 * What stands between a guesser and an account: attempts at the password, messages asked for, and the one-time code (all SQL about
 * them). The rules are in shared/compliance/attempts.ts. Called inside the object's transaction.
 */
import {
  CODE_TRIES_MAX,
  CODE_VALID_MS,
  CODES_PER_HOUR,
  CODES_WINDOW_MS,
  countAttempt,
  countInWindow,
} from "../../shared/compliance/attempts.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { MINUTE_MS } from "../../shared/kernel/time.ts";
import { equalTexts } from "../platform/hash.ts";
import type { Sql } from "../platform/sql.ts";
import { hashCode } from "./secrets.ts";

export type CodeRefusal = { readonly reason: "wrong_code"; readonly attemptsLeft: number } | { readonly reason: "code_expired" };
export type RateRefusal = { readonly reason: "rate_limited"; readonly retryAfterMs: number };
export type LockRefusal = { readonly reason: "locked"; readonly untilMs: number };

type GuardRow = {
  failures: number;
  locks: number;
  locked_until: number;
  log_ins_started_at: number;
  log_ins: number;
  codes_started_at: number;
  codes: number;
};
type CodeRow = { user_id: string; hash: string; expires_at: number; tries: number; message_seq: number | null };

export class GuardStore {
  readonly #sql: Sql;
  readonly #pepper: string;

  constructor(sql: Sql, pepper: string) {
    this.#sql = sql;
    this.#pepper = pepper;
  }

  /** Counts a log-in attempt before it is checked. `perMinute` is null where request limits are off; the lock always holds. */
  admitLogIn(nowMs: number, perMinute: number | null): Result<null, RateRefusal | LockRefusal> {
    const row = this.#guard();
    const window = { startedAtMs: row.log_ins_started_at, count: row.log_ins };
    const counted = perMinute === null ? ok(window) : countInWindow(window, nowMs, MINUTE_MS, perMinute);
    if (!counted.ok) return counted;
    const attempt = countAttempt({ failures: row.failures, locks: row.locks, lockedUntilMs: row.locked_until }, nowMs);
    if (!attempt.ok) return attempt;
    this.#sql.run(
      "UPDATE guard SET failures = ?, locks = ?, locked_until = ?, log_ins_started_at = ?, log_ins = ?",
      attempt.value.failures,
      attempt.value.locks,
      attempt.value.lockedUntilMs,
      counted.value.startedAtMs,
      counted.value.count,
    );
    return ok(null);
  }

  /** The attempt was right: the count starts anew, and a lock that it caused is lifted. */
  forgive(): void {
    this.#sql.run("UPDATE guard SET failures = 0, locks = 0, locked_until = 0");
  }

  /** Counts a message to the number; refuses past the hourly limit. */
  admitCode(nowMs: number): Result<null, RateRefusal> {
    const row = this.#guard();
    const counted = countInWindow({ startedAtMs: row.codes_started_at, count: row.codes }, nowMs, CODES_WINDOW_MS, CODES_PER_HOUR);
    if (!counted.ok) return counted;
    this.#sql.run("UPDATE guard SET codes_started_at = ?, codes = ?", counted.value.startedAtMs, counted.value.count);
    return ok(null);
  }

  /** Stores a new code's hash in place of the last one. */
  putCode(code: string, userId: string, messageSeq: number, nowMs: number): void {
    this.#sql.run(
      "INSERT OR REPLACE INTO one_time_code (only, user_id, hash, expires_at, tries, message_seq) VALUES (1, ?, ?, ?, 0, ?)",
      userId,
      hashCode(code, userId, this.#pepper),
      nowMs + CODE_VALID_MS,
      messageSeq,
    );
  }

  /** Uses the code up when it is right; counts a try when it is not, and drops the code after the last one. */
  takeCode(code: string, userId: string | null, nowMs: number): Result<null, CodeRefusal> {
    const row = this.#code();
    if (row === null || row.expires_at <= nowMs || (userId !== null && userId !== row.user_id)) return err({ reason: "code_expired" });
    if (equalTexts(hashCode(code, row.user_id, this.#pepper), row.hash)) {
      this.dropCode();
      return ok(null);
    }
    const attemptsLeft = CODE_TRIES_MAX - row.tries - 1;
    if (attemptsLeft > 0) this.#sql.run("UPDATE one_time_code SET tries = tries + 1");
    else this.dropCode();
    return err({ reason: "wrong_code", attemptsLeft });
  }

  dropCode(): void {
    this.#sql.run("DELETE FROM one_time_code");
  }

  /** The outbox row that carries the code, while it is to be sent. */
  codeMessageSeq(): number | null {
    return this.#code()?.message_seq ?? null;
  }

  isCodeExpired(nowMs: number): boolean {
    const row = this.#code();
    return row === null || row.expires_at <= nowMs;
  }

  markCodeSent(messageSeq: number): void {
    this.#sql.run("UPDATE one_time_code SET message_seq = NULL WHERE message_seq = ?", messageSeq);
  }

  #guard(): GuardRow {
    const row = this.#sql.first<GuardRow>("SELECT * FROM guard");
    invariant(row !== null, "an identity has one guard row");
    return row;
  }

  #code(): CodeRow | null {
    return this.#sql.first<CodeRow>("SELECT user_id, hash, expires_at, tries, message_seq FROM one_time_code");
  }
}
