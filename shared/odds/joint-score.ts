/**
 * How probable several statements about one final score are together: the joint distribution of a match's goals, fitted to its prices.
 *
 * Two Poisson expectations are found by bisection: their sum from a total's fair price, their split from the match result's. With them
 * every statement about the final score has a probability, and so has every conjunction of statements: the sum over the scores in which
 * all hold. Expectations are kept in millionths, so that a bet can store the model that it was priced by.
 */
import type { MarketView } from "../protocol/rpc/odds-channel.ts";
import { type ExpectedGoals, probability, type Score } from "./goals-model.ts";
import { fairProbabilities } from "./margin-removal.ts";

/** Goals that each side is expected to score in the whole match, millionths. */
export type ScoreModel = {
  readonly homeGoalsPpm: number;
  readonly awayGoalsPpm: number;
};

type Statement = (final: Score) => boolean;

const PPM = 1_000_000;
const KICK_OFF: Score = { home: 0, away: 0 };
/** No match is expected to have more goals still to come, nor fewer. */
const GOALS_MIN = 0.001;
const GOALS_MAX = 11;
/** How far a running match's model may be from the prices that it was fitted to. */
const FIT_MAX = 0.05;
const BISECTIONS = 60;
const TOTAL = /^total=(\d+\.5)$/;

const STATEMENTS: Readonly<Record<string, Readonly<Record<string, Statement>>>> = {
  "1x2": {
    home: ({ home, away }) => home > away,
    draw: ({ home, away }) => home === away,
    away: ({ home, away }) => home < away,
  },
  both_score: {
    yes: ({ home, away }) => home > 0 && away > 0,
    no: ({ home, away }) => home === 0 || away === 0,
  },
  double_chance: {
    home_draw: ({ home, away }) => home >= away,
    home_away: ({ home, away }) => home !== away,
    draw_away: ({ home, away }) => home <= away,
  },
};

/** What an outcome says of the final score; null for markets that are about something else, or that may give stakes back. */
export function statementOf(marketId: string, outcomeId: string): Statement | null {
  const line = Number(TOTAL.exec(marketId)?.[1] ?? Number.NaN);
  if (Number.isNaN(line)) return STATEMENTS[marketId]?.[outcomeId] ?? null;
  if (outcomeId === "over") return ({ home, away }) => home + away > line;
  return outcomeId === "under" ? ({ home, away }) => home + away < line : null;
}

/** Says how probable it is that all statements hold at the end: of a match that has not begun, or that stands at `score`. */
export function jointProbability(
  { homeGoalsPpm, awayGoalsPpm }: ScoreModel,
  statements: readonly Statement[],
  score: Score = KICK_OFF,
): number {
  const expected = { home: homeGoalsPpm / PPM, away: awayGoalsPpm / PPM };
  return probability(score, expected, (final) => statements.every((holds) => holds(final)));
}

/**
 * The model that the match result's and a total's prices of now say of the goals still to come; null when one of them is not offered, or
 * when they say that nothing is open any more.
 */
export function fitScoreModel(markets: readonly MarketView[], score: Score = KICK_OFF): ScoreModel | null {
  const result = fairOf(markets.find(({ marketId }) => marketId === "1x2"));
  const total = nearestTotal(markets);
  const over = fairOf(total)?.get("over");
  const [home, away] = [result?.get("home"), result?.get("away")];
  const line = Number(TOTAL.exec(total?.marketId ?? "")?.[1] ?? Number.NaN);
  if (home === undefined || away === undefined || over === undefined) return null;
  // A sum of two Poisson variables is one: as if one side scored all of it.
  const scored = { home: score.home + score.away, away: 0 };
  const goals = root(GOALS_MIN, GOALS_MAX, (sum) => probability(scored, { home: sum, away: 0 }, (final) => final.home > line) - over);
  const share = root(0, 1, (of) => shareOfWins(score, { home: goals * of, away: goals * (1 - of) }) - home / (home + away));
  const expected = { home: goals * share, away: goals * (1 - share) };
  if (score !== KICK_OFF && !explains(score, expected, { home, away })) return null;
  return { homeGoalsPpm: Math.round(expected.home * PPM), awayGoalsPpm: Math.round(expected.away * PPM) };
}

/** How probable each side's win is. */
function winsOf(score: Score, expected: ExpectedGoals): { readonly home: number; readonly away: number } {
  return {
    home: probability(score, expected, (final) => final.home > final.away),
    away: probability(score, expected, (final) => final.home < final.away),
  };
}

/** The home side's share of the wins. */
function shareOfWins(score: Score, expected: ExpectedGoals): number {
  const { home, away } = winsOf(score, expected);
  return home / (home + away);
}

/** Prices behind the score, or ahead of it, fit no model: nothing is said of what they mean together. */
function explains(score: Score, expected: ExpectedGoals, fair: { readonly home: number; readonly away: number }): boolean {
  const wins = winsOf(score, expected);
  return Math.abs(wins.home - fair.home) <= FIT_MAX && Math.abs(wins.away - fair.away) <= FIT_MAX;
}

/** The total whose price says most: the one nearest to even. */
function nearestTotal(markets: readonly MarketView[]): MarketView | undefined {
  const even = (market: MarketView) => Math.abs((fairOf(market)?.get("over") ?? 1) - 0.5);
  return markets.filter((market) => TOTAL.test(market.marketId) && fairOf(market) !== null).sort((a, b) => even(a) - even(b))[0];
}

/** Probabilities of an open market's outcomes without its margin, by outcome. */
function fairOf(market: MarketView | undefined): ReadonlyMap<string, number> | null {
  if (market === undefined || market.status !== "active" || market.outcomes.some((outcome) => outcome.status !== "active")) return null;
  const fair = fairProbabilities(
    market.outcomes.map((outcome) => outcome.oddsThousandths / 1_000),
    "power",
  );
  return new Map(market.outcomes.map((outcome, index) => [outcome.outcomeId, fair[index] ?? 0]));
}

/** Where a growing function crosses zero. */
function root(from: number, to: number, f: (x: number) => number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
