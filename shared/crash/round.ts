/**
 * The round's life as a table: WAITING (nobody plays, or the salt is not fixed) -> BETTING -> RUNNING -> CRASHED -> the next round's
 * WAITING.
 */

export const ROUND_STATUSES = ["WAITING", "BETTING", "RUNNING", "CRASHED"] as const;
export type RoundStatus = (typeof ROUND_STATUSES)[number];
export type RoundEvent = "open" | "start" | "crash" | "rest";

const TRANSITIONS: Readonly<Record<RoundStatus, Readonly<Partial<Record<RoundEvent, RoundStatus>>>>> = {
  WAITING: { open: "BETTING" },
  BETTING: { start: "RUNNING" },
  RUNNING: { crash: "CRASHED" },
  CRASHED: { rest: "WAITING" },
};

/** Gives the status after `event`, or null when the event does not apply now. */
export function nextStatus(status: RoundStatus, event: RoundEvent): RoundStatus | null {
  return TRANSITIONS[status][event] ?? null;
}

interface Stage {
  readonly roundNumber: number;
  readonly status: RoundStatus;
}

/** True when `stage` comes after `other` in the game's life: what arrives late or twice is recognised by it. */
export function isLater(stage: Stage, other: Stage): boolean {
  if (stage.roundNumber !== other.roundNumber) return stage.roundNumber > other.roundNumber;
  return ROUND_STATUSES.indexOf(stage.status) > ROUND_STATUSES.indexOf(other.status);
}
