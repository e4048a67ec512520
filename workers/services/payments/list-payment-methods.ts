/** Lists how money can be moved in the player's tenant. */
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import type { PaymentMethodsOut } from "../../../shared/protocol/http/payments.ts";
import type { AmountRange } from "../../../shared/tenants/tenant.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { isAvailable } from "./payment-method.ts";

export function listPaymentMethods(ctx: ServiceContext): ServiceResult<PaymentMethodsOut> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { tenant } = scope.value;
  const methods = tenant.paymentMethods.map((method) => ({
    method: method.method,
    currency: tenant.currency,
    available: isAvailable(method),
    deposit: range(method.deposit),
    withdrawal: range(method.withdrawal),
    unit: toMajor(method.unitMinor),
  }));
  return ok({ methods });
}

function range({ minMinor, maxMinor }: AmountRange) {
  return { min: toMajor(minMinor), max: toMajor(maxMinor) };
}
