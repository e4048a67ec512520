/** Sends an intent's outbox rows to the projection queue. */
import type { IntentRecord } from "../../shared/payments/intent-record.ts";
import type { ProjectionMessage } from "../../shared/protocol/queue/messages.ts";
import type { Env } from "../../workers/env.ts";
import type { OutboxRow } from "../platform/outbox.ts";

export async function sendProjection(env: Env, intent: IntentRecord, rows: readonly OutboxRow[]): Promise<void> {
  const message: ProjectionMessage = {
    v: 1,
    source: "payment_intent",
    objectName: `${intent.country}:${intent.intentId}`,
    country: intent.country,
    rows: rows.map(({ seq, topic, body }) => ({ seq, topic, body })),
  };
  await env.PROJECTION_QUEUE.send(message);
}
