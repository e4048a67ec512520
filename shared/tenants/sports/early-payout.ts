/**
 * Early payout: a bet on a team counts as won once the team leads by so many, whatever the result ("2UP"; betting-rules 2.7). Data of
 * each tenant, with dates. What a bet was promised is kept with it, so that a rule that changes changes no promise; a rule that was in
 * force stays listed with its last day, so that the matches of its bets go on being followed.
 */

import type { LocalDay } from "../../kernel/time.ts";
import { MINUTE_MS } from "../../kernel/time.ts";
import type { Country } from "../tenant.ts";

export interface EarlyPayoutRule {
  readonly ruleId: string;
  /** Goals that the team must be ahead by in regular play. */
  readonly lead: number;
  readonly sports: readonly string[];
  /** The market of the result, and which of its outcomes are the teams. Its draw is never paid early. */
  readonly market: { readonly marketId: string; readonly home: string; readonly away: string };
  readonly kinds: readonly ("SINGLE" | "MULTI")[];
  /** How long a lead must have stood: a goal that is taken away meanwhile gave none. */
  readonly confirmationMs: number;
  /** What becomes of a payout whose goal is taken away after that. */
  readonly afterReversal: "keep" | "claw_back";
  readonly validFrom: LocalDay;
  /** Last day in force, or null while open. */
  readonly validTo: LocalDay | null;
}

const TWO_UP: Omit<EarlyPayoutRule, "ruleId"> = {
  lead: 2,
  sports: ["football", "soccer"],
  market: { marketId: "1x2", home: "home", away: "away" },
  kinds: ["SINGLE", "MULTI"],
  confirmationMs: 5 * MINUTE_MS,
  afterReversal: "keep",
  validFrom: "2027-01-01" as LocalDay,
  validTo: null,
};

export const EARLY_PAYOUT: Readonly<Record<Country, readonly EarlyPayoutRule[]>> = {
  KE: [{ ...TWO_UP, ruleId: "KE-2up-1" }],
  NG: [],
  GH: [],
};
