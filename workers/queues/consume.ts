/**
 * Hands each batch to its queue's consumer. Every message is acknowledged or retried by name: one poison message must not make
 * its neighbours run again.
 */
import { log } from "../../durable-objects/platform/log.ts";
import type { Env } from "../env.ts";
import { consumeAcceptance } from "./acceptance.ts";
import { consumeNotification } from "./notifications.ts";
import { consumePaymentCallback } from "./payment-callbacks.ts";
import { consumeProjections } from "./projection.ts";
import { consumeSettlements } from "./settlement.ts";

/** Applies bodies; says for each, in order, why it has to come again, or null. Idempotent. */
type Consumer = (env: Env, bodies: readonly unknown[]) => Promise<readonly (Error | null)[]>;

const CONSUMERS: Readonly<Record<string, Consumer>> = {
  projection: consumeProjections,
  settlement: consumeSettlements,
  acceptance: consumeAcceptance,
  "payment-callbacks": oneByOne(consumePaymentCallback),
  notifications: oneByOne(consumeNotification),
};

const RETRY_SECONDS_MAX = 300;

/** Runs a batch; a message that failed is retried with a growing delay. */
export async function consumeBatch(batch: MessageBatch, env: Env): Promise<void> {
  const consumer = CONSUMERS[batch.queue];
  if (consumer === undefined) {
    for (const message of batch.messages)
      log("error", "dead_letter", { queue: batch.queue, messageId: message.id, attempts: message.attempts });
    batch.ackAll();
    return;
  }
  const outcomes = await consumer(
    env,
    batch.messages.map((message) => message.body),
  );
  for (const [index, message] of batch.messages.entries()) {
    const error = outcomes[index] ?? null;
    if (error === null) {
      message.ack();
      continue;
    }
    log("warn", "queue_message_failed", { queue: batch.queue, messageId: message.id, attempts: message.attempts, error });
    message.retry({ delaySeconds: Math.min(RETRY_SECONDS_MAX, 2 ** Math.min(message.attempts, 8)) });
  }
}

/** A consumer of single messages as one of batches: one after another, each with its own outcome. */
function oneByOne(consume: (env: Env, body: unknown) => Promise<void>): Consumer {
  return async (env, bodies) => {
    const outcomes: (Error | null)[] = [];
    for (const body of bodies) {
      try {
        await consume(env, body);
        outcomes.push(null);
      } catch (error) {
        outcomes.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return outcomes;
  };
}
