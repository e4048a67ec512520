/**
 * What a bet of given results returns, in every form that a bet can have: the calculator's door to the engine (its conventions:
 * docs/betting.md). The arithmetic is `payoutOf`, which settles bets; here results become factors, and the answer is counted out.
 */
import { ok, type Result } from "../kernel/result.ts";
import { compare, type Fraction, floorOf, fraction, ONE, ZERO_FRACTION } from "../money/fraction.ts";
import { afterDeduction, placeOdds, plainFactor, ruleFactor } from "./factors.ts";
import type { TooManyLines } from "./free-bet.ts";
import type { Ladder, LadderBonus } from "./ladder.ts";
import { type LineShape, lineCount, returningLines } from "./lines.ts";
import { payoutOf } from "./payout.ts";
import type { PlainOutcome } from "./types.ts";

export interface GivenSelection {
  readonly odds: Fraction;
  /** `placed`: the place part of an each-way selection won, the win part did not. */
  readonly result: PlainOutcome | "placed";
  /** Parts of a tie that count as won, for the win and for the place. */
  readonly deadHeat: Fraction;
  readonly placeDeadHeat: Fraction;
  readonly placeFraction: Fraction;
  /** A void factor of the feed, which then says how much is void instead of the word; null when none is given. */
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
  /** With the bonus, capped, minor units. */
  readonly payout: Fraction;
  /** The payout cut down to whole minor units. */
  readonly payoutMinor: bigint;
  /** Before the cap. */
  readonly bonus: LadderBonus | null;
}

/** Calculates a bet; refuses `too_many_lines` only for a free bet whose lines would have to be listed one by one. */
export function calculate(bet: GivenBet): Result<Calculated, TooManyLines> {
  const { shape, unitStakeMinor, selections, eachWay, freeBet, ladder } = bet;
  const parts = eachWay ? [selections.map(winFactor), selections.map(placeFactor)] : [selections.map(winFactor)];
  const counted = selections.map((selection) => ({ odds: selection.odds, outcome: wordOf(selection) }));
  const result = payoutOf({ shape, unitStake: fraction(unitStakeMinor), parts, freeBet, ladder, selections: counted });
  if (!result.ok) return result;
  const { total, bonus } = result.value;
  const lines = lineCount(shape) * parts.length;
  const payout = capped(total, bet.payoutMaxMinor);
  return ok({
    lines,
    totalStakeMinor: unitStakeMinor * BigInt(lines),
    returningLines: parts.reduce((count, factors) => count + returningLines(shape, factors), 0),
    status: counted.every(({ outcome }) => outcome === "void") ? "void" : payout.n > 0n ? "won" : "lost",
    payout,
    payoutMinor: floorOf(payout),
    bonus,
  });
}

function capped(total: Fraction, payoutMaxMinor: bigint | null): Fraction {
  if (payoutMaxMinor === null) return total;
  const most = fraction(payoutMaxMinor);
  return compare(total, most) > 0 ? most : total;
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
  if (voidFactor === null) return plainFactor(odds, result, deadHeat);
  return ruleFactor(voidFactor, result === "won" || result === "half_won", odds, deadHeat);
}

/** The result in one word, its void factor included: what is void in part is neither won nor lost whole. */
function wordOf({ result, voidFactor }: GivenSelection): PlainOutcome {
  const word = result === "placed" ? "lost" : result;
  if (voidFactor === null || compare(voidFactor, ZERO_FRACTION) === 0) return word;
  if (compare(voidFactor, ONE) === 0) return "void";
  return word === "won" || word === "half_won" ? "half_won" : "half_lost";
}
