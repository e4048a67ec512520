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

/** Where an intent stands in the order of those that are quiet. */
export interface QuietIntent {
  readonly updatedAtMs: number;
  readonly intentId: string;
}

/** Intents in one of these states that did not change since `beforeMs`: the quietest of those after `after`, in order. */
export async function listIntentsUnchanged(
  database: D1Database,
  statuses: readonly IntentStatus[],
  { beforeMs, after }: { readonly beforeMs: number; readonly after: QuietIntent | null },
  limit: number,
): Promise<readonly QuietIntent[]> {
  const { intentId, updatedAtMs, status } = paymentIntent;
  const isAfter = after === null ? undefined : sql`(${updatedAtMs}, ${intentId}) > (${after.updatedAtMs}, ${after.intentId})`;
  return drizzle(database)
    .select({ updatedAtMs, intentId })
    .from(paymentIntent)
    .where(and(inArray(status, [...statuses]), lt(updatedAtMs, beforeMs), isAfter))
    .orderBy(asc(updatedAtMs), asc(intentId))
    .limit(limit);
}
