/**
 * What a bet of given results returns, in every form that a bet can have: the calculator's answer (facts of its conventions: docs/betting.md).
 *
 * It stands on the programme over lines that settles bets (`sumOfLines`) and on the same factors; there is no second arithmetic.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { compare, type Fraction, floorOf, fraction, minus, ONE, plus, times, ZERO_FRACTION } from "../money/fraction.ts";
import { afterDeduction, partlyVoid, placeOdds, plainFactor } from "./factors.ts";
import { freeBetReturn } from "./free-bet.ts";
import { type Ladder, ladderBonus } from "./ladder.ts";
import { type LineShape, lineCount, returningLines, sumOfLines } from "./lines.ts";
import type { PlainOutcome } from "./types.ts";

export interface GivenSelection {
  readonly odds: Fraction;
  /** `placed`: the place part of an each-way selection won, the win part did not. */
  readonly result: PlainOutcome | "placed";
  /** Parts of a tie that count as won, for the win and for the place. */
  readonly deadHeat: Fraction;
  readonly placeDeadHeat: Fraction;
  readonly placeFraction: Fraction;
  /** A void factor of the feed, which then decides instead of the word; null when none is given. */
  readonly voidFactor: Fraction | null;
  readonly deduction: Fraction;
}

export interface GivenBet {
  readonly shape: LineShape;
  readonly unitStakeMinor: bigint;
  readonly eachWay: boolean;
  readonly selections: readonly GivenSelection[];
  readonly payoutMaxMinor: bigint | null;
  readonly freeBet: boolean;
  readonly ladder: Ladder | null;
}

export interface Calculated {
  readonly lines: number;
  readonly totalStakeMinor: bigint;
  readonly returningLines: number;
  readonly status: "won" | "lost" | "void";
  /** With the bonus, before the cap, minor units. */
  readonly payout: Fraction;
  /** Cut down once, then capped. */
  readonly payoutMinor: bigint;
  readonly bonus: { readonly qualifying: number; readonly percent: Fraction; readonly bonus: Fraction } | null;
}

type Refusal = { readonly reason: "too_many_lines"; readonly max: number };

/** Calculates a bet; refuses `too_many_lines` only for a free bet whose lines would have to be listed one by one. */
export function calculate(bet: GivenBet): Result<Calculated, Refusal> {
  const parts = [bet.selections.map(winFactor), ...(bet.eachWay ? [bet.selections.map(placeFactor)] : [])];
  const stake = fraction(bet.unitStakeMinor);
  let unit = ZERO_FRACTION;
  for (const factors of parts) {
    const returned = bet.freeBet ? freeBetReturn(bet.shape, factors) : ok(sumOfLines(bet.shape, factors));
    if (!returned.ok) return err(returned.error);
    unit = plus(unit, returned.value);
  }
  const returned = times(stake, unit);
  const lines = lineCount(bet.shape) * parts.length;
  const totalStakeMinor = bet.unitStakeMinor * BigInt(lines);
  const bonus = bet.ladder === null ? null : bonusOf(bet, bet.ladder, returned, fraction(totalStakeMinor));
  const payout = bonus === null ? returned : plus(returned, bonus.bonus);
  const whole = floorOf(payout);
  const isVoid = bet.selections.every(isVoided);
  return ok({
    lines,
    totalStakeMinor,
    returningLines: parts.reduce((count, factors) => count + returningLines(bet.shape, factors), 0),
    status: isVoid ? "void" : payout.n > 0n ? "won" : "lost",
    payout,
    payoutMinor: bet.payoutMaxMinor !== null && whole > bet.payoutMaxMinor ? bet.payoutMaxMinor : whole,
    bonus,
  });
}

/** Nothing of it was decided: the word says so, or its void factor is 1. */
function isVoided({ result, voidFactor }: GivenSelection): boolean {
  return voidFactor === null ? result === "void" : compare(voidFactor, ONE) === 0;
}

function winFactor(selection: GivenSelection): Fraction {
  const odds = afterDeduction(selection.odds, selection.deduction);
  return factorOf(selection, odds, selection.deadHeat, selection.result === "placed" ? "lost" : selection.result);
}

function placeFactor(selection: GivenSelection): Fraction {
  const odds = placeOdds(afterDeduction(selection.odds, selection.deduction), selection.placeFraction);
  return factorOf(selection, odds, selection.placeDeadHeat, selection.result === "placed" ? "won" : selection.result);
}

function factorOf({ voidFactor }: GivenSelection, odds: Fraction, deadHeat: Fraction, result: PlainOutcome): Fraction {
  const won = times(odds, deadHeat);
  if (voidFactor !== null) return partlyVoid(voidFactor, result === "won" ? won : ZERO_FRACTION);
  return result === "won" ? won : plainFactor(odds, result);
}

function bonusOf(bet: GivenBet, ladder: Ladder, payout: Fraction, stake: Fraction): NonNullable<Calculated["bonus"]> {
  const selections = bet.selections.map((selection) => ({
    odds: selection.odds,
    outcome: isVoided(selection) ? ("void" as const) : selection.result === "placed" ? ("lost" as const) : selection.result,
  }));
  // A stake that is not returned is not part of the payout either: all of it is winnings.
  return ladderBonus(ladder, selections, payout, bet.freeBet ? minus(ONE, ONE) : stake);
}
