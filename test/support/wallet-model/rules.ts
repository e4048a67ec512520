/** The Kenyan tenant's rules as the model asks for them, and what may be posted by hand. */
import type { WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";

type Reason = WalletRefusal["reason"];

export const TENANT = tenantOf("KE");
export const PERMITTED: Readonly<Record<string, readonly (readonly [from: RegExp, to: RegExp])[]>> = {
  BONUS_GRANTED: [[/^promo:cost$/, /^user:bonus:/]],
  BONUS_CONVERTED: [[/^user:bonus:/, /^user:cash$/]],
  BONUS_FORFEITED: [[/^user:bonus:/, /^promo:cost$/]],
  ADJUSTED: [[/^(user:cash|suspense|promo:cost)$/, /^(user:cash|suspense|promo:cost)$/]],
};

export function method(name: string): (typeof TENANT.paymentMethods)[number] {
  const found = TENANT.paymentMethods.find((each) => each.method === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}

export function rangeReason(
  amount: number,
  { minMinor, maxMinor }: { readonly minMinor: number; readonly maxMinor: number },
): Reason | null {
  if (amount < minMinor) return "amount_too_low";
  return amount > maxMinor ? "amount_too_high" : null;
}
