/**
 * Factors of a selection: what a stake of 1 on it returns, exactly, by its result (betting-rules 2.3).
 *
 * There is one rule, v + (1 - v) x r x d x h: void factor v, result r (0 or 1), odds d, dead-heat factor h. A void is v = 1, half results
 * are v = 1/2; what a dead heat does not pay is lost, not given back. Every word of a result stands for a v and an r.
 */
import { invariant } from "../kernel/invariant.ts";
import { type Fraction, fraction, HALF, minus, ONE, plus, times, ZERO_FRACTION } from "../money/fraction.ts";
import { deadHeatOf, type PlainOutcome, type SelectionOutcome } from "./types.ts";

const RULE: Readonly<Record<PlainOutcome, { readonly voidFactor: Fraction; readonly isWon: boolean }>> = {
  won: { voidFactor: ZERO_FRACTION, isWon: true },
  lost: { voidFactor: ZERO_FRACTION, isWon: false },
  void: { voidFactor: ONE, isWon: false },
  half_won: { voidFactor: HALF, isWon: true },
  half_lost: { voidFactor: HALF, isWon: false },
};

/** v + (1 - v) x r x d x h, the general rule; `deadHeat` is the part of the stake that won. */
export function ruleFactor(voidFactor: Fraction, isWon: boolean, odds: Fraction, deadHeat: Fraction): Fraction {
  return plus(voidFactor, times(minus(ONE, voidFactor), isWon ? times(odds, deadHeat) : ZERO_FRACTION));
}

/** The factor of a result that a word says. */
export function plainFactor(odds: Fraction, outcome: PlainOutcome, deadHeat: Fraction = ONE): Fraction {
  const { voidFactor, isWon } = RULE[outcome];
  return ruleFactor(voidFactor, isWon, odds, deadHeat);
}

/** The factor of a selection at odds in thousandths; asserts odds of at least 1. */
export function outcomeFactor(oddsThousandths: number, outcome: SelectionOutcome): Fraction {
  invariant(Number.isInteger(oddsThousandths) && oddsThousandths >= 1_000, `not odds in thousandths: ${oddsThousandths}`);
  return resultFactor(fraction(oddsThousandths, 1_000), outcome);
}

/** The factor of a selection's place by the place's own result; asserts odds of at least 1 and a divisor of at least 1. */
export function placeFactor(oddsThousandths: number, divisor: number, outcome: SelectionOutcome): Fraction {
  invariant(Number.isInteger(oddsThousandths) && oddsThousandths >= 1_000, `not odds in thousandths: ${oddsThousandths}`);
  invariant(Number.isInteger(divisor) && divisor >= 1, `not a part of the odds: 1/${divisor}`);
  return resultFactor(placeOdds(fraction(oddsThousandths, 1_000), fraction(1, divisor)), outcome);
}

function resultFactor(odds: Fraction, outcome: SelectionOutcome): Fraction {
  const deadHeat = deadHeatOf(outcome);
  if (deadHeat !== null) return plainFactor(odds, "won", fraction(deadHeat.places, deadHeat.runners));
  return plainFactor(odds, outcome as PlainOutcome);
}

/** Odds after a Rule 4 deduction q: 1 + (d - 1)(1 - q). */
export function afterDeduction(odds: Fraction, deduction: Fraction): Fraction {
  return plus(ONE, times(minus(odds, ONE), minus(ONE, deduction)));
}

/** Odds of the place part of an each-way bet: 1 + (d - 1) x the place fraction. */
export function placeOdds(odds: Fraction, placeFraction: Fraction): Fraction {
  return plus(ONE, times(minus(odds, ONE), placeFraction));
}
