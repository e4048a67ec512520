/** The read model of intents in a country's database. */
import { and, asc, eq, inArray, lt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { IntentStatus } from "../../../shared/protocol/rpc/payment-intent.ts";
import { paymentIntent } from "./schema/payments.ts";

export type PaymentIntentRow = typeof paymentIntent.$inferInsert;

/** Stores a row unless a newer version of it is there. */
export async function savePaymentIntent(database: D1Database, row: PaymentIntentRow): Promise<void> {
  await drizzle(database)
    .insert(paymentIntent)
    .values(row)
    .onConflictDoUpdate({ target: paymentIntent.intentId, set: row, setWhere: lt(paymentIntent.version, sql`excluded.version`) });
}

/** The intent that a provider's reference, or our own id, belongs to; null when none does. */
export async function findIntentByReference(database: D1Database, reference: string): Promise<string | null> {
  const rows = await drizzle(database)
    .select({ intentId: paymentIntent.intentId })
    .from(paymentIntent)
    .where(or(eq(paymentIntent.providerReference, reference), eq(paymentIntent.intentId, reference)))
    .limit(1);
  return rows[0]?.intentId ?? null;
}

/** Intents in one of these states that did not change since `beforeMs`, oldest first. */
export async function listIntentsUnchanged(
  database: D1Database,
  statuses: readonly IntentStatus[],
  beforeMs: number,
  limit: number,
): Promise<readonly string[]> {
  const rows = await drizzle(database)
    .select({ intentId: paymentIntent.intentId })
    .from(paymentIntent)
    .where(and(inArray(paymentIntent.status, [...statuses]), lt(paymentIntent.updatedAtMs, beforeMs)))
    .orderBy(asc(paymentIntent.updatedAtMs))
    .limit(limit);
  return rows.map((row) => row.intentId);
}
