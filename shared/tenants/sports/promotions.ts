/** Promotions in force, with dates: accumulator ladders, wagering, free bets, boosts. Data of each tenant. */
import type { LocalDay } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

/** An accumulator bonus: percent of the winnings by the number of qualifying selections. */
export interface LadderRule {
  readonly ladderId: string;
  /** [selections, percent], growing; beyond the last step the last percent holds. */
  readonly steps: readonly (readonly [selections: number, percent: number])[];
  readonly basis: "gross_payout" | "net_winnings";
  readonly oddsMinThousandths: number;
  readonly stakeMinMinor: number;
  readonly bonusMaxMinor: number;
  readonly validFrom: LocalDay;
  /** Last day in force, or null while open. */
  readonly validTo: LocalDay | null;
}

export interface PromotionRules {
  readonly ladders: readonly LadderRule[];
}

const ladder = (country: string, bonusMaxMinor: number, stakeMinMinor: number): LadderRule => ({
  ladderId: `${country}-multi-1`,
  steps: [
    [3, 5],
    [5, 10],
    [7, 15],
    [8, 20],
    [9, 25],
    [10, 30],
  ],
  basis: "net_winnings",
  oddsMinThousandths: 1_500,
  stakeMinMinor,
  bonusMaxMinor,
  validFrom: "2027-01-01" as LocalDay,
  validTo: null,
});

export const PROMOTIONS: Readonly<Record<Country, PromotionRules>> = {
  KE: { ladders: [ladder("KE", 10_000_000, 5_000)] },
  NG: { ladders: [ladder("NG", 100_000_000, 50_000)] },
  GH: { ladders: [ladder("GH", 1_000_000, 500)] },
};
