/**
 * What a money provider says about an intent, in our words: the same for every provider and for callbacks and queries alike.
 *
 * Only `paid` and `not_paid` are statements about money. Everything that is not surely one of them is `unclear`: a payout that was
 * sent and is taken for failed would be paid twice.
 */
import type { Minor } from "../money/minor.ts";

/** Why no money moved: stable codes that the player is shown. */
export type PaymentFailure =
  | "cancelled_by_user"
  | "wrong_pin"
  | "insufficient_funds"
  | "limit_at_provider"
  | "repeated_too_soon"
  | "another_payment_open"
  | "prompt_expired"
  | "phone_unreachable"
  | "prompt_not_delivered"
  | "phone_locked"
  | "recipient_not_registered"
  | "phone_not_valid"
  | "declined"
  | "provider_unavailable";

export type Finding =
  /** `amountMinor` and `receipt` are null where the provider does not tell them (an STK query). */
  | { readonly found: "paid"; readonly amountMinor: Minor | null; readonly receipt: string | null; readonly occurredAtMs: number | null }
  | { readonly found: "not_paid"; readonly failure: PaymentFailure }
  /** No news: still on its way, or the question could not be asked. */
  | { readonly found: "open"; readonly detail: string }
  /** No statement about the money; `code` is for logs. */
  | { readonly found: "unclear"; readonly code: string };

export interface ProviderReport {
  readonly source: "callback" | "query";
  /** The provider's own id of the payment, where the message carries one. */
  readonly reference: string | null;
  readonly finding: Finding;
}

/** How a request to move money was answered. `refused` is only said when it is sure that nothing happened. */
export type CallOutcome =
  | { readonly outcome: "accepted"; readonly reference: string | null }
  | { readonly outcome: "refused"; readonly failure: PaymentFailure; readonly detail: string }
  | { readonly outcome: "unknown"; readonly detail: string };
