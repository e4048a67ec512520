/** Maps the refusal of an intent to what the client is told. */
import { assertNever } from "../../../shared/kernel/invariant.ts";
import type { IntentRefusal } from "../../../shared/protocol/rpc/payment-intent.ts";
import type { ServiceError } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";

export function intentError(refusal: IntentRefusal, intentId: string): ServiceError {
  switch (refusal.reason) {
    case "idempotency_key_reused":
      return { code: "IDEMPOTENCY_CONFLICT" };
    case "not_found":
      return { code: "NOT_FOUND" };
    case "provider_refused":
      return { code: "PROVIDER_REFUSED", details: { failure: refusal.failure, payment_id: intentId } };
    case "wallet":
      return walletError(refusal.refusal);
    default:
      return assertNever(refusal, "intentError");
  }
}
