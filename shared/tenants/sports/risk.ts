/** What the house may lose: limits of liability and when a market is suspended by itself. Data of each tenant. Minor units. */
import type { Country } from "../tenant.ts";

export interface RiskRules {
  /** Worst case of one outcome, before and during a match. */
  readonly outcomeLiabilityMaxMinor: { readonly upcoming: number; readonly live: number };
  /** A market is suspended as its worst case passes the first, and resumed when it is down at the second. */
  readonly marketLiabilityMaxMinor: number;
  readonly marketResumeMinor: number;
  /** A price that jumps by more than this suspends its market until the feed speaks of it again. Basis points of the lower price. */
  readonly priceJumpBasisPoints: { readonly upcoming: number; readonly live: number };
}

const rules = (major: number): RiskRules => ({
  outcomeLiabilityMaxMinor: { upcoming: major * 100, live: major * 50 },
  marketLiabilityMaxMinor: major * 200,
  marketResumeMinor: major * 180,
  // Before a match a feed moves in small steps. In play a corner or a red card may halve a price.
  priceJumpBasisPoints: { upcoming: 1_500, live: 10_000 },
});

export const RISK: Readonly<Record<Country, RiskRules>> = { KE: rules(10_000_000), NG: rules(100_000_000), GH: rules(1_000_000) };
