/**
 * Payments in the country's database: the read model of intents (a second behind their objects), and every callback as it came in.
 *
 * A raw callback is stored before it is acknowledged; its row is the truth from which a lost queue message is sent again.
 */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const paymentIntent = sqliteTable(
  "payment_intent",
  {
    intentId: text("intent_id").primaryKey(),
    /** Of the intent's object: an older row never overwrites a newer one. */
    version: integer("version").notNull(),
    kind: text("kind").notNull(),
    userId: text("user_id").notNull(),
    country: text("country").notNull(),
    method: text("method").notNull(),
    status: text("status").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    netMinor: integer("net_minor"),
    taxMinor: integer("tax_minor").notNull(),
    providerReference: text("provider_reference"),
    receipt: text("receipt"),
    failure: text("failure"),
    createdAtMs: integer("created_at_ms").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [
    index("payment_intent_reference").on(table.providerReference),
    index("payment_intent_user").on(table.userId, table.createdAtMs),
    index("payment_intent_status").on(table.status, table.updatedAtMs),
    index("payment_intent_receipt").on(table.receipt),
  ],
);

export const providerCallback = sqliteTable(
  "provider_callback",
  {
    /** Follows from address and body: the same message delivered twice is one row. */
    callbackId: text("callback_id").primaryKey(),
    provider: text("provider").notNull(),
    kind: text("kind").notNull(),
    /** The intent that the address vouched for; null on the plain addresses. */
    intentId: text("intent_id"),
    body: text("body").notNull(),
    receivedAtMs: integer("received_at_ms").notNull(),
    processedAtMs: integer("processed_at_ms"),
    /** What came of it: the intent's status, `malformed`, `no_such_payment`. */
    result: text("result"),
  },
  (table) => [index("provider_callback_open").on(table.processedAtMs, table.receivedAtMs)],
);
