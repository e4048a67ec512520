/**
 * What a bet pays, exactly and before its one cut to minor units: the sum of its lines and the bonus on top. The one engine behind both
 * doors: settlement (`betReturn`) brings results of the feed, the calculator (`calculate`) results that somebody asks about.
 */
import { ok, type Result } from "../kernel/result.ts";
import { type Fraction, fraction, plus, times, ZERO_FRACTION } from "../money/fraction.ts";
import { freeBetReturn, type TooManyLines } from "./free-bet.ts";
import { type Ladder, type LadderBonus, type LadderSelection, ladderBonus } from "./ladder.ts";
import { exactLineCount, type LineShape, sumOfLines } from "./lines.ts";

export interface PayoutTerms {
  readonly shape: LineShape;
  /** Of one line, minor units; a fraction where a stake is split evenly over its lines. */
  readonly unitStake: Fraction;
  /** Factors of all selections, once for each part of the bet: the win's, and the place's when it is each way. */
  readonly parts: readonly (readonly Fraction[])[];
  /** True when the stake is a token, which is not paid back. */
  readonly freeBet: boolean;
  readonly ladder: Ladder | null;
  /** What the ladder counts. */
  readonly selections: readonly LadderSelection[];
}

export interface Payout {
  /** Minor units, bonus included. */
  readonly total: Fraction;
  readonly bonus: LadderBonus | null;
}

/** Works out the payout; refuses `too_many_lines` only for a free bet whose lines would have to be listed one by one. */
export function payoutOf(terms: PayoutTerms): Result<Payout, TooManyLines> {
  const { shape, unitStake, parts, freeBet, ladder } = terms;
  let units = ZERO_FRACTION;
  for (const factors of parts) {
    const returned = freeBet ? freeBetReturn(shape, factors) : ok(sumOfLines(shape, factors));
    if (!returned.ok) return returned;
    units = plus(units, returned.value);
  }
  const returned = times(unitStake, units);
  if (ladder === null) return ok({ total: returned, bonus: null });
  // A stake that is not paid back is no part of the payout either: all of that is winnings.
  const stake = freeBet ? ZERO_FRACTION : times(unitStake, fraction(exactLineCount(shape) * BigInt(parts.length)));
  const bonus = ladderBonus(ladder, terms.selections, returned, stake);
  return ok({ total: plus(returned, bonus.bonus), bonus });
}
