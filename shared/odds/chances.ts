/**
 * The chances of a market's outcome: the feed's own where it says them, else what the current prices mean without their margin.
 *
 * Prices give chances only where it is known how many outcomes win. They are floating point and become millionths, cut down, before
 * any money is computed from them.
 */
import type { MarketView, Probabilities } from "../protocol/rpc/odds-channel.ts";
import { fairProbabilities } from "./margin-removal.ts";

/** How many outcomes a market has, and how many of them win. */
const KNOWN: Readonly<Record<string, { readonly outcomes: number; readonly winners: number }>> = {
  "1x2": { outcomes: 3, winners: 1 },
  total: { outcomes: 2, winners: 1 },
  both_score: { outcomes: 2, winners: 1 },
  double_chance: { outcomes: 3, winners: 2 },
};
const MILLION = 1_000_000;

/** The chances of one outcome; null when nothing tells them. */
export function chancesOf(market: Pick<MarketView, "type" | "specifier" | "outcomes">, outcomeId: string): Probabilities | null {
  const index = market.outcomes.findIndex((one) => one.outcomeId === outcomeId);
  const outcome = market.outcomes[index];
  if (outcome === undefined) return null;
  if (outcome.probabilities !== null) return outcome.probabilities;
  const known = KNOWN[market.type];
  if (known === undefined || !isWholePriced(market, known.outcomes) || givesStakesBack(market)) return null;
  const odds = market.outcomes.map(({ oddsThousandths }) => oddsThousandths / 1_000);
  const share = known.winners === 1 ? (fairProbabilities(odds, "power")[index] ?? 0) : sharedChance(odds, index, known.winners);
  return { winPpm: Math.floor(Math.min(1, share) * MILLION), refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 };
}

/** An outcome that is not sold can still win: without its price the others' chances would come out too high. */
function isWholePriced({ outcomes }: Pick<MarketView, "outcomes">, count: number): boolean {
  return outcomes.length === count && outcomes.every(({ status }) => status === "active");
}

/** Whole and quarter lines give stakes back, whole or half, with a chance that prices do not tell. */
function givesStakesBack({ type, specifier }: Pick<MarketView, "type" | "specifier">): boolean {
  return type === "total" && !specifier.endsWith(".5");
}

/** Where several win, the margin is taken from all prices alike. */
function sharedChance(odds: readonly number[], index: number, winners: number): number {
  const total = odds.reduce((sum, each) => sum + 1 / each, 0);
  return winners / (odds[index] ?? Number.MAX_VALUE) / Math.max(total, winners);
}
