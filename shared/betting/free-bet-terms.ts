/**
 * Whether a bet may be staked with a free bet: its terms, asked when the bet is taken and, for a bet that waits, once more when it is
 * accepted. A selection that is void afterwards changes nothing: the bet met the terms when it counted.
 */
import type { FreeBetTerms } from "../tenants/sports/promotions.ts";
import type { BetKind } from "./types.ts";

export interface BetForToken {
  readonly kind: BetKind;
  readonly stakeMinor: number;
  readonly selections: readonly { readonly oddsThousandths: number; readonly sport: string }[];
}

/** In order of precedence. */
export const FREE_BET_PROBLEMS = [
  /** The player has no such token. */
  "unknown",
  "used",
  "expired",
  /** A token is staked whole. */
  "amount",
  "bet_type",
  "selections",
  "sport",
  "odds",
] as const;
export type FreeBetProblem = (typeof FREE_BET_PROBLEMS)[number];

/** The first of a token's terms that a bet does not meet, or null. */
export function termsProblem(terms: FreeBetTerms, amountMinor: number, bet: BetForToken): FreeBetProblem | null {
  const { kinds, selectionsMin, oddsMinThousandths, sports } = terms;
  if (bet.stakeMinor !== amountMinor) return "amount";
  if (!kinds.some((kind) => kind === bet.kind)) return "bet_type";
  if (bet.selections.length < selectionsMin) return "selections";
  if (sports !== null && bet.selections.some(({ sport }) => !sports.includes(sport))) return "sport";
  return bet.selections.some(({ oddsThousandths }) => oddsThousandths < oddsMinThousandths) ? "odds" : null;
}
