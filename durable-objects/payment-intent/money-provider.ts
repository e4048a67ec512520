/** What a PaymentIntent needs of a money provider, whichever it is. */
import type { IntentRecord } from "../../shared/payments/intent-record.ts";
import type { CallOutcome, ProviderReport } from "../../shared/payments/report.ts";

export interface MoneyProvider {
  /** The name that the wallet books under. */
  readonly name: string;
  /** Asks the player to pay; never repeated for one intent. */
  collect(intent: IntentRecord): Promise<CallOutcome>;
  /** Pays the player; safe to repeat for one intent. */
  payOut(intent: IntentRecord): Promise<CallOutcome>;
  /** Asks how the payment stands; null when the answer will come as a callback. */
  check(intent: IntentRecord): Promise<ProviderReport | null>;
}
