/**
 * Result codes and what each says about the money (facts/providers.md 1.2, 1.4). A code that is not in a table says nothing:
 * its payment stays unknown until a query or a person decides.
 */
import type { Finding, PaymentFailure } from "../report.ts";

type Meaning = {
  readonly failure: PaymentFailure;
  /** A callback with this code is believed only once a query says the same. */
  readonly confirm?: true;
};

const STK: Readonly<Record<string, Meaning>> = {
  "1": { failure: "insufficient_funds" },
  "2": { failure: "limit_at_provider" },
  "3": { failure: "limit_at_provider" },
  "4": { failure: "limit_at_provider" },
  "8": { failure: "provider_unavailable" },
  "17": { failure: "repeated_too_soon" },
  "1001": { failure: "another_payment_open" },
  "1019": { failure: "prompt_expired", confirm: true },
  "1025": { failure: "prompt_not_delivered" },
  "1032": { failure: "cancelled_by_user" },
  "1037": { failure: "phone_unreachable", confirm: true },
  "2001": { failure: "wrong_pin" },
  "2028": { failure: "provider_unavailable" },
  "8006": { failure: "phone_locked" },
  "9999": { failure: "prompt_not_delivered" },
  SFC_IC0003: { failure: "provider_unavailable" },
};

const B2C: Readonly<Record<string, Meaning>> = {
  "1": { failure: "provider_unavailable" },
  "2": { failure: "limit_at_provider" },
  "3": { failure: "limit_at_provider" },
  "4": { failure: "limit_at_provider" },
  "8": { failure: "limit_at_provider" },
  "11": { failure: "provider_unavailable" },
  "21": { failure: "provider_unavailable" },
  "2001": { failure: "provider_unavailable" },
  "2006": { failure: "provider_unavailable" },
  "2028": { failure: "provider_unavailable" },
  "2040": { failure: "recipient_not_registered" },
  "8006": { failure: "provider_unavailable" },
  SFC_IC0003: { failure: "phone_not_valid" },
};

/** What a non-zero STK result code says; `confirm` codes are unclear when a callback brings them. */
export function stkFinding(code: string, source: "callback" | "query"): Finding {
  const meaning = STK[code];
  if (meaning === undefined || (meaning.confirm === true && source === "callback")) return { found: "unclear", code };
  return { found: "not_paid", failure: meaning.failure };
}

/** What a non-zero B2C result code says. */
export function b2cFinding(code: string): Finding {
  const meaning = B2C[code];
  return meaning === undefined ? { found: "unclear", code } : { found: "not_paid", failure: meaning.failure };
}
