/**
 * How often recovery may be asked for, as data: who asks more often gets the account throttled.
 *
 * The provider does not say whether the limits hold for each producer or for all of them together; they are counted together here,
 * which is right either way.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../shared/kernel/time.ts";

/** Requests of one kind: by how far back they reach, or for one event. */
export type RecoveryKind = "recent" | "day" | "long" | "event";

interface Allowance {
  readonly requests: number;
  readonly perMs: number;
}

export const RECOVERY_LIMITS: Readonly<Record<RecoveryKind, readonly Allowance[]>> = {
  recent: [
    { requests: 20, perMs: 10 * MINUTE_MS },
    { requests: 60, perMs: HOUR_MS },
  ],
  day: [
    { requests: 4, perMs: 10 * MINUTE_MS },
    { requests: 10, perMs: HOUR_MS },
  ],
  long: [
    { requests: 2, perMs: 30 * MINUTE_MS },
    { requests: 4, perMs: 2 * HOUR_MS },
  ],
  event: [
    { requests: 100, perMs: 10 * MINUTE_MS },
    { requests: 300, perMs: HOUR_MS },
  ],
};

const RECENT_MS = 30 * MINUTE_MS;

/** The kind of a producer's recovery from `afterMs` (null: a snapshot of everything). */
export function kindOf(afterMs: number | null, nowMs: number): RecoveryKind {
  if (afterMs === null || nowMs - afterMs >= DAY_MS) return "long";
  return nowMs - afterMs < RECENT_MS ? "recent" : "day";
}

/** Says whether one more request is within all limits of its kind; `askedSince` counts those after an instant. */
export function mayAsk(kind: RecoveryKind, nowMs: number, askedSince: (sinceMs: number) => number): boolean {
  return RECOVERY_LIMITS[kind].every(({ requests, perMs }) => askedSince(nowMs - perMs) < requests);
}
