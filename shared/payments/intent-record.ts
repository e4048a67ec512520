/** An intent as its object stores it, the view that callers get of it, and the row that the read model keeps. */
import type { Minor } from "../money/minor.ts";
import type { IntentKind, IntentView } from "../protocol/rpc/payment-intent.ts";
import type { TaxLine, WalletRefusal } from "../protocol/rpc/wallet.ts";
import type { Country } from "../tenants/tenant.ts";
import { type IntentState, statusOf } from "./intent-machine.ts";
import type { PaymentFailure } from "./report.ts";

export interface IntentRecord {
  readonly intentId: string;
  readonly kind: IntentKind;
  readonly userId: string;
  readonly country: Country;
  readonly method: string;
  /** E.164. */
  readonly phone: string;
  readonly fingerprint: string;
  readonly requestedMinor: Minor;
  readonly state: IntentState;
  /** Grows with every change. */
  readonly version: number;
  /** What leaves the wallet (withdrawal); null until the wallet quoted it. */
  readonly grossMinor: Minor | null;
  /** What reaches the player: the phone (withdrawal) or the wallet (deposit); null until known. */
  readonly netMinor: Minor | null;
  readonly taxLines: readonly TaxLine[];
  readonly walletRefusal: WalletRefusal | null;
  readonly providerReference: string | null;
  readonly failure: PaymentFailure | "wallet_refused" | null;
  /** The provider's receipt; null while unknown, and for a payment that only a query confirmed. */
  readonly receipt: string | null;
  /** What the wallet books under: the first confirmation's receipt, or one made of the reference where a query told none. */
  readonly bookedReceipt: string | null;
  readonly paidMinor: Minor | null;
  readonly paidAtMs: number | null;
  readonly calledAtMs: number | null;
  readonly checks: number;
  readonly checkedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What the provider is asked to move: all of a deposit, the net of a withdrawal. */
export function askedMinor(intent: IntentRecord): Minor {
  return intent.kind === "deposit" ? intent.requestedMinor : (intent.netMinor ?? intent.requestedMinor);
}

/** What callers see; a withdrawal's amount is what leaves the wallet. */
export function intentView(intent: IntentRecord): IntentView {
  return {
    intentId: intent.intentId,
    kind: intent.kind,
    userId: intent.userId,
    country: intent.country,
    method: intent.method,
    status: statusOf(intent.state),
    amountMinor: intent.grossMinor ?? intent.requestedMinor,
    netMinor: intent.netMinor,
    taxLines: intent.taxLines,
    providerReference: intent.providerReference,
    receipt: intent.receipt,
    failure: intent.failure,
    createdAtMs: intent.createdAtMs,
    updatedAtMs: intent.updatedAtMs,
  };
}

/** The body of a projection row: the view and the version that orders it. */
export interface IntentRow {
  readonly version: number;
  readonly view: IntentView;
}
