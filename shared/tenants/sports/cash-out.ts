/** What a cash-out costs and what it may be. Data of each tenant. */
import type { LocalDay } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface DatedMargin {
  readonly validFrom: LocalDay;
  readonly basisPoints: number;
}

export interface CashOutRules {
  /** Kept from the fair value, by whether a selection is live. Basis points. */
  readonly marginBasisPoints: { readonly upcoming: number; readonly live: number };
  /** Kept when the value becomes the stake of an edited bet; the newest that has begun is in force. */
  readonly editMargins: readonly DatedMargin[];
  /** Smaller offers are not made; what remains of a stake is not smaller either. Minor units. */
  readonly amountMinMinor: number;
  /** Never above the potential payout less this. Basis points. */
  readonly belowPayoutBasisPoints: number;
  /** How long an offer stands. */
  readonly offerMs: number;
  /** How often a rule's price is looked at when no price of its matches has changed, and how long a match watches for it after that. */
  readonly rule: { readonly lookAgainMs: number; readonly watchMs: number };
}

const rules = (amountMinMinor: number): CashOutRules => ({
  marginBasisPoints: { upcoming: 300, live: 500 },
  editMargins: [{ validFrom: "2026-01-01" as LocalDay, basisPoints: 100 }],
  amountMinMinor,
  belowPayoutBasisPoints: 100,
  offerMs: 10_000,
  rule: { lookAgainMs: 300_000, watchMs: 900_000 },
});

export const CASH_OUT: Readonly<Record<Country, CashOutRules>> = { KE: rules(1_000), NG: rules(5_000), GH: rules(50) };
