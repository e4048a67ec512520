/**
 * Football's markets as a table: each outcome is a predicate on the final score. The same row prices the outcome (over the goals
 * model) and settles it (on the real score), so a price and its result can't mean different things.
 */
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import { type ExpectedGoals, probability, type Score } from "./goals-model.ts";
import { type Price, priceOf } from "./margin.ts";

export type MarketType = "1x2" | "total" | "both_score" | "double_chance";

export interface OutcomeRule {
  readonly outcomeId: string;
  readonly name: string;
  readonly wins: (final: Score) => boolean;
}

export interface MarketRule {
  readonly marketId: string;
  readonly type: MarketType;
  readonly name: string;
  readonly specifier: string;
  readonly outcomes: readonly OutcomeRule[];
}

const total = (line: number): MarketRule => ({
  marketId: `total=${line}`,
  type: "total",
  name: `Total goals ${line}`,
  specifier: `total=${line}`,
  outcomes: [
    { outcomeId: "over", name: `Over ${line}`, wins: ({ home, away }) => home + away > line },
    { outcomeId: "under", name: `Under ${line}`, wins: ({ home, away }) => home + away < line },
  ],
});

/** In the order in which a page shows them. */
export const FOOTBALL_MARKETS: readonly MarketRule[] = [
  {
    marketId: "1x2",
    type: "1x2",
    name: "Match result",
    specifier: "",
    outcomes: [
      { outcomeId: "home", name: "Home", wins: ({ home, away }) => home > away },
      { outcomeId: "draw", name: "Draw", wins: ({ home, away }) => home === away },
      { outcomeId: "away", name: "Away", wins: ({ home, away }) => home < away },
    ],
  },
  total(1.5),
  total(2.5),
  total(3.5),
  {
    marketId: "both_score",
    type: "both_score",
    name: "Both teams to score",
    specifier: "",
    outcomes: [
      { outcomeId: "yes", name: "Yes", wins: ({ home, away }) => home > 0 && away > 0 },
      { outcomeId: "no", name: "No", wins: ({ home, away }) => home === 0 || away === 0 },
    ],
  },
  {
    marketId: "double_chance",
    type: "double_chance",
    name: "Double chance",
    specifier: "",
    outcomes: [
      { outcomeId: "home_draw", name: "Home or draw", wins: ({ home, away }) => home >= away },
      { outcomeId: "home_away", name: "Home or away", wins: ({ home, away }) => home !== away },
      { outcomeId: "draw_away", name: "Draw or away", wins: ({ home, away }) => home <= away },
    ],
  },
];

export interface PricedOutcome extends Price {
  readonly rule: OutcomeRule;
}

/** A market whose answer stands already: nothing is left to bet on. */
const DECIDED = 1 - 1e-9;

/** Prices one market at a score; null when its answer is certain already (over 1.5 at two goals). */
export function priceMarket(
  market: MarketRule,
  score: Score,
  remaining: ExpectedGoals,
  marginBasisPoints: number,
): readonly PricedOutcome[] | null {
  const priced: PricedOutcome[] = [];
  for (const rule of market.outcomes) {
    const chance = probability(score, remaining, rule.wins);
    if (chance >= DECIDED) return null;
    priced.push({ rule, ...priceOf(chance, marginBasisPoints) });
  }
  return priced;
}

/** Settles one market: won or lost by the final score, void for all when there is none (`null`). */
export function resultsOf(
  market: MarketRule,
  final: Score | null,
): readonly { readonly outcomeId: string; readonly result: SelectionOutcome }[] {
  return market.outcomes.map(({ outcomeId, wins }) => ({ outcomeId, result: final === null ? "void" : wins(final) ? "won" : "lost" }));
}
