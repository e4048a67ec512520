/**
 * How often a secret may be tried, and a message be asked for. Pure counters: the Identity object stores them per phone number,
 * whether or not the number is registered, so that an attacker can't tell the two apart.
 *
 * An attempt is counted *before* it is checked and given back when it proves right. Checking a password takes a tenth of a second
 * outside the transaction; counted afterwards, a hundred parallel guesses would all pass before the first one is written down.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../kernel/time.ts";

export interface LockOut {
  /** Attempts since the last right one or the last lock. */
  readonly failures: number;
  /** Locks in a row; each is twice as long as the one before. */
  readonly locks: number;
  readonly lockedUntilMs: number;
}

export interface Window {
  readonly startedAtMs: number;
  readonly count: number;
}

export const NO_LOCK_OUT: LockOut = { failures: 0, locks: 0, lockedUntilMs: 0 };
export const NO_WINDOW: Window = { startedAtMs: 0, count: 0 };

export const FAILURES_MAX = 5;
const FIRST_LOCK_MS = 15 * MINUTE_MS;
const LOCK_MS_MAX = DAY_MS;
/** After this long without an attempt a lock-out starts from the beginning. */
const FORGIVEN_AFTER_MS = 7 * DAY_MS;

/** Tries of one code: with six digits and five codes an hour a guess succeeds once in forty thousand hours. */
export const CODE_TRIES_MAX = 5;
export const CODE_VALID_MS = 10 * MINUTE_MS;
/** Messages to one number: each costs money and annoys whoever owns the number. */
export const CODES_PER_HOUR = 5;
export const CODES_WINDOW_MS = HOUR_MS;

/**
 * Counts a log-in attempt; the fifth in a row locks already, and a right one resets to `NO_LOCK_OUT`. Refuses `locked` without
 * counting, so that waiting is always enough.
 */
export function countAttempt(state: LockOut, nowMs: number): Result<LockOut, { readonly reason: "locked"; readonly untilMs: number }> {
  if (nowMs < state.lockedUntilMs) return err({ reason: "locked", untilMs: state.lockedUntilMs });
  const current = state.lockedUntilMs > 0 && nowMs - state.lockedUntilMs > FORGIVEN_AFTER_MS ? NO_LOCK_OUT : state;
  const failures = current.failures + 1;
  if (failures < FAILURES_MAX) return ok({ ...current, failures });
  const lockMs = Math.min(LOCK_MS_MAX, FIRST_LOCK_MS * 2 ** Math.min(current.locks, 10));
  return ok({ failures: 0, locks: current.locks + 1, lockedUntilMs: nowMs + lockMs });
}

/** Counts one use within a fixed window; refuses `rate_limited` past `max`. */
export function countInWindow(
  window: Window,
  nowMs: number,
  lengthMs: number,
  max: number,
): Result<Window, { readonly reason: "rate_limited"; readonly retryAfterMs: number }> {
  if (nowMs - window.startedAtMs >= lengthMs) return ok({ startedAtMs: nowMs, count: 1 });
  if (window.count >= max) return err({ reason: "rate_limited", retryAfterMs: window.startedAtMs + lengthMs - nowMs });
  return ok({ startedAtMs: window.startedAtMs, count: window.count + 1 });
}
