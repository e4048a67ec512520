/** Shared slips in D1: written once, read by their code. */
import { count, eq, inArray, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { bookingBet, bookingCode } from "./schema/booking.ts";

export interface StoredCode {
  readonly code: string;
  readonly selections: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Stores a code unless it is taken; answers what stands under it. Idempotent. */
export async function saveBookingCode(database: D1Database, row: StoredCode): Promise<readonly string[]> {
  const db = drizzle(database);
  await db
    .insert(bookingCode)
    .values({ ...row, loads: 0 })
    // A slip that is shared again after some of its matches were moved lives as long as the newest start says.
    .onConflictDoUpdate({
      target: bookingCode.code,
      set: { expiresAtMs: row.expiresAtMs },
      setWhere: eq(bookingCode.selections, row.selections),
    });
  const [stored] = await db.select({ selections: bookingCode.selections }).from(bookingCode).where(eq(bookingCode.code, row.code));
  return stored?.selections ?? [];
}

/** Reads a code and counts that it was loaded; null when there is none. */
export async function loadBookingCode(database: D1Database, code: string): Promise<(StoredCode & { readonly loads: number }) | null> {
  const [row] = await drizzle(database)
    .update(bookingCode)
    .set({ loads: sql`${bookingCode.loads} + 1` })
    .where(eq(bookingCode.code, code))
    .returning();
  return row ?? null;
}

/** How many bets were made of a code, and what was staked on them, minor units. */
export async function betsOfBookingCode(
  database: D1Database,
  code: string,
): Promise<{ readonly bets: number; readonly stakeMinor: number }> {
  const [row] = await drizzle(database)
    .select({ bets: count(), stakeMinor: sql<number>`coalesce(sum(${bookingBet.stakeMinor}), 0)` })
    .from(bookingBet)
    .where(eq(bookingBet.code, code));
  return row ?? { bets: 0, stakeMinor: 0 };
}

/** Deletes codes whose matches have long begun, and what was counted for them. */
export async function deleteBookingCodesBefore(database: D1Database, expiredBeforeMs: number): Promise<void> {
  const db = drizzle(database);
  const over = db.select({ code: bookingCode.code }).from(bookingCode).where(lt(bookingCode.expiresAtMs, expiredBeforeMs));
  await db.batch([
    db.delete(bookingBet).where(inArray(bookingBet.code, over)),
    db.delete(bookingCode).where(lt(bookingCode.expiresAtMs, expiredBeforeMs)),
  ]);
}
