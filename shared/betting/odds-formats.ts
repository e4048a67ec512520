/** The six ways of writing a price (betting-rules 2.1), each exact. Prices are kept as decimals; these are for display only. */
import { compare, type Fraction, fraction, fractionText, minus, ONE, over, times } from "../money/fraction.ts";

export interface OddsFormats {
  readonly decimal: string;
  /** a/b of the winnings on a stake of b, reduced. */
  readonly fractional: string;
  readonly american: string;
  readonly hongkong: string;
  readonly malay: string;
  readonly indonesian: string;
  readonly impliedProbability: string;
}

/** Writes decimal odds above 1 in every format. */
export function oddsFormats(decimal: Fraction): OddsFormats {
  const profit = minus(decimal, ONE);
  const inverse = over(fraction(-1), profit);
  const isAboveEvens = compare(profit, ONE) > 0;
  const isBelowEvens = compare(profit, ONE) < 0;
  const hundred = fraction(100);
  return {
    decimal: fractionText(decimal),
    fractional: `${profit.n}/${profit.d}`,
    american: signed(isBelowEvens ? times(hundred, inverse) : times(hundred, profit)),
    hongkong: fractionText(profit),
    malay: fractionText(isAboveEvens ? inverse : profit),
    indonesian: fractionText(isBelowEvens ? inverse : profit),
    impliedProbability: fractionText(over(ONE, decimal)),
  };
}

function signed(value: Fraction): string {
  return value.n > 0n ? `+${fractionText(value)}` : fractionText(value);
}
