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
  const netMax = netStakeFor(bet, payoutMaxMinor, returned);
  // Taxes are a share of the stake: a stake of `netMax` before them is near, and at most a rounding step away.
  const netOfMax = netOf(minor(Math.max(1, netMax)));
  let stakeMinor = netOfMax === 0 ? netMax : Number((BigInt(netMax) * BigInt(Math.max(1, netMax))) / BigInt(netOfMax));
  while (stakeMinor > stakeMinMinor && netOf(minor(stakeMinor)) > netMax) stakeMinor -= 1;
  return minor(Math.max(stakeMinor, stakeMinMinor));
}

/**
 * The largest net stake whose return is within the cap. The probe's return was cut, so that the cap divided by it may be some units too
 * much: at most a millionth, which at a large cap is real money. Each step goes down by what is over, and never past the answer.
 */
function netStakeFor(bet: Omit<PricedBet, "stakeMinor">, payoutMaxMinor: Minor, returnedOnProbe: Minor): number {
  let netMinor = Number((BigInt(payoutMaxMinor) * BigInt(PROBE)) / BigInt(returnedOnProbe));
  while (netMinor > 1) {
    const overMinor = potentialReturn({ ...bet, stakeMinor: minor(netMinor) }, UNCAPPED) - payoutMaxMinor;
    if (overMinor <= 0) break;
    netMinor -= Math.max(1, Number((BigInt(overMinor) * BigInt(PROBE)) / (BigInt(returnedOnProbe) + 1n)));
  }
  return netMinor;
}
