/** Maps an Identity object's refusal to what the client is told. */
import { assertNever } from "../../../shared/kernel/invariant.ts";
import { SECOND_MS, toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { IdentityRefusal } from "../../../shared/protocol/rpc/identity.ts";
import type { ServiceError } from "../context.ts";

export function identityError(refusal: IdentityRefusal): ServiceError {
  switch (refusal.reason) {
    case "phone_taken":
      return { code: "PHONE_TAKEN" };
    case "not_found":
      return { code: "NOT_FOUND" };
    case "wrong_code":
      return { code: "CODE_INVALID", details: { attempts_left: refusal.attemptsLeft } };
    case "code_expired":
      return { code: "CODE_EXPIRED" };
    case "user_id_required":
      return { code: "VALIDATION_FAILED", details: { fields: { user_id: "is required: this number was registered more than once" } } };
    case "wrong_credentials":
      return { code: "INVALID_CREDENTIALS" };
    case "phone_not_verified":
      return { code: "PHONE_NOT_VERIFIED", details: { user_id: refusal.userId } };
    case "locked":
      return { code: "ACCOUNT_LOCKED", details: { until: toRfc3339(unixMs(refusal.untilMs)) } };
    case "rate_limited": {
      const seconds = Math.max(1, Math.ceil(refusal.retryAfterMs / SECOND_MS));
      return { code: "RATE_LIMIT_EXCEEDED", details: { retry_after: seconds }, retryAfterSeconds: seconds };
    }
    // One answer for both: whoever holds a stolen token must not learn that it was noticed.
    case "refresh_token_invalid":
    case "refresh_token_reused":
      return { code: "REFRESH_TOKEN_INVALID" };
    default:
      return assertNever(refusal, "identityError");
  }
}
