/**
 * From a probability to a price: proportional margin, rounded down to the thousandth, never a price that loses.
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

/** Prices an outcome: 1 / (p x (1 + margin)), cut down to thousandths and kept between 1.010 and 150.000. */
export function priceOf(probability: number, marginBasisPoints: number): Price {
  const fair = probability > 0 ? 1_000 / (probability * (1 + marginBasisPoints / 10_000)) : HIGHEST;
  const odds = Math.min(HIGHEST, Math.max(LOWEST, Math.floor(fair)));
  return { oddsThousandths: oddsThousandths(odds), offered: probability > 0 && (odds / 1_000) * probability <= RETURN_MAX };
}
