/**
 * The server's clock as this page knows it.
 *
 * Every message that carries the server's time was sent a little before it arrived, so `server time - our time at arrival` is too small
 * by the time on the way, and the largest of them is the nearest to the truth. Reading the clock with it gives "the time of the newest
 * message that could have reached us", which is what the curve is drawn at: a crash that happened has been told by then, so the
 * curve does not run past it.
 */

/** Samples that count: enough to meet a quick one, few enough to follow a clock that drifts. */
const SAMPLES_MAX = 30;

export interface ServerClock {
  readonly offsetsMs: readonly number[];
}

export const UNKNOWN_CLOCK: ServerClock = { offsetsMs: [] };

/** Adds what one message tells: its server time and our time (any steady clock) at its arrival, both milliseconds. */
export function withSample(clock: ServerClock, serverMs: number, arrivedMs: number): ServerClock {
  if (!Number.isFinite(serverMs)) return clock;
  return { offsetsMs: [...clock.offsetsMs, serverMs - arrivedMs].slice(-SAMPLES_MAX) };
}

/** Gives the server's time at our time `atMs`, or null before the first sample. */
export function serverTime(clock: ServerClock, atMs: number): number | null {
  return clock.offsetsMs.length === 0 ? null : atMs + Math.max(...clock.offsetsMs);
}
