/**
 * What the house stands to lose on an outcome, and how much more may be staked on it. Amounts in minor units, odds in thousandths.
 *
 * A bet counts at each of its selections with its stake and stake x that selection's own odds. For a single that is what it pays. For a
 * multi it is what to expect if the selection wins: stake x the product of all odds x the chance 1/odds of each other selection, and
 * the others' odds cancel out.
 */
import { type Minor, minor, mulRatio, ZERO } from "../money/minor.ts";
import { ODDS_SCALE } from "../money/odds.ts";

/** What stands on one outcome of a market. */
export interface OutcomeExposure {
  readonly outcomeId: string;
  readonly bets: number;
  readonly stakeMinor: number;
  readonly payoutMinor: number;
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

/** The largest stake that keeps the outcome within its limit: (limit - liability) / (odds - 1); zero when nothing is left. */
export function stakeWithin(limitMinor: number, liabilityMinor: number, oddsThousandths: number): Minor {
  const left = limitMinor - liabilityMinor;
  if (left <= 0) return ZERO;
  // At odds of 1 a bet risks nothing: they are taken for the lowest price above.
  const risk = Math.max(1, oddsThousandths - ODDS_SCALE);
  const stake = (BigInt(left) * BigInt(ODDS_SCALE)) / BigInt(risk);
  return minor(Number(stake > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : stake));
}
