/**
 * How often a table asks its game in a flight: about presses, and about targets that are due. One object carries the whole game, so the more
 * tables there are, the longer each gathers before it asks. What a bet is worth is fixed at the press's receipt or by its target; the
 * player only hears later that it was granted.
 */

/** What the game takes of such calls; a good part below what an object is meant to take in all (1,000 a second, Cloudflare's limits). */
export const ASKS_PER_SECOND_MAX = 600;
/** Short against what a player feels, long against the calls of a crowd. */
const ASK_MS_MIN = 40;

/** Milliseconds between two questions of one table, so that `tables` together ask at most `ASKS_PER_SECOND_MAX` times a second. */
export function askEveryMs(tables: number): number {
  return Math.max(ASK_MS_MIN, Math.ceil((tables * 1_000) / ASKS_PER_SECOND_MAX));
}

/**
 * Milliseconds from `nowMs` to the next moment at which table number `table` of so many may ask. Each table has moments of its own, spread
 * evenly: where a crowd leaves at the same multiplier everywhere, the game still hears of it table by table.
 */
export function askInMs(tables: number, table: number, nowMs: number): number {
  const everyMs = askEveryMs(tables);
  const ownMs = Math.floor((((table - 1) % tables) * everyMs) / tables);
  return everyMs - ((nowMs - ownMs) % everyMs);
}
