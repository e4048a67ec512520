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

/** What a free bet may be spent on; kept with each token, so that a campaign that changes changes no promise. */
export type FreeBetTerms = {
  /** Systems are not here: of a free bet's lines one could be void and the others not, and a token is given back whole or not at all. */
  readonly kinds: readonly ("SINGLE" | "MULTI")[];
  readonly selectionsMin: number;
  /** Of each selection. */
  readonly oddsMinThousandths: number;
  /** Sports whose selections count; null for all. */
  readonly sports: readonly string[] | null;
  /** A token that a void bet gives back can be spent for so many days at least. */
  readonly returnedDays: number;
};

/** Free bets that operators may give, each out of the campaign's budget. */
export interface FreeBetCampaign {
  readonly campaignId: string;
  /** All that may be given, minor units. */
  readonly budgetMinor: number;
  /** Of one token. */
  readonly amountMinMinor: number;
  readonly amountMaxMinor: number;
  /** How long a token can be spent. */
  readonly days: number;
  readonly terms: FreeBetTerms;
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay | null;
}

export interface PromotionRules {
  readonly ladders: readonly LadderRule[];
  readonly freeBets: readonly FreeBetCampaign[];
}

/** The campaign of this name that is in force on a day, or null. */
export function campaignInForce<C extends { readonly campaignId: string; readonly validFrom: LocalDay; readonly validTo: LocalDay | null }>(
  campaigns: readonly C[],
  campaignId: string,
  day: LocalDay,
): C | null {
  const isMeant = (one: C) => one.campaignId === campaignId && one.validFrom <= day && (one.validTo === null || day <= one.validTo);
  return campaigns.find(isMeant) ?? null;
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

/** What support gives a player who was let down: small, for bets at odds that mean something. */
const goodwill = (country: string, amountMinMinor: number): FreeBetCampaign => ({
  campaignId: `${country}-goodwill-1`,
  budgetMinor: amountMinMinor * 25_000,
  amountMinMinor,
  amountMaxMinor: amountMinMinor * 50,
  days: 14,
  terms: { kinds: ["SINGLE", "MULTI"], selectionsMin: 1, oddsMinThousandths: 1_500, sports: null, returnedDays: 7 },
  validFrom: "2026-11-01" as LocalDay,
  validTo: null,
});

export const PROMOTIONS: Readonly<Record<Country, PromotionRules>> = {
  KE: { ladders: [ladder("KE", 10_000_000, 5_000)], freeBets: [goodwill("KE", 2_000)] },
  NG: { ladders: [ladder("NG", 100_000_000, 50_000)], freeBets: [goodwill("NG", 10_000)] },
  GH: { ladders: [ladder("GH", 1_000_000, 500)], freeBets: [goodwill("GH", 100)] },
};
