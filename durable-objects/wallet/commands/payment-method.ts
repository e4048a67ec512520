/** The tenant's payment method of this name, or null. */
import type { PaymentMethod, Tenant } from "../../../shared/tenants/tenant.ts";

export function paymentMethod(tenant: Tenant, method: string): PaymentMethod | null {
  return tenant.paymentMethods.find((offered) => offered.method === method) ?? null;
}
