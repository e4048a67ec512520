/**
 * Place terms of each-way bets, with dates: how many runners are placed, and what a place pays, by the number of runners on sale. For markets
 * whose feed says no terms of its own. What a bet was given is kept with it. Data of each tenant.
 */
import type { LocalDay } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface EachWayRule {
  readonly ruleId: string;
  readonly sports: readonly string[];
  /** The market of the winner. */
  readonly marketId: string;
  /** Growing: from so many runners on, so many places at 1 + (odds - 1) / divisor. Fewer runners than the first step are bet to win only. */
  readonly steps: readonly { readonly runnersMin: number; readonly places: number; readonly divisor: number }[];
  /** Markets of being placed, by the number of places: their results are the places'. */
  readonly placeMarketIds: Readonly<Record<number, string>>;
  readonly validFrom: LocalDay;
  /** Last day in force, or null while open. */
  readonly validTo: LocalDay | null;
}

/** The standard terms of races that are no handicaps; a feed says a handicap's own (betting-rules 2.3). */
const racing = (country: Country): EachWayRule => ({
  ruleId: `${country}-racing-1`,
  sports: ["horse_racing"],
  marketId: "winner",
  steps: [
    { runnersMin: 5, places: 2, divisor: 4 },
    { runnersMin: 8, places: 3, divisor: 5 },
  ],
  placeMarketIds: { 2: "top=2", 3: "top=3" },
  validFrom: "2026-11-01" as LocalDay,
  validTo: null,
});

export const EACH_WAY: Readonly<Record<Country, readonly EachWayRule[]>> = { KE: [racing("KE")], NG: [racing("NG")], GH: [racing("GH")] };
