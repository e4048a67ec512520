/**
 * The chances of a market's outcome: the feed's own where it says them, else what the current prices mean without their margin.
 *
 * Prices give chances only where it is known how many outcomes win. They are floating point and become millionths, cut down, before
 * any money is computed from them.
 */
import type { MarketView, Probabilities } from "../protocol/rpc/odds-channel.ts";
import { fairProbabilities } from "./margin-removal.ts";

/** How many outcomes of a market win. */
const WINNERS: Readonly<Record<string, number>> = { "1x2": 1, total: 1, both_score: 1, double_chance: 2 };
const MILLION = 1_000_000;

/** The chances of one outcome; null when nothing tells them. */
export function chancesOf(market: Pick<MarketView, "type" | "outcomes">, outcomeId: string): Probabilities | null {
  const outcome = market.outcomes.find((one) => one.outcomeId === outcomeId);
  if (outcome === undefined) return null;
  if (outcome.probabilities !== null) return outcome.probabilities;
  const winners = WINNERS[market.type];
  const offered = market.outcomes.filter(({ status }) => status === "active");
  const index = offered.indexOf(outcome);
  if (winners === undefined || index < 0 || offered.length <= winners) return null;
  const odds = offered.map(({ oddsThousandths }) => oddsThousandths / 1_000);
  const share = winners === 1 ? (fairProbabilities(odds, "power")[index] ?? 0) : sharedChance(odds, index, winners);
  return { winPpm: Math.floor(Math.min(1, share) * MILLION), refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 };
}

/** Where several win, the margin is taken from all prices alike. */
function sharedChance(odds: readonly number[], index: number, winners: number): number {
  const total = odds.reduce((sum, each) => sum + 1 / each, 0);
  return winners / (odds[index] ?? Number.MAX_VALUE) / Math.max(total, winners);
}
