/**
 * Takes a callback in: checks the address, stores the raw body, queues it, and only then is it acknowledged. What it says is
 * decided by the queue's consumer, never in the provider's request.
 *
 * An address with a secret vouches for its intent. The plain addresses vouch for nothing: such a message only makes us ask.
 */
import { equalTexts, hmacSha256Hex, sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { log } from "../../../durable-objects/platform/log.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { CALLBACK_KINDS, type CallbackKind, callbackSecret, intentOfPath } from "../../../shared/payments/callback-address.ts";
import { DARAJA_CALLBACK_CHARS_MAX, type DarajaMessageKind, darajaReferences } from "../../../shared/payments/daraja/callback-message.ts";
import type { PaymentCallbackMessage } from "../../../shared/protocol/queue/messages.ts";
import { isCountry, tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES, type Country } from "../../../shared/tenants/tenant.ts";
import { storeCallback } from "../../adapters/d1/provider-callbacks.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

const KIND_OF_ADDRESS: Readonly<Record<CallbackKind, DarajaMessageKind>> = {
  d: "stk",
  w: "b2c_result",
  wt: "b2c_timeout",
  s: "status_result",
};

export interface SecretAddress {
  readonly kind: string;
  readonly country: string;
  readonly intentHex: string;
  readonly secret: string;
}

/** Takes a message on a secret address; refuses NOT_FOUND for a forged address and BODY_TOO_LARGE, and stores nothing then. */
export async function receiveCallback(ctx: ServiceContext, address: SecretAddress, body: string): Promise<ServiceResult<null>> {
  const kind = CALLBACK_KINDS.find((known) => known === address.kind);
  const intentId = intentOfPath(address.intentHex);
  const { country } = address;
  if (kind === undefined || intentId === null || !isCountry(country)) return refuse("NOT_FOUND");
  if (!equalTexts(address.secret, callbackSecret(kind, country, intentId, ctx.config.CALLBACK_SECRET, hmacSha256Hex))) {
    log("warn", "callback_forged", { kind, intentId });
    return refuse("NOT_FOUND");
  }
  if (body.length > DARAJA_CALLBACK_CHARS_MAX) return refuse("BODY_TOO_LARGE");
  await take(ctx, country, KIND_OF_ADDRESS[kind], intentId, body);
  return ok(null);
}

/** Takes a message on a plain address; refuses VALIDATION_FAILED when it names no payment, and stores nothing then. */
export async function receivePlainCallback(ctx: ServiceContext, kind: DarajaMessageKind, body: string): Promise<ServiceResult<null>> {
  const country = COUNTRIES.find((each) => tenantOf(each).paymentMethods.some((method) => method.provider === "daraja"));
  if (country === undefined) return refuse("NOT_FOUND");
  if (body.length > DARAJA_CALLBACK_CHARS_MAX) return refuse("BODY_TOO_LARGE");
  if (darajaReferences(kind, body).length === 0) return refuse("VALIDATION_FAILED");
  await take(ctx, country, kind, null, body);
  return ok(null);
}

async function take(ctx: ServiceContext, country: Country, kind: DarajaMessageKind, intentId: string | null, body: string): Promise<void> {
  const callbackId = idFromDigest("cbk", sha256Bytes(canonical([kind, intentId, body])));
  const message: PaymentCallbackMessage = { v: 1, country, callbackId, provider: "daraja", kind, intentId, body, receivedAtMs: ctx.nowMs };
  const { v: _v, country: _country, ...row } = message;
  const isOpen = await storeCallback(databaseOf(ctx.env, country), row);
  // Stored is enough: a message that the queue does not take now is sent again by the sweep.
  if (isOpen)
    await ctx.env.PAYMENT_CALLBACK_QUEUE.send(message).catch((error: unknown) => log("warn", "callback_not_queued", { callbackId, error }));
}
