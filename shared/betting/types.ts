/** The words of a bet that its whole life shares: kinds, results of a selection, states. */

export const BET_KINDS = ["SINGLE", "MULTI", "SYSTEM"] as const;
export type BetKind = (typeof BET_KINDS)[number];

/** Systems that have a name; what each means is in systems.ts. */
export const NAMED_SYSTEM_NAMES = [
  "trixie",
  "patent",
  "yankee",
  "lucky15",
  "canadian",
  "lucky31",
  "heinz",
  "lucky63",
  "super_heinz",
  "goliath",
] as const;
export type NamedSystem = (typeof NAMED_SYSTEM_NAMES)[number];

/**
 * A selection's result. Void covers push, no action and postponed past the limit: the selection counts with factor 1. A dead heat won
 * with a part of the stake, e.g. `dead_heat:1/2`; the other part is lost.
 */
export type SelectionOutcome = PlainOutcome | DeadHeat;
export type PlainOutcome = (typeof PLAIN_OUTCOMES)[number];
export type DeadHeat = `dead_heat:${number}/${number}`;

export const PLAIN_OUTCOMES = ["won", "lost", "void", "half_won", "half_lost"] as const;

const DEAD_HEAT = /^dead_heat:([1-9]\d{0,3})\/([1-9]\d{0,3})$/;

/** The part of the stake that won in a dead heat; null for every other result. */
export function deadHeatOf(outcome: string): { readonly places: number; readonly runners: number } | null {
  const [, places, runners] = DEAD_HEAT.exec(outcome) ?? [];
  if (places === undefined || runners === undefined || Number(places) > Number(runners)) return null;
  return { places: Number(places), runners: Number(runners) };
}

/** True for every text that is a result. */
export function isSelectionOutcome(text: string): text is SelectionOutcome {
  return (PLAIN_OUTCOMES as readonly string[]).includes(text) || deadHeatOf(text) !== null;
}

export const BET_STATUSES = ["PENDING", "WON", "LOST", "VOID", "CASHED_OUT"] as const;
export type BetStatus = (typeof BET_STATUSES)[number];

/** States of a bet that is not accepted; the first two still move. */
export const HELD_BET_STATUSES = ["DELAYED", "OFFERED", "REJECTED", "EXPIRED"] as const;
export type HeldBetStatus = (typeof HELD_BET_STATUSES)[number];
