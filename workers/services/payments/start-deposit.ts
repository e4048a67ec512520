/** Starts a deposit: the wallet's limits first, then a prompt on the player's own phone. */
import { err, ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import type { MoveRequest } from "../../../shared/protocol/http/payments.ts";
import type { IntentView } from "../../../shared/protocol/rpc/payment-intent.ts";
import { refuse, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { intentCommand } from "./intent-command.ts";
import { intentError } from "./intent-error.ts";
import { ownPhone } from "./own-phone.ts";
import { usableMethod } from "./payment-method.ts";
import { paymentObject } from "./payment-object.ts";

export interface StartPayment {
  readonly request: MoveRequest;
  readonly idempotencyKey: string | null;
}

export interface StartedPayment {
  readonly intent: IntentView;
  readonly replayed: boolean;
}

/**
 * Answers as soon as the provider took the request; the money comes later. Idempotent by the client's key. Refuses GEO_BLOCKED,
 * PAYMENT_METHOD_UNAVAILABLE, INVALID_AMOUNT (not a multiple of the method's unit), VALIDATION_FAILED (another phone), what the wallet
 * refuses, PROVIDER_REFUSED.
 */
export async function startDeposit(ctx: ServiceContext, { request, idempotencyKey }: StartPayment): Promise<ServiceResult<StartedPayment>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor, tenant } = scope.value;
  const method = usableMethod(tenant, request.method);
  if (!method.ok) return method;
  const { unitMinor } = method.value;
  if (request.amount % unitMinor !== 0)
    return refuse("INVALID_AMOUNT", { fields: { amount: `is not a multiple of ${toMajor(unitMinor)}` } });
  const phone = await ownPhone(ctx, scope.value, request.phone_number);
  if (!phone.ok) return phone;
  const command = intentCommand(ctx, {
    kind: "deposit",
    actor,
    phoneNumber: phone.value,
    method: method.value.method,
    amountMinor: request.amount,
    idempotencyKey,
  });
  const reply = await paymentObject(ctx.env, actor.country, command.intentId).startDeposit(command);
  return reply.ok ? ok(reply.value) : err(intentError(reply.error, command.intentId));
}
