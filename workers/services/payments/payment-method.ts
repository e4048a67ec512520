/** Which of a tenant's payment methods can be used now. */
import { ok } from "../../../shared/kernel/result.ts";
import type { PaymentMethod, Tenant } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceResult } from "../context.ts";

/** Providers whose client is built. */
const BUILT: ReadonlySet<PaymentMethod["provider"]> = new Set(["daraja"]);

export function isAvailable(method: PaymentMethod): boolean {
  return BUILT.has(method.provider);
}

/** The named method, or the tenant's first; refuses PAYMENT_METHOD_UNAVAILABLE with the names of those that can be used. */
export function usableMethod(tenant: Tenant, name: string | undefined): ServiceResult<PaymentMethod> {
  const usable = tenant.paymentMethods.filter(isAvailable);
  const method = name === undefined ? usable[0] : usable.find((candidate) => candidate.method === name);
  return method === undefined ? refuse("PAYMENT_METHOD_UNAVAILABLE", { methods: usable.map((each) => each.method) }) : ok(method);
}
