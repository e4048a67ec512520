/** The object of one deposit or withdrawal, by its contract. */
import type { PaymentIntentRpc } from "../../../shared/protocol/rpc/payment-intent.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";

/**
 * A stub of the intent's object. The class implements `PaymentIntentRpc` over plain data, so the stub's own types say no more than
 * the contract.
 */
export function paymentObject(env: Env, country: Country, intentId: string): PaymentIntentRpc {
  return env.PAYMENT_INTENT.getByName(`${country}:${intentId}`) as unknown as PaymentIntentRpc;
}
