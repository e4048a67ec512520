/**
 * Sends text messages. Each message is asked for by an Identity object, which keeps its row until it is acknowledged here: sent, or
 * never to be sent.
 *
 * Before sending, the object is asked whether the message is still wanted: queues deliver twice and late, and a code that was replaced
 * or has expired must not arrive. Neither numbers nor texts are logged.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { type NotificationMessage, notificationMessageSchema } from "../../shared/protocol/queue/messages.ts";
import { sendSms } from "../adapters/africas-talking/client.ts";
import { configOf, type Env } from "../env.ts";

/** Sends one message; throws when another attempt may work. Idempotent but for a provider's lost answer. */
export async function consumeNotification(env: Env, body: unknown): Promise<void> {
  const message = notificationMessageSchema.parse(body);
  if (!(await isWanted(env, message))) return acknowledge(env, message);
  const sent = await sendSms(configOf(env), message);
  if (sent.ok) return acknowledge(env, message);
  const { meaning, problem } = sent.error;
  // An account at fault (no balance, a revoked key) is for a person to repair; the message may still be sent once it is.
  log(meaning === "account" ? "error" : "warn", "sms_not_sent", { notificationId: message.notificationId, meaning, problem });
  if (meaning === "permanent") return acknowledge(env, message);
  throw new Error(`the message was not sent: ${problem}`);
}

async function isWanted(env: Env, { expiresAtMs, source }: NotificationMessage): Promise<boolean> {
  if (expiresAtMs !== undefined && expiresAtMs <= Date.now()) return false;
  return source === undefined || env.IDENTITY.getByName(source.objectName).isNotificationWanted(source.seq);
}

async function acknowledge(env: Env, { source }: NotificationMessage): Promise<void> {
  if (source !== undefined) await env.IDENTITY.getByName(source.objectName).acknowledge([source.seq]);
}
