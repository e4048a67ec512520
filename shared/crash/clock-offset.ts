/**
 * How far another clock is from ours, as bounds that its stamps prove. A stamp was made before we heard it, and after we asked for it where
 * we asked; each narrows what the difference can be. Cristian's algorithm (1989), kept as an interval.
 */

/** Milliseconds to add to our clock for the other's: at least, at most. */
export interface OffsetBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface Stamp {
  readonly stampedAtMs: number;
  /** By our clock; null for a stamp that came by itself. */
  readonly askedAtMs: number | null;
  readonly heardAtMs: number;
}

export const UNKNOWN_OFFSET: OffsetBounds = { leastMs: Number.NEGATIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY };

/** Both clocks are cut down to whole milliseconds. */
const TICK_MS = 1;

/** Takes a stamp in. One that contradicts the others proves that a clock was set since: then only it counts. */
export function withStamp(bounds: OffsetBounds, { stampedAtMs, askedAtMs, heardAtMs }: Stamp): OffsetBounds {
  const leastMs = stampedAtMs - heardAtMs - TICK_MS;
  const mostMs = askedAtMs === null ? Number.POSITIVE_INFINITY : stampedAtMs - askedAtMs + TICK_MS;
  const both = { leastMs: Math.max(bounds.leastMs, leastMs), mostMs: Math.min(bounds.mostMs, mostMs) };
  return both.leastMs <= both.mostMs ? both : { leastMs, mostMs };
}

/** The smallest correction that the bounds allow: 0 while the clocks may agree, so that a slow line corrects nothing. */
export function provenOffset({ leastMs, mostMs }: OffsetBounds): number {
  return Math.min(Math.max(0, leastMs), mostMs);
}
