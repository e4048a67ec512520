/** The callback queue's door: parses a message and gives the callback to its intent. */
import { paymentCallbackMessageSchema } from "../../shared/protocol/queue/messages.ts";
import type { Env } from "../env.ts";
import { applyCallback } from "../services/payments/apply-callback.ts";

export async function consumePaymentCallback(env: Env, body: unknown): Promise<void> {
  await applyCallback(env, paymentCallbackMessageSchema.parse(body), Date.now());
}
