/** The largest stake that the payout cap leaves worth staking: more of it could not win more. */
import { type Minor, minor } from "../money/minor.ts";
import type { PricedBet } from "./returns.ts";
import { potentialReturn } from "./returns.ts";

/** Large enough that a return on it has more digits than any stake, small enough that its arithmetic stays exact for a while. */
const PROBE = minor(1_000_000);
const UNCAPPED = minor(Number.MAX_SAFE_INTEGER);

/**
 * The largest gross stake, minor units, whose return with all selections won stays within `payoutMaxMinor`; never below `stakeMinMinor`,
 * so that long bets can be placed at all (their payout is capped). `netOf` takes the stake's taxes off.
 */
export function stakeForPayout(
  bet: Omit<PricedBet, "stakeMinor">,
  payoutMaxMinor: Minor,
  stakeMinMinor: Minor,
  netOf: (stakeMinor: Minor) => Minor,
): Minor {
  const returned = potentialReturn({ ...bet, stakeMinor: PROBE }, UNCAPPED);
  const netMax = Number((BigInt(payoutMaxMinor) * BigInt(PROBE)) / BigInt(returned));
  // Taxes are a share of the stake: a stake of `netMax` before them is near, and at most a rounding step away.
  const netOfMax = netOf(minor(Math.max(1, netMax)));
  let stakeMinor = netOfMax === 0 ? netMax : Number((BigInt(netMax) * BigInt(Math.max(1, netMax))) / BigInt(netOfMax));
  while (stakeMinor > stakeMinMinor && netOf(minor(stakeMinor)) > netMax) stakeMinor -= 1;
  return minor(Math.max(stakeMinor, stakeMinMinor));
}
