/**
 * The table's timers while a round is on: one beat a second, and one shot at the next automatic target. They are conveniences: what
 * they would have done is done by the end of the round, from rows. They keep the object awake, so they stop when nobody needs them.
 */
import { millisecondsTo } from "../../shared/crash/curve.ts";
import { log } from "../platform/log.ts";
import type { TableRound } from "./table-rows.ts";

const BEAT_MS = 1_000;
/** Targets this close together are swept in one go; each is still paid at its own target. */
const SWEEP_MS_MIN = 100;

export class TableClock {
  readonly #beat: () => Promise<void>;
  readonly #sweep: () => Promise<void>;
  #interval: ReturnType<typeof setInterval> | null = null;
  #shot: ReturnType<typeof setTimeout> | null = null;

  constructor(beat: () => Promise<void>, sweep: () => Promise<void>) {
    this.#beat = beat;
    this.#sweep = sweep;
  }

  /** Starts or stops the timers for the round as it stands. */
  set(round: TableRound | null, isNeeded: boolean, nextTarget: number | null, nowMs: number): void {
    const isOn = isNeeded && (round?.status === "BETTING" || round?.status === "RUNNING");
    if (isOn && this.#interval === null) this.#interval = setInterval(() => settled(this.#beat()), BEAT_MS);
    if (!isOn && this.#interval !== null) {
      clearInterval(this.#interval);
      this.#interval = null;
    }
    if (this.#shot !== null) clearTimeout(this.#shot);
    this.#shot = null;
    if (round?.status !== "RUNNING" || round.started_at === null || nextTarget === null) return;
    const dueAtMs = round.started_at + millisecondsTo(nextTarget, round.curve_millionths_per_ms);
    this.#shot = setTimeout(() => settled(this.#sweep()), Math.max(SWEEP_MS_MIN, dueAtMs - nowMs));
  }
}

/** A timer has no caller to tell. */
function settled(work: Promise<void>): void {
  work.catch((error: unknown) => log("warn", "crash_table_timer_failed", { error }));
}
