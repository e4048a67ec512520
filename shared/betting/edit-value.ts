/**
 * What an edited bet brings along (betting-rules 2.5): its fair value less the edit margin, as far as that becomes the new bet's stake.
 *
 * What the player takes out instead is a cash-out like any other and costs the margin of one: cutting a stake is no cheaper way out.
 */
import type { LocalDay } from "../kernel/time.ts";
import { compare, type Fraction, floorOf, fraction, minus, ONE, plus, times } from "../money/fraction.ts";
import type { DatedMargin } from "../tenants/sports/cash-out.ts";

export interface EditTerms {
  /** What the lines are expected to return, minor units, exact. */
  readonly fair: Fraction;
  readonly editMarginBasisPoints: number;
  readonly cashOutMarginBasisPoints: number;
  /** Never more than this, minor units. */
  readonly capMinor: bigint;
  /** The new bet's stake, minor units; null for all that the old one brings. */
  readonly stakeMinor: number | null;
  /** What of an amount reaches the player after its taxes, minor units. */
  readonly paidOf: (amountMinor: bigint) => bigint;
}

/** The value before taxes, minor units, cut down once. */
export function editValue(terms: EditTerms): bigint {
  const { fair, editMarginBasisPoints, cashOutMarginBasisPoints, capMinor, stakeMinor, paidOf } = terms;
  const whole = lesser(floorOf(less(fair, editMarginBasisPoints)), capMinor);
  const paid = paidOf(whole);
  if (stakeMinor === null || paid === 0n || BigInt(stakeMinor) >= paid) return whole;
  const staked = fraction(BigInt(stakeMinor), paid);
  const takenOut = times(less(fair, cashOutMarginBasisPoints), minus(ONE, staked));
  const parts = plus(times(fraction(whole), staked), takenOut);
  return compare(parts, fraction(whole)) < 0 ? floorOf(parts) : whole;
}

/** The margin in force on a day: the newest that has begun. */
export function marginOn(margins: readonly DatedMargin[], day: LocalDay): number {
  const inForce = margins.filter(({ validFrom }) => validFrom <= day).toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  return inForce.at(-1)?.basisPoints ?? 0;
}

function less(fair: Fraction, basisPoints: number): Fraction {
  return times(fair, fraction(10_000 - basisPoints, 10_000));
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
