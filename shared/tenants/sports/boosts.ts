/**
 * Odds boosts: campaigns that make a price better, with dates. What a bet was given is kept with it, so a campaign that changes changes no
 * bet. Data of each tenant.
 */
import type { LocalDay } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface BoostCampaign {
  readonly boostId: string;
  /** Of the winnings at the price itself: 2,000 makes 1.50 of winnings 1.80. */
  readonly basisPoints: number;
  /** Which selections it is about; null for all of their kind. */
  readonly covers: {
    readonly sports: readonly string[] | null;
    readonly fixtureIds: readonly string[] | null;
    readonly marketIds: readonly string[] | null;
    readonly outcomeIds: readonly string[] | null;
  };
  readonly kinds: readonly ("SINGLE" | "MULTI")[];
  /** Of each selection that is boosted, before the boost. */
  readonly oddsMinThousandths: number;
  /** Of the whole bet. */
  readonly stakeMaxMinor: number;
  /** For players who were given it; absent where it is for everybody. */
  readonly personal?: PersonalBoost;
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay;
}

/** How a campaign may be given to a player: for so many bets at once, and for how long. */
export interface PersonalBoost {
  readonly usesMax: number;
  readonly days: number;
}

/** The result of a match on the weekend of the season's opening. */
const opening = (country: Country, stakeMaxMinor: number): BoostCampaign => ({
  boostId: `${country}-opening-2027`,
  basisPoints: 1_000,
  covers: { sports: ["football", "soccer"], fixtureIds: null, marketIds: ["1x2"], outcomeIds: ["home", "away"] },
  kinds: ["SINGLE"],
  oddsMinThousandths: 1_500,
  stakeMaxMinor,
  validFrom: "2027-08-13" as LocalDay,
  validTo: "2027-08-15" as LocalDay,
});

/** What operators give players who stay. */
const loyal = (country: Country, stakeMaxMinor: number): BoostCampaign => ({
  boostId: `${country}-loyal-boost-1`,
  basisPoints: 1_500,
  covers: { sports: ["football", "soccer"], fixtureIds: null, marketIds: null, outcomeIds: null },
  kinds: ["SINGLE", "MULTI"],
  oddsMinThousandths: 1_500,
  stakeMaxMinor,
  personal: { usesMax: 5, days: 14 },
  validFrom: "2026-11-01" as LocalDay,
  validTo: "2027-12-31" as LocalDay,
});

export const BOOSTS: Readonly<Record<Country, readonly BoostCampaign[]>> = {
  KE: [opening("KE", 100_000), loyal("KE", 200_000)],
  NG: [opening("NG", 1_000_000), loyal("NG", 2_000_000)],
  GH: [opening("GH", 10_000), loyal("GH", 20_000)],
};
