/** How bets are accepted: live delays, how far odds may drift, how long an offer stands. Data of each tenant. */
import type { Country } from "../tenant.ts";

export interface AcceptanceRules {
  /** How long a bet with a live selection waits before it is accepted, by sport; `other` for the rest. Milliseconds. */
  readonly liveDelayMs: Readonly<Record<string, number>> & { readonly other: number };
  /** Market types, as market ids begin, that a change of the score does not touch: cards and corners. */
  readonly scoreFreeMarkets: readonly string[];
  /** Markets in which more than one outcome wins, and how many do, by market id. */
  readonly marketWinners: Readonly<Record<string, number>>;
  /** Groups of fixtures whose results decide each other: a season's outright and its matches. No two of a group stand in one bet. */
  readonly dependentFixtures: readonly (readonly string[])[];
  /** Several statements about one match as one selection: the margin on their price, basis points, and how many there may be. */
  readonly builder: { readonly marginBasisPoints: number; readonly partsMax: number };
  /** With the policy `any`, odds may fall by this much of the seen ones; below, the player is asked. Basis points. */
  readonly oddsToleranceBasisPoints: number;
  /** How long new odds or a smaller stake are offered. */
  readonly offerMs: number;
  /** How long after its delay a bet may wait for its decision before its stake is given back. */
  readonly decisionMs: number;
}

const RULES: AcceptanceRules = {
  liveDelayMs: { football: 5_000, soccer: 5_000, tennis: 4_000, basketball: 4_000, other: 6_000 },
  scoreFreeMarkets: ["uof136", "uof138", "uof139", "uof162", "uof165", "uof166"],
  marketWinners: { double_chance: 2 },
  dependentFixtures: [],
  builder: { marginBasisPoints: 800, partsMax: 6 },
  oddsToleranceBasisPoints: 500,
  offerMs: 10_000,
  decisionMs: 60_000,
};

export const ACCEPTANCE: Readonly<Record<Country, AcceptanceRules>> = { KE: RULES, NG: RULES, GH: RULES };
