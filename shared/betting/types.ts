/** The words of a bet that its whole life shares: kinds, results of a selection, states. */

export const BET_KINDS = ["SINGLE", "MULTI", "SYSTEM"] as const;
export type BetKind = (typeof BET_KINDS)[number];

/** Void covers push, no action and postponed past the limit: the selection counts with factor 1. */
export const SELECTION_OUTCOMES = ["won", "lost", "void", "half_won", "half_lost"] as const;
export type SelectionOutcome = (typeof SELECTION_OUTCOMES)[number];

export const BET_STATUSES = ["PENDING", "WON", "LOST", "VOID", "CASHED_OUT"] as const;
export type BetStatus = (typeof BET_STATUSES)[number];
