/** Autoplay orders in the country's database, as their tables told of them. */
import { desc, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CrashAutoplayRow } from "../../../shared/protocol/queue/crash-table-row.ts";
import { crashAutoplay } from "./schema/crash.ts";

export type AutoplayRecord = typeof crashAutoplay.$inferSelect;

/** Stores an order. Idempotent, in any order: an end stands, whatever is told of the start after it. */
export async function saveAutoplayOrder(
  database: D1Database,
  { gameId, tableNumber }: { readonly gameId: string; readonly tableNumber: number },
  order: CrashAutoplayRow,
): Promise<void> {
  await drizzle(database)
    .insert(crashAutoplay)
    .values({ gameId, tableNumber, ...order })
    .onConflictDoUpdate({
      target: crashAutoplay.orderId,
      set: {
        endedAtMs: sql`excluded.ended_at_ms`,
        endReason: sql`excluded.end_reason`,
        endDetail: sql`excluded.end_detail`,
        roundsTaken: sql`excluded.rounds_taken`,
        netMinor: sql`excluded.net_minor`,
      },
      setWhere: isNull(crashAutoplay.endedAtMs),
    });
}

/** A player's orders, the newest first. */
export async function readAutoplayOrders(
  database: D1Database,
  { userId, limit, offset }: { readonly userId: string; readonly limit: number; readonly offset: number },
): Promise<readonly AutoplayRecord[]> {
  return drizzle(database)
    .select()
    .from(crashAutoplay)
    .where(eq(crashAutoplay.userId, userId))
    .orderBy(desc(crashAutoplay.startedAtMs), desc(crashAutoplay.orderId))
    .limit(limit)
    .offset(offset);
}
