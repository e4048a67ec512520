/**
 * What callers say to a PaymentIntent object (one per deposit or withdrawal, named `<country>:<intent id>`): the only place that calls a
 * money provider. An unknown outcome stays PENDING_UNKNOWN until a callback or a query ends it; it is never FAILED.
 */
import type { Result } from "../../kernel/result.ts";
import type { ProviderReport } from "../../payments/report.ts";
import type { Country } from "../../tenants/tenant.ts";
import type { TaxLine, WalletRefusal } from "./wallet.ts";

export type IntentStatus = "CREATED" | "PENDING" | "PENDING_UNKNOWN" | "COMPLETED" | "FAILED" | "REVIEW";
export type IntentKind = "deposit" | "withdrawal";

export interface IntentView {
  readonly intentId: string;
  readonly kind: IntentKind;
  readonly userId: string;
  readonly country: Country;
  readonly method: string;
  readonly status: IntentStatus;
  readonly amountMinor: number;
  readonly netMinor: number | null;
  readonly taxLines: readonly TaxLine[];
  readonly providerReference: string | null;
  readonly receipt: string | null;
  /** A stable code for the player, e.g. `cancelled_by_user`; null while nothing failed. */
  readonly failure: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type IntentRefusal =
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "not_found" }
  | { readonly reason: "provider_refused"; readonly failure: string }
  | { readonly reason: "wallet"; readonly refusal: WalletRefusal };

export type IntentReply = Result<{ readonly intent: IntentView; readonly replayed: boolean }, IntentRefusal>;

export interface StartIntent {
  readonly intentId: string;
  readonly userId: string;
  readonly country: Country;
  readonly method: string;
  /** E.164. */
  readonly phoneNumber: string;
  readonly amountMinor: number;
  /** SHA-256 over the client's own fields. */
  readonly fingerprint: string;
}

export interface PaymentIntentRpc {
  /** Both are idempotent by the object itself: a repeat answers what the first call led to. */
  startDeposit(command: StartIntent): Promise<IntentReply>;
  startWithdrawal(command: StartIntent): Promise<IntentReply>;
  /** Refuses `not_found` for an intent of another player as for one that does not exist. */
  read(userId: string): Promise<Result<IntentView, IntentRefusal>>;
  /** Takes what the provider says of this payment; duplicates and late ones change nothing. Null: there is no such intent. */
  report(report: ProviderReport): Promise<IntentStatus | null>;
  /** Asks the provider how the payment stands, unless it ended or was asked a moment ago. Null: there is no such intent. */
  check(): Promise<IntentStatus | null>;
  acknowledge(seqs: readonly number[]): Promise<void>;
}
