/**
 * Gives a stored callback to its intent. A message whose address vouched for the intent is believed as far as its codes say; any other
 * only makes the intent ask its provider.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { darajaReferences, readDarajaMessage } from "../../../shared/payments/daraja/callback-message.ts";
import type { PaymentCallbackMessage } from "../../../shared/protocol/queue/messages.ts";
import { findIntentByReference } from "../../adapters/d1/payment-intents.ts";
import { markCallbackProcessed } from "../../adapters/d1/provider-callbacks.ts";
import { databaseOf, type Env } from "../../env.ts";
import { paymentObject } from "./payment-object.ts";

/** How long a message without a match waits for the read model to know its payment. */
const MATCH_WAIT_MS = 15 * 60_000;

/** Idempotent. Throws when the intent could not be reached: the message is then tried again. */
export async function applyCallback(env: Env, message: PaymentCallbackMessage, nowMs: number): Promise<void> {
  const result = message.intentId === null ? await applyHint(env, message) : await applyTrusted(env, message, message.intentId);
  if (result === "no_such_payment" && nowMs - message.receivedAtMs < MATCH_WAIT_MS) return;
  if (result === "malformed" || result === "no_such_payment")
    log("warn", "callback_without_effect", { callbackId: message.callbackId, result });
  await markCallbackProcessed(databaseOf(env, message.country), message.callbackId, result, nowMs);
}

async function applyTrusted(env: Env, message: PaymentCallbackMessage, intentId: string): Promise<string> {
  const report = readDarajaMessage(message.kind, message.body);
  if (report === null) return "malformed";
  return (await paymentObject(env, message.country, intentId).report(report)) ?? "no_such_payment";
}

async function applyHint(env: Env, message: PaymentCallbackMessage): Promise<string> {
  for (const reference of darajaReferences(message.kind, message.body)) {
    // Only what the read model knows is asked: an address that anyone may post to must not make objects.
    const intentId = await findIntentByReference(databaseOf(env, message.country), reference);
    const status = intentId === null ? null : await paymentObject(env, message.country, intentId).check();
    if (status !== null) return status;
  }
  return "no_such_payment";
}
