import { expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../kernel/time.ts";
import { CODES_PER_HOUR, countAttempt, countInWindow, FAILURES_MAX, type LockOut, NO_LOCK_OUT, NO_WINDOW } from "./attempts.ts";

const START = 1_790_000_000_000;

function failFiveTimes(state: LockOut, nowMs: number): LockOut {
  let current = state;
  for (let attempt = 0; attempt < FAILURES_MAX; attempt += 1) {
    const next = countAttempt(current, nowMs);
    if (!next.ok) throw new Error("locked too early");
    current = next.value;
  }
  return current;
}

it("locks for 15 minutes once five attempts were taken, and counts nothing while locked", () => {
  const locked = failFiveTimes(NO_LOCK_OUT, START);
  expect(locked.lockedUntilMs).toBe(START + 15 * MINUTE_MS);
  expect(countAttempt(locked, START + 15 * MINUTE_MS - 1)).toEqual({
    ok: false,
    error: { reason: "locked", untilMs: START + 15 * MINUTE_MS },
  });
  expect(countAttempt(locked, START + 15 * MINUTE_MS)).toMatchObject({ ok: true, value: { failures: 1 } });
});

it("doubles each further lock up to a day", () => {
  let state = NO_LOCK_OUT;
  let nowMs = START;
  const minutes: number[] = [];
  for (let lock = 0; lock < 9; lock += 1) {
    state = failFiveTimes(state, nowMs);
    minutes.push((state.lockedUntilMs - nowMs) / MINUTE_MS);
    nowMs = state.lockedUntilMs;
  }
  expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
});

it("starts from the beginning a week after the last lock", () => {
  const locked = failFiveTimes(failFiveTimes(NO_LOCK_OUT, START), START + HOUR_MS);
  expect(countAttempt(locked, locked.lockedUntilMs + 8 * DAY_MS)).toEqual({ ok: true, value: { failures: 1, locks: 0, lockedUntilMs: 0 } });
});

it("allows no more than the window's count and says when it frees", () => {
  let window = NO_WINDOW;
  for (let use = 0; use < CODES_PER_HOUR; use += 1) {
    const next = countInWindow(window, START + use, HOUR_MS, CODES_PER_HOUR);
    if (!next.ok) throw new Error("refused too early");
    window = next.value;
  }
  expect(countInWindow(window, START + 10 * MINUTE_MS, HOUR_MS, CODES_PER_HOUR)).toEqual({
    ok: false,
    error: { reason: "rate_limited", retryAfterMs: 50 * MINUTE_MS },
  });
  expect(countInWindow(window, START + HOUR_MS, HOUR_MS, CODES_PER_HOUR)).toMatchObject({ ok: true, value: { count: 1 } });
});
