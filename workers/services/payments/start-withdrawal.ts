/** Starts a withdrawal: the wallet holds the money and says what tax it costs, then the provider pays the player's own phone. */
import { err, ok } from "../../../shared/kernel/result.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { intentCommand } from "./intent-command.ts";
import { intentError } from "./intent-error.ts";
import { ownPhone } from "./own-phone.ts";
import { usableMethod } from "./payment-method.ts";
import { paymentObject } from "./payment-object.ts";
import type { StartedPayment, StartPayment } from "./start-deposit.ts";

/**
 * Idempotent by the client's key; allowed from other tenants' countries. Refuses PAYMENT_METHOD_UNAVAILABLE, VALIDATION_FAILED (another
 * phone), what the wallet refuses, PROVIDER_REFUSED (the hold is given back).
 */
export async function startWithdrawal(
  ctx: ServiceContext,
  { request, idempotencyKey }: StartPayment,
): Promise<ServiceResult<StartedPayment>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor, tenant } = scope.value;
  const method = usableMethod(tenant, request.method);
  if (!method.ok) return method;
  const phone = await ownPhone(ctx, scope.value, request.phone_number);
  if (!phone.ok) return phone;
  const command = intentCommand(ctx, {
    kind: "withdrawal",
    actor,
    phoneNumber: phone.value,
    method: method.value.method,
    amountMinor: request.amount,
    idempotencyKey,
  });
  const reply = await paymentObject(ctx.env, actor.country, command.intentId).startWithdrawal(command);
  return reply.ok ? ok(reply.value) : err(intentError(reply.error, command.intentId));
}
