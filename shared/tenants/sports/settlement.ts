/** How results become money: grace for large stakes, postponed and abandoned matches. Data of each tenant. */
import { HOUR_MS, MINUTE_MS } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface SettlementRules {
  /** A result that is not confirmed yet pays stakes up to this at once, minor units; larger ones wait. */
  readonly unconfirmedStakeMaxMinor: number;
  /** For how long a larger stake waits for the confirmation. */
  readonly confirmationWaitMs: number;
  /** A match that was not played within this time of its original start is void. */
  readonly postponedVoidMs: number;
  /** A match that was abandoned and not finished within this time: what was not decided is void. */
  readonly abandonedVoidMs: number;
}

const rules = (unconfirmedStakeMaxMinor: number): SettlementRules => ({
  unconfirmedStakeMaxMinor,
  confirmationWaitMs: 15 * MINUTE_MS,
  postponedVoidMs: 48 * HOUR_MS,
  abandonedVoidMs: 24 * HOUR_MS,
});

export const SETTLEMENT: Readonly<Record<Country, SettlementRules>> = { KE: rules(1_000_000), NG: rules(10_000_000), GH: rules(100_000) };
