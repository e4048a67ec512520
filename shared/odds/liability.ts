/**
 * What the house stands to lose on an outcome, and how much more may be staked on it (betting-rules 2.10). Amounts in minor units, odds
 * in thousandths.
 *
 * What a bet counts for on each of its selections is said by who knows the bet (shared/betting/counted-stake.ts). Unsaid, it is its stake
 * and stake x that selection's own odds: what a single pays, and what to expect of a multi, whose other odds and chances cancel out.
 */
import { type Minor, minor, mulRatio, ZERO } from "../money/minor.ts";
import { ODDS_SCALE } from "../money/odds.ts";

/** What stands on one outcome of a market. */
export interface OutcomeExposure {
  readonly outcomeId: string;
  readonly bets: number;
  readonly stakeMinor: number;
  readonly payoutMinor: number;
  /** Of it what this outcome alone decides: singles, and multis whose other selections have won. */
  readonly hardPayoutMinor: number;
}

/** How the worst case of a market moved with the bets that stand on it. */
export interface MarketMove {
  readonly marketId: string;
  readonly worstBeforeMinor: number;
  readonly worstAfterMinor: number;
}

/** What a stake pays at these odds, in the house's disfavour to the unit. */
export function payoutOf(stakeMinor: number, oddsThousandths: number): Minor {
  return mulRatio(minor(stakeMinor), BigInt(oddsThousandths), BigInt(ODDS_SCALE), "up");
}

/** What the house loses if this outcome alone wins: its payouts less all stakes of the market; negative when the house gains. */
export function liabilityOf(market: readonly OutcomeExposure[], outcomeId: string): Minor {
  let liability = 0;
  for (const outcome of market) liability += (outcome.outcomeId === outcomeId ? outcome.payoutMinor : 0) - outcome.stakeMinor;
  return minor(liability);
}

/** What the house loses on the market's dearest outcome; never negative: without bets there is nothing to lose. */
export function worstCaseOf(market: readonly OutcomeExposure[]): Minor {
  return minor(Math.max(0, ...market.map(({ outcomeId }) => liabilityOf(market, outcomeId))));
}

/** The largest stake that keeps the outcome within its limit: (limit - liability) / (odds - 1); zero when nothing is left. */
export function stakeWithin(limitMinor: number, liabilityMinor: number, oddsThousandths: number): Minor {
  const left = limitMinor - liabilityMinor;
  if (left <= 0) return ZERO;
  // At odds of 1 a bet risks nothing: they are taken for the lowest price above.
  const risk = Math.max(1, oddsThousandths - ODDS_SCALE);
  const stake = (BigInt(left) * BigInt(ODDS_SCALE)) / BigInt(risk);
  return minor(Number(stake > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : stake));
}
