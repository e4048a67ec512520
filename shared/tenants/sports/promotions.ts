/** Promotions in force, with dates: accumulator ladders, wagering, free bets, boosts. Data of each tenant. */
import type { BetKind } from "../../betting/types.ts";
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

/** Which bets count towards a bonus, by their kind; a kind without a rule counts nothing. */
export type WageringRule = {
  readonly kind: BetKind;
  /** How much of the stake counts. */
  readonly weightPercent: number;
  /** Of each selection that is not void. */
  readonly oddsMinThousandths: number;
  /** Of all of them multiplied. */
  readonly totalOddsMinThousandths: number;
};

/** What turns a bonus into cash; kept with each bonus, so that a campaign that changes changes no promise. */
export type WageringTerms = {
  /** How many times the base has to be staked. */
  readonly times: number;
  readonly base: "bonus" | "deposit_and_bonus";
  readonly counts: readonly WageringRule[];
  /** The most that becomes cash, minor units; null for all of it. */
  readonly convertedMaxMinor: number | null;
  /** Whether a withdrawal that is paid ends the bonus. The player's own money is theirs either way. */
  readonly endsOnWithdrawal: boolean;
};

/** Bonuses that are locked until they are wagered: given by operators, or claimed by players for a deposit. */
export interface BonusCampaign {
  readonly campaignId: string;
  /** All that may be given, minor units. */
  readonly budgetMinor: number;
  /** Of one bonus. */
  readonly amountMinMinor: number;
  readonly amountMaxMinor: number;
  /** For campaigns that match a deposit; null where operators give the amount. */
  readonly match: DepositMatch | null;
  /** How long an offer stands. */
  readonly offerDays: number;
  /** How long there is to wager, once the player has taken it. */
  readonly days: number;
  readonly terms: WageringTerms;
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay | null;
}

export interface DepositMatch {
  /** Of the deposit; cut to the campaign's most. */
  readonly percent: number;
  readonly depositMinMinor: number;
  /** How long after a deposit it can be claimed for. */
  readonly claimDays: number;
  /** Whether a player gets it for one deposit only. */
  readonly isOnce: boolean;
}

export interface PromotionRules {
  readonly ladders: readonly LadderRule[];
  readonly freeBets: readonly FreeBetCampaign[];
  readonly bonuses: readonly BonusCampaign[];
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

const WAGERING: WageringTerms = {
  times: 5,
  base: "bonus",
  counts: [
    { kind: "SINGLE", weightPercent: 100, oddsMinThousandths: 1_800, totalOddsMinThousandths: 1_800 },
    { kind: "MULTI", weightPercent: 100, oddsMinThousandths: 1_300, totalOddsMinThousandths: 3_000 },
  ],
  convertedMaxMinor: null,
  endsOnWithdrawal: true,
};

/** The first deposit doubled, up to a most. */
const welcome = (country: string, amountMinMinor: number): BonusCampaign => ({
  campaignId: `${country}-welcome-1`,
  budgetMinor: amountMinMinor * 250_000,
  amountMinMinor,
  amountMaxMinor: amountMinMinor * 50,
  match: { percent: 100, depositMinMinor: amountMinMinor, claimDays: 3, isOnce: true },
  offerDays: 7,
  days: 14,
  terms: WAGERING,
  validFrom: "2026-11-01" as LocalDay,
  validTo: null,
});

/** What operators offer a player by hand. */
const loyalty = (country: string, amountMinMinor: number): BonusCampaign => ({
  ...welcome(country, amountMinMinor),
  campaignId: `${country}-loyalty-1`,
  match: null,
});

export const PROMOTIONS: Readonly<Record<Country, PromotionRules>> = {
  KE: {
    ladders: [ladder("KE", 10_000_000, 5_000)],
    freeBets: [goodwill("KE", 2_000)],
    bonuses: [welcome("KE", 2_000), loyalty("KE", 2_000)],
  },
  NG: {
    ladders: [ladder("NG", 100_000_000, 50_000)],
    freeBets: [goodwill("NG", 10_000)],
    bonuses: [welcome("NG", 10_000), loyalty("NG", 10_000)],
  },
  GH: {
    ladders: [ladder("GH", 1_000_000, 500)],
    freeBets: [goodwill("GH", 100)],
    bonuses: [welcome("GH", 100), loyalty("GH", 100)],
  },
};
