/**
 * Which of a game's tables a player sits at, and how many tables a round has.
 *
 * A player's table follows from their id and the round's number of tables by jump consistent hashing (Lamping and Veach, 2014): nothing is
 * stored or asked, a player has one table in a round, and one table more moves only the players who go to it.
 */

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const MULTIPLIER = 2862933555777941757n;
const MASK = 2n ** 64n - 1n;
const HALF = 2 ** 31;

/** The player's table among `tables`, from 1. */
export function tableOf(userId: string, tables: number): number {
  return tablesOf(userId, tables).at(-1) ?? 1;
}

/** Every table at which the player has sat while there were from one to `tables` of them; the last is the one of now. */
export function tablesOf(userId: string, tables: number): readonly number[] {
  const homes: number[] = [];
  let key = keyOf(userId);
  for (let next = 0; next < tables; ) {
    const home = next;
    homes.push(home + 1);
    key = (key * MULTIPLIER + 1n) & MASK;
    next = Math.floor((home + 1) * (HALF / (Number(key >> 33n) + 1)));
  }
  return homes;
}

/** FNV-1a over the id's characters, 64 bits. */
function keyOf(userId: string): bigint {
  let hash = FNV_OFFSET;
  for (const character of userId) hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * FNV_PRIME) & MASK;
  return hash;
}

/** How full tables may be: above the first more are set, below the second fewer, each then filled to the third. Shares of a table. */
const FULL = 0.8;
const EMPTY = 0.3;
const FILLED = 0.6;

/** How many tables the next round has, for so many connections and seats a table. Moves people only when it has to. */
export function tablesWanted(tables: number, connections: number, seatsPerTable: number): number {
  const isFull = connections > tables * seatsPerTable * FULL;
  const isEmpty = connections < tables * seatsPerTable * EMPTY;
  return isFull || isEmpty ? Math.max(1, Math.ceil(connections / (seatsPerTable * FILLED))) : tables;
}
