/** Raw callbacks of providers in a country's database. */
import { and, asc, between, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { providerCallback } from "./schema/payments.ts";

export type StoredCallback = typeof providerCallback.$inferSelect;
export type NewCallback = Pick<StoredCallback, "callbackId" | "provider" | "kind" | "intentId" | "body" | "receivedAtMs">;

/** Stores a callback; true when it is new or was not processed yet. Idempotent. */
export async function storeCallback(database: D1Database, callback: NewCallback): Promise<boolean> {
  const db = drizzle(database);
  const added = await db.insert(providerCallback).values(callback).onConflictDoNothing().returning({ id: providerCallback.callbackId });
  if (added.length > 0) return true;
  const known = await db
    .select({ processedAtMs: providerCallback.processedAtMs })
    .from(providerCallback)
    .where(eq(providerCallback.callbackId, callback.callbackId));
  return known[0]?.processedAtMs === null;
}

/** Notes what came of a callback; the first note stands. */
export async function markCallbackProcessed(database: D1Database, callbackId: string, result: string, atMs: number): Promise<void> {
  await drizzle(database)
    .update(providerCallback)
    .set({ processedAtMs: atMs, result })
    .where(and(eq(providerCallback.callbackId, callbackId), isNull(providerCallback.processedAtMs)));
}

/** Callbacks received in the window that nothing came of yet: those with a vouched intent first, then the oldest. */
export async function listOpenCallbacks(
  database: D1Database,
  fromMs: number,
  toMs: number,
  limit: number,
): Promise<readonly StoredCallback[]> {
  return drizzle(database)
    .select()
    .from(providerCallback)
    .where(and(isNull(providerCallback.processedAtMs), between(providerCallback.receivedAtMs, fromMs, toMs)))
    .orderBy(sql`${providerCallback.intentId} IS NULL`, asc(providerCallback.receivedAtMs))
    .limit(limit);
}
