/**
 * From a probability to a price: proportional margin, cut down to a step of the price ladder, never a price that loses.
 *
 * The ladder is what players know from every book: two decimals between 1.10 and 10, coarser above, finer below.
 */
import { type OddsThousandths, oddsThousandths } from "../money/odds.ts";

const LOWEST = 1_010;
const HIGHEST = 150_000;
/** A price on offer returns at most this share of stakes in the long run (betting-rules.md 2.9). */
const RETURN_MAX = 0.99;

export interface Price {
  readonly oddsThousandths: OddsThousandths;
  /** False where the bounds leave no price that the house may offer. */
  readonly offered: boolean;
}

/** Steps in thousandths, by the price from which they hold. */
const LADDER: readonly (readonly [from: number, step: number])[] = [
  [50_000, 1_000],
  [20_000, 500],
  [10_000, 100],
  [1_100, 10],
  [0, 1],
];

/** Prices an outcome: 1 / (p x (1 + margin)), cut down to the ladder and kept between 1.01 and 150. */
export function priceOf(probability: number, marginBasisPoints: number): Price {
  const fair = probability > 0 ? 1_000 / (probability * (1 + marginBasisPoints / 10_000)) : HIGHEST;
  const odds = Math.min(HIGHEST, Math.max(LOWEST, onLadder(Math.floor(fair))));
  return { oddsThousandths: oddsThousandths(odds), offered: probability > 0 && (odds / 1_000) * probability <= RETURN_MAX };
}

function onLadder(thousandths: number): number {
  const step = LADDER.find(([from]) => thousandths >= from)?.[1] ?? 1;
  return thousandths - (thousandths % step);
}
