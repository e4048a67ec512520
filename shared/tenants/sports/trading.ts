/** What an operator may say of a fixture, and what takes two of them. Data of each tenant. Minor units. */
import { HOUR_MS, MINUTE_MS } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface TradingRules {
  /** A change of results that moves more than this, or concerns more stakes, is approved by a second operator. */
  readonly approvalAboveMinor: number;
  /** For how long a proposal may be approved. */
  readonly proposalMs: number;
  readonly marginBasisPoints: { readonly min: number; readonly max: number };
  readonly oddsThousandths: { readonly min: number; readonly max: number };
  /** A price of the house ends by itself, at the latest after so long. */
  readonly priceMsMax: number;
  readonly liveDelayMsMax: number;
}

const rules = (approvalAboveMajor: number): TradingRules => ({
  approvalAboveMinor: approvalAboveMajor * 100,
  proposalMs: 30 * MINUTE_MS,
  marginBasisPoints: { min: 110, max: 5_000 },
  oddsThousandths: { min: 1_010, max: 1_000_000 },
  priceMsMax: 24 * HOUR_MS,
  liveDelayMsMax: 30_000,
});

export const TRADING: Readonly<Record<Country, TradingRules>> = { KE: rules(100_000), NG: rules(1_000_000), GH: rules(10_000) };
