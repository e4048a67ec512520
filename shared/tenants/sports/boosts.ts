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
  readonly validFrom: LocalDay;
  readonly validTo: LocalDay;
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

export const BOOSTS: Readonly<Record<Country, readonly BoostCampaign[]>> = {
  KE: [opening("KE", 100_000)],
  NG: [opening("NG", 1_000_000)],
  GH: [opening("GH", 10_000)],
};
