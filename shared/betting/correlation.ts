/**
 * Which selections of a slip depend on each other: their product is not the price of all of them, so they can't stand in one bet.
 *
 * Any two selections of one fixture do, for whatever reason; fixtures that are cause and consequence of each other (a season's outright
 * and its matches) are the tenant's data. Each pair gets its most telling reason.
 */
import type { AcceptanceRules } from "../tenants/sports/acceptance.ts";

export interface SlipSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  /** Names the market's line too. */
  readonly marketId: string;
}

export type Pair = readonly [selectionId: string, selectionId: string];

export type CorrelationReason =
  | "same_selection"
  /** Only one of the market's outcomes can win. */
  | "same_market"
  /** More picks of a market than it has winners. */
  | "too_many_winners"
  | "same_fixture"
  /** One's outcome contributes to the other's. */
  | "cause_and_consequence";

export interface CorrelatedPair {
  readonly pair: Pair;
  readonly reason: CorrelationReason;
}

type Rules = Pick<AcceptanceRules, "marketWinners" | "dependentFixtures">;

/** Lists the pairs that depend on each other, in the slip's order. */
export function correlations(selections: readonly SlipSelection[], rules: Rules): readonly CorrelatedPair[] {
  return selections.flatMap((first, index) =>
    selections.slice(index + 1).flatMap((second): CorrelatedPair[] => {
      const reason = reasonOf(first, second, selections, rules);
      return reason === null ? [] : [{ pair: [first.selectionId, second.selectionId], reason }];
    }),
  );
}

function reasonOf(first: SlipSelection, second: SlipSelection, all: readonly SlipSelection[], rules: Rules): CorrelationReason | null {
  if (first.selectionId === second.selectionId) return "same_selection";
  if (first.fixtureId !== second.fixtureId) return areDependent(first, second, rules) ? "cause_and_consequence" : null;
  const { fixtureId, marketId } = first;
  if (marketId !== second.marketId) return "same_fixture";
  const winners = rules.marketWinners[marketId] ?? 1;
  if (winners === 1) return "same_market";
  const picks = all.filter((each) => each.fixtureId === fixtureId && each.marketId === marketId).length;
  return picks > winners ? "too_many_winners" : "same_fixture";
}

function areDependent(first: SlipSelection, second: SlipSelection, { dependentFixtures }: Rules): boolean {
  return dependentFixtures.some((group) => group.includes(first.fixtureId) && group.includes(second.fixtureId));
}
