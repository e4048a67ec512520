/**
 * Factors of a selection: what a stake of 1 on it returns, exactly, by its result (betting-rules 2.3).
 *
 * The general form is v + (1 - v) x r x d x h: void factor v, result r (0 or 1), odds d, dead-heat factor h. A void is v = 1, half results
 * are v = 1/2; what a dead heat does not pay is lost, not given back.
 */
import { assertNever, invariant } from "../kernel/invariant.ts";
import { type Fraction, fraction, HALF, minus, ONE, plus, times, ZERO_FRACTION } from "../money/fraction.ts";
import { deadHeatOf, type PlainOutcome, type SelectionOutcome } from "./types.ts";

/** The factor of a selection at odds in thousandths; asserts odds of at least 1. */
export function outcomeFactor(oddsThousandths: number, outcome: SelectionOutcome): Fraction {
  invariant(Number.isInteger(oddsThousandths) && oddsThousandths >= 1_000, `not odds in thousandths: ${oddsThousandths}`);
  const odds = fraction(oddsThousandths, 1_000);
  const deadHeat = deadHeatOf(outcome);
  if (deadHeat !== null) return times(odds, fraction(deadHeat.places, deadHeat.runners));
  return plainFactor(odds, outcome as PlainOutcome);
}

/** The factor of a plain result at any odds. */
export function plainFactor(odds: Fraction, outcome: PlainOutcome): Fraction {
  switch (outcome) {
    case "won":
      return odds;
    case "lost":
      return ZERO_FRACTION;
    case "void":
      return ONE;
    case "half_won":
      return partlyVoid(HALF, odds);
    case "half_lost":
      return HALF;
    default:
      return assertNever(outcome, "plainFactor");
  }
}

/** v + (1 - v) x the factor without the void part. */
export function partlyVoid(voidFactor: Fraction, factor: Fraction): Fraction {
  return plus(voidFactor, times(minus(ONE, voidFactor), factor));
}

/** Odds after a Rule 4 deduction q: 1 + (d - 1)(1 - q). */
export function afterDeduction(odds: Fraction, deduction: Fraction): Fraction {
  return plus(ONE, times(minus(odds, ONE), minus(ONE, deduction)));
}

/** Odds of the place part of an each-way bet: 1 + (d - 1) x the place fraction. */
export function placeOdds(odds: Fraction, placeFraction: Fraction): Fraction {
  return plus(ONE, times(minus(odds, ONE), placeFraction));
}
