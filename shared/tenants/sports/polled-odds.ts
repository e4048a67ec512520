/**
 * Leagues whose prices a tenant takes from The Odds API, as data. A tenant without leagues, or without `the-odds-api` among its feeds, is
 * not polled for.
 */
import type { Country } from "../tenant.ts";

export const THE_ODDS_API_FEED = "the-odds-api";

export interface PolledLeague {
  /** As the provider calls it: `soccer_epl`. */
  readonly sportKey: string;
  readonly sport: string;
  readonly league: string;
  /** Books whose prices are taken, the first that has the market; at most ten. */
  readonly bookmakers: readonly string[];
  /** Every poll costs quota. */
  readonly everyMinutes: number;
  /** Selling ends this long before the start: a poll that comes late must not find a match under way on sale. */
  readonly closesBeforeStartMs: number;
  /** True for a league alone: the provider's scores don't tell extra time from the ninety minutes, so a cup is settled by hand. */
  readonly settlesByScores: boolean;
}

/** None yet: each needs a contract with the provider. */
export const POLLED_LEAGUES: Readonly<Record<Country, readonly PolledLeague[]>> = { KE: [], NG: [], GH: [] };
