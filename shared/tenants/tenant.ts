/**
 * A tenant is a country's licence: everything that differs by country, as data with dates. Code branches on these fields, never
 * on a country.
 */
import type { AutoplayRule } from "../crash/autoplay.ts";
import type { CrashCaps } from "../crash/caps.ts";
import type { LocalDay } from "../kernel/time.ts";
import type { Currency } from "../money/currency.ts";
import type { Minor, Rounding } from "../money/minor.ts";

export const COUNTRIES = ["KE", "NG", "GH"] as const;
export type Country = (typeof COUNTRIES)[number];

/** What a tax is taken from, and the instant that picks the rule (regulation.md 1.4, TX-2 and TX-3). */
export type TaxBase = "deposit" | "withdrawal" | "stake" | "net_winnings_per_bet";
export type BetProduct = "sports" | "crash";

export interface TaxRule {
  /** Stable and unique within the tenant; posted with every line. */
  readonly ruleId: string;
  /** Account suffix: money goes to `tax:<code>`. */
  readonly code: "excise" | "wht";
  readonly legalName: string;
  readonly base: TaxBase;
  /** Products the rule covers; deposits and withdrawals have none. */
  readonly products?: readonly BetProduct[];
  readonly rateBasisPoints: number;
  /** True: tax = rate x amount, inside the amount. False: tax = amount x rate / (1 + rate). */
  readonly inclusive: boolean;
  readonly thresholdMinor: Minor;
  readonly rounding: Rounding;
  readonly validFrom: LocalDay;
  /** Last day in force, or null while open. */
  readonly validTo: LocalDay | null;
  readonly legalRef: string;
}

export interface AmountRange {
  readonly minMinor: Minor;
  readonly maxMinor: Minor;
}

export interface PaymentMethod {
  /** As in `POST /payments/deposit`, field `method`. */
  readonly method: string;
  readonly provider: "daraja" | "flutterwave";
  readonly deposit: AmountRange;
  readonly withdrawal: AmountRange;
  /** The provider moves multiples of this only: 100 where it moves whole shillings. */
  readonly unitMinor: Minor;
}

export interface CrashRules {
  readonly gameId: string;
  readonly houseEdgeBasisPoints: number;
  /** Largest multiplier, in hundredths. */
  readonly capHundredths: number;
  /** Growth: multiplier(ms) = e^(rate * ms); the rate in millionths per millisecond (60 is 0.00006). */
  readonly curveMillionthsPerMs: number;
  readonly bettingMs: number;
  readonly cooldownMs: number;
  readonly stake: AmountRange;
  /** How much a round may win its players. */
  readonly caps: readonly CrashCaps[];
  /** What an autoplay order may be, from a day on until the next rule. */
  readonly autoplay: readonly AutoplayRule[];
  readonly chainLength: number;
  /** Sockets that one table is meant to hold. */
  readonly seatsPerTable: number;
  /** Sockets that a player may have at a table; with one more the oldest is closed. */
  readonly socketsPerPlayer: number;
  /** When a game's return is judged, and how rarely a game that pays right may be closed by chance. */
  readonly rtp: { readonly minimumRounds: number; readonly windowRounds: number; readonly falseAlarmsPerMillion: number };
  /** Bets of players who have not agreed to be shown may be listed, without a name (not in Kenya: L.N. 112 reg. 87). */
  readonly showsOtherPlayers: boolean;
}

export interface RequestLimits {
  readonly betsPerMinute: number;
  readonly crashBetsPerMinute: number;
  readonly withdrawalsPerHour: number;
  readonly loginsPerMinute: number;
}

export interface Tenant {
  readonly country: Country;
  readonly name: string;
  readonly currency: Currency;
  readonly utcOffsetMinutes: number;
  readonly languages: readonly string[];
  readonly regulator: string;
  readonly minimumAgeYears: number;
  /** Verification of identity comes before these (Kenya: L.N. 112 of 2026, reg. 82). */
  readonly verifyBefore: readonly ("deposit" | "bet" | "withdrawal")[];
  readonly idTypes: readonly { readonly idType: string; readonly pattern: string; readonly example: string }[];
  readonly stake: AmountRange;
  readonly payoutMaxMinor: Minor;
  readonly quickStakesMinor: readonly Minor[];
  readonly paymentMethods: readonly PaymentMethod[];
  readonly taxRules: readonly TaxRule[];
  readonly oddsFeeds: readonly string[];
  readonly crash: CrashRules;
  readonly requestLimits: RequestLimits;
}
