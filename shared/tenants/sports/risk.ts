/** What the house may lose: limits of liability and when a market is suspended by itself. Data of each tenant. Minor units. */
import type { Country } from "../tenant.ts";

export interface RiskRules {
  /** Worst case of one outcome, before and during a match. */
  readonly outcomeLiabilityMaxMinor: { readonly upcoming: number; readonly live: number };
  /** A market is suspended once its worst case passes this. */
  readonly marketLiabilityMaxMinor: number;
  /** A price that jumps by more than this suspends its market until the feed speaks again. Basis points. */
  readonly priceJumpBasisPoints: number;
}

const rules = (major: number): RiskRules => ({
  outcomeLiabilityMaxMinor: { upcoming: major * 100, live: major * 50 },
  marketLiabilityMaxMinor: major * 200,
  priceJumpBasisPoints: 1_500,
});

export const RISK: Readonly<Record<Country, RiskRules>> = { KE: rules(10_000_000), NG: rules(100_000_000), GH: rules(1_000_000) };
