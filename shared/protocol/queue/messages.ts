/**
 * Messages of the queues, version 1. Parsed at the consumer's door: a queue is a boundary. At least once, in any order: every
 * consumer's effect is idempotent in the target's own transaction, and the sender keeps its row until the effect is acknowledged.
 */
import * as z from "zod";
import { selectionOutcome } from "../outcome.ts";

const country = z.enum(["KE", "NG", "GH"]);
const text = z.string().min(1).max(200);

/** Rows of an object's outbox for D1. `body` is the row as the object wrote it. Wallets send runs of their journal instead (wallet-run.ts). */
export const projectionMessageSchema = z.object({
  v: z.literal(1),
  source: z.enum(["identity", "payment_intent", "odds_channel", "crash_game", "crash_table", "crash_lounge"]),
  /** The object's name, to acknowledge to. */
  objectName: text,
  country,
  rows: z.array(z.object({ seq: z.int().positive(), topic: text, body: z.string() })).min(1),
});
export type ProjectionMessage = z.infer<typeof projectionMessageSchema>;

export const settlementMessageSchema = z.object({
  v: z.literal(1),
  country,
  fixtureId: text,
  walletId: text,
  bets: z
    .array(
      z.object({
        betId: text,
        resultVersion: z.int().positive(),
        results: z.array(z.object({ selectionId: text, outcome: selectionOutcome.nullable() })).min(1),
      }),
    )
    .min(1),
});
export type SettlementMessage = z.infer<typeof settlementMessageSchema>;

/** A bet, one of its cash-out orders, or an edit of it, whose delay is over; the wallet asks again until it is decided. */
export const acceptanceMessageSchema = z.object({
  v: z.literal(1),
  country,
  walletId: text,
  betId: text,
  /** The order that is to be decided; neither is there for the bet itself. */
  cashOutOrderId: text.optional(),
  /** The edit that is to be decided. */
  editRequestId: text.optional(),
});
export type AcceptanceMessage = z.infer<typeof acceptanceMessageSchema>;

/** A provider's callback, already stored raw under `callbackId`. */
export const paymentCallbackMessageSchema = z.object({
  v: z.literal(1),
  country,
  callbackId: text,
  provider: z.enum(["daraja", "flutterwave"]),
  kind: z.enum(["stk", "b2c_result", "b2c_timeout", "status_result"]),
  /** The intent that the callback's path named with its secret; null on the plain seed paths, which are only trusted after a query. */
  intentId: text.nullable(),
  body: z.string().max(300_000),
  receivedAtMs: z.int().nonnegative(),
});
export type PaymentCallbackMessage = z.infer<typeof paymentCallbackMessageSchema>;

export const notificationMessageSchema = z.object({
  v: z.literal(1),
  country,
  kind: z.literal("sms"),
  /** Our id, so that a repeat within the consumer's memory is not sent twice. */
  notificationId: text,
  to: text,
  text: z.string().min(1).max(480),
  /** Nothing is sent after this instant: a code that comes late only confuses. */
  expiresAtMs: z.int().nonnegative().optional(),
  /** The Identity object that asked for it, and the row to acknowledge there. */
  source: z.object({ objectName: text, seq: z.int().positive() }).optional(),
});
export type NotificationMessage = z.infer<typeof notificationMessageSchema>;
