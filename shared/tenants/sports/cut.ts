/**
 * Cut-N: what a multi gets of which almost everything wins, with dates. A refund is promised to every bet that a rule covers, in cash or as a
 * free bet, as the tenant chooses; insurance is sold for a worse price. What a bet was promised is kept with it. Data of each tenant.
 */
import type { LocalDay } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";
import type { FreeBetCampaign } from "./promotions.ts";

/** A refund that is a token instead of cash. */
export type RefundToken = Pick<FreeBetCampaign, "days" | "terms">;

/** A part of the stake back when a few selections lose and all others win. */
export interface CutRefundRule {
  readonly ruleId: string;
  /** [selections that are not void, percent of the stake], growing; beyond the last step the last percent holds. */
  readonly steps: readonly (readonly [selections: number, percent: number])[];
  /** Of each selection. */
  readonly oddsMinThousandths: number;
  /** From one to so many may lose. */
  readonly losersMax: number;
  readonly stakeMinMinor: number;
  readonly refundMaxMinor: number;
  /** Absent: in cash. */
  readonly freeBet?: RefundToken;
  readonly validFrom: LocalDay;
  /** Last day in force, or null while open. */
  readonly validTo: LocalDay | null;
}

/** A multi that pays once, at its own odds, when at most so many selections lose as the player chose. */
export interface InsuranceRule {
  readonly ruleId: string;
  readonly cutsMax: number;
  /** At least so many selections for each cut. */
  readonly selectionsPerCut: number;
  readonly oddsMinThousandths: number;
  readonly marginBasisPoints: number;
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay | null;
}

export interface CutRules {
  readonly refunds: readonly CutRefundRule[];
  readonly insurance: readonly InsuranceRule[];
}

const FROM = "2027-01-01" as LocalDay;

const refund = (country: Country, stakeMinMinor: number, refundMaxMinor: number): CutRefundRule => ({
  ruleId: `${country}-one-cut-1`,
  steps: [
    [8, 50],
    [9, 80],
    [10, 100],
  ],
  oddsMinThousandths: 1_300,
  losersMax: 1,
  ...{ stakeMinMinor, refundMaxMinor, validFrom: FROM, validTo: null },
});

/** What a refund as a free bet may be spent on. */
const TOKEN: RefundToken = {
  days: 14,
  terms: { kinds: ["SINGLE", "MULTI"], selectionsMin: 1, oddsMinThousandths: 1_500, sports: null, returnedDays: 7 },
};

const insurance = (country: Country): InsuranceRule => ({
  ruleId: `${country}-insured-1`,
  ...{ cutsMax: 2, selectionsPerCut: 4, oddsMinThousandths: 1_200, marginBasisPoints: 800, validFrom: FROM, validTo: null },
});

export const CUT: Readonly<Record<Country, CutRules>> = {
  KE: { refunds: [refund("KE", 5_000, 1_000_000)], insurance: [insurance("KE")] },
  NG: { refunds: [refund("NG", 50_000, 10_000_000)], insurance: [insurance("NG")] },
  GH: { refunds: [{ ...refund("GH", 500, 100_000), freeBet: TOKEN }], insurance: [] },
};
