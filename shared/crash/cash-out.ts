/**
 * What a bet wins, and the order in which a round's bets are decided.
 *
 * Order: automatic targets first, lowest first, each paid at its target; manual cash-outs at the multiplier of their receipt, never
 * above the target; only then the bust. A target or a press at the crash point itself wins. So testing the bust first, or paying a
 * target at the tick after it, can't happen.
 */
import { type Minor, minor, mulRatio, smallest } from "../money/minor.ts";
import { ONE_HUNDREDTHS } from "./multiplier.ts";

export interface OpenBet {
  readonly betId: string;
  readonly stakeMinor: Minor;
  /** What the player asked for; null flies until pressed. */
  readonly autoCashOutHundredths: number | null;
  /** Where the bet cashes out by itself: the player's target, or where the largest payout is reached if that is lower. */
  readonly targetHundredths: number | null;
  /** A cash-out that was received, at the multiplier of its receipt, and not decided yet. */
  readonly pressedHundredths: number | null;
  readonly placedAtMs: number;
}

export type BetOutcome =
  | { readonly betId: string; readonly status: "CASHED_OUT"; readonly multiplierHundredths: number; readonly payoutMinor: Minor }
  | { readonly betId: string; readonly status: "LOST" | "REFUNDED" };

/** Stake times multiplier, cut down to whole minor units once, at most `maxMinor`. */
export function payoutOf(stake: Minor, multiplierHundredths: number, maxMinor: Minor): Minor {
  return smallest(mulRatio(stake, BigInt(multiplierHundredths), 100n, "down"), maxMinor);
}

/** Gives the bet's target: flying on past the largest payout could only lose, so the bet cashes out there. */
export function targetOf(stake: Minor, autoCashOutHundredths: number | null, rules: CashOutRules): number | null {
  const full = Math.max(ONE_HUNDREDTHS + 1, Number((BigInt(rules.payoutMaxMinor) * 100n + BigInt(stake) - 1n) / BigInt(stake)));
  const target = Math.min(autoCashOutHundredths ?? Number.POSITIVE_INFINITY, full);
  return target > rules.capHundredths ? null : target;
}

export interface CashOutRules {
  readonly payoutMaxMinor: Minor;
  readonly capHundredths: number;
}

/** Bets whose target has been reached, in the order in which they are paid. */
export function reachedTargets<Bet extends OpenBet>(bets: readonly Bet[], nowHundredths: number): readonly Bet[] {
  return bets.filter((bet) => targetHundredthsOf(bet) <= nowHundredths).sort(inOrder);
}

/** Decides a cash-out that is allowed at `nowHundredths`: never above the bet's target. */
export function cashOutAt(bet: OpenBet, nowHundredths: number, payoutMaxMinor: Minor): BetOutcome {
  const multiplierHundredths = Math.min(nowHundredths, targetHundredthsOf(bet));
  const payoutMinor = payoutOf(minor(bet.stakeMinor), multiplierHundredths, payoutMaxMinor);
  return { betId: bet.betId, status: "CASHED_OUT", multiplierHundredths, payoutMinor };
}

/**
 * Decides every bet that is still open when the round's crash point is known, in order.
 * `interrupted`: the table was away for a while in the flight, so bets that waited for a press are given back.
 */
export function endOfRound(
  bets: readonly OpenBet[],
  round: { readonly crashHundredths: number; readonly interrupted: boolean; readonly payoutMaxMinor: Minor },
): readonly BetOutcome[] {
  return [...bets].sort(inOrder).map((bet): BetOutcome => {
    const reached = Math.min(targetHundredthsOf(bet), bet.pressedHundredths ?? Number.POSITIVE_INFINITY);
    if (reached <= round.crashHundredths) return cashOutAt(bet, reached, round.payoutMaxMinor);
    const couldNotPress = round.interrupted && bet.autoCashOutHundredths === null;
    return { betId: bet.betId, status: couldNotPress ? "REFUNDED" : "LOST" };
  });
}

function targetHundredthsOf(bet: OpenBet): number {
  return bet.targetHundredths ?? Number.POSITIVE_INFINITY;
}

function inOrder(a: OpenBet, b: OpenBet): number {
  const byTarget = (a.targetHundredths ?? Number.MAX_SAFE_INTEGER) - (b.targetHundredths ?? Number.MAX_SAFE_INTEGER);
  return byTarget || a.placedAtMs - b.placedAtMs;
}
