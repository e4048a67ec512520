/**
 * Hands each batch to its queue's consumer. Every message is acknowledged or retried by name: one poison message must not make
 * its neighbours run again.
 */
import { log } from "../../durable-objects/platform/log.ts";
import type { Env } from "../env.ts";
import { consumeNotification } from "./notifications.ts";
import { consumePaymentCallback } from "./payment-callbacks.ts";
import { consumeProjection } from "./projection.ts";
import { consumeSettlement } from "./settlement.ts";

type Consumer = (env: Env, body: unknown) => Promise<void>;

const CONSUMERS: Readonly<Record<string, Consumer>> = {
  projection: consumeProjection,
  settlement: consumeSettlement,
  "payment-callbacks": consumePaymentCallback,
  notifications: consumeNotification,
};

const RETRY_SECONDS_MAX = 300;

/** Runs a batch; a consumer that throws has its message retried with a growing delay. Consumers are idempotent. */
export async function consumeBatch(batch: MessageBatch, env: Env): Promise<void> {
  const consumer = CONSUMERS[batch.queue];
  for (const message of batch.messages) {
    if (consumer === undefined) {
      log("error", "dead_letter", { queue: batch.queue, messageId: message.id, attempts: message.attempts });
      message.ack();
      continue;
    }
    try {
      await consumer(env, message.body);
      message.ack();
    } catch (error) {
      log("warn", "queue_message_failed", { queue: batch.queue, messageId: message.id, attempts: message.attempts, error });
      message.retry({ delaySeconds: Math.min(RETRY_SECONDS_MAX, 2 ** Math.min(message.attempts, 8)) });
    }
  }
}
