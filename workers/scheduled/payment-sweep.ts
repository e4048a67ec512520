/**
 * Finds what was missed: callbacks that are stored but were never applied (a lost queue message), and intents whose alarm may have
 * died. Bounded per run; what is left is found by the next one.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { DAY_MS, MINUTE_MS } from "../../shared/kernel/time.ts";
import { type PaymentCallbackMessage, paymentCallbackMessageSchema } from "../../shared/protocol/queue/messages.ts";
import { COUNTRIES, type Country } from "../../shared/tenants/tenant.ts";
import { listIntentsUnchanged, type QuietIntent } from "../adapters/d1/payment-intents.ts";
import { listOpenCallbacks, type StoredCallback } from "../adapters/d1/provider-callbacks.ts";
import { readCursor, saveCursor } from "../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../env.ts";
import { paymentObject } from "../services/payments/payment-object.ts";

const ROWS_MAX = 50;
const INTENTS_JOB = "quiet_intents";
/** Younger ones are still on their way through the queue. */
const CALLBACK_AGE_MS_MIN = MINUTE_MS;
const CALLBACK_AGE_MS_MAX = DAY_MS;
/** Longer than the gap between any two checks of the first half hour. */
const INTENT_AGE_MS_MIN = 30 * MINUTE_MS;

/** Sends open callbacks to the queue again and asks intents that have been quiet for long. Idempotent. */
export async function sweepPayments(env: Env, nowMs: number): Promise<void> {
  for (const country of COUNTRIES) {
    for (const sweep of [sweepCallbacks, sweepIntents]) {
      // One database or queue that fails must not keep the others from being swept.
      await sweep(env, country, nowMs).catch((error: unknown) => log("error", "payment_sweep_failed", { country, error }));
    }
  }
}

async function sweepCallbacks(env: Env, country: Country, nowMs: number): Promise<void> {
  const open = await listOpenCallbacks(databaseOf(env, country), nowMs - CALLBACK_AGE_MS_MAX, nowMs - CALLBACK_AGE_MS_MIN, ROWS_MAX);
  for (const callback of open) await env.PAYMENT_CALLBACK_QUEUE.send(toMessage(country, callback));
}

/**
 * Goes round: an intent that nothing moves (a provider that is away, a row that is older than its object) must not keep those behind it
 * from being asked.
 */
async function sweepIntents(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const statuses = ["CREATED", "PENDING", "PENDING_UNKNOWN"] as const;
  const after = readPlace((await readCursor(database, INTENTS_JOB))?.position ?? "");
  const quiet = await listIntentsUnchanged(database, statuses, { beforeMs: nowMs - INTENT_AGE_MS_MIN, after }, ROWS_MAX);
  for (const { intentId } of quiet) {
    // One that fails must not keep the others from being asked.
    await paymentObject(env, country, intentId)
      .check()
      .catch((error: unknown) => log("warn", "intent_not_checked", { intentId, error }));
  }
  const last = quiet.length < ROWS_MAX ? undefined : quiet.at(-1);
  if (after !== null || last !== undefined)
    await saveCursor(database, INTENTS_JOB, last === undefined ? "" : `${last.updatedAtMs}/${last.intentId}`, nowMs);
}

/** Null for the beginning. */
function readPlace(position: string): QuietIntent | null {
  const [updatedAtMs = "", intentId = ""] = position.split("/");
  return position === "" ? null : { updatedAtMs: Number(updatedAtMs), intentId };
}

function toMessage(country: Country, { processedAtMs: _processed, result: _result, ...callback }: StoredCallback): PaymentCallbackMessage {
  return paymentCallbackMessageSchema.parse({ v: 1, country, ...callback });
}
