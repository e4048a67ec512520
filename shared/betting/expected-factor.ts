/**
 * What a selection that is not decided is expected to return on a stake of 1: chances of its results times their factors (betting-rules
 * 2.5). Chances are millionths, so that money follows from whole numbers.
 */
import { type Fraction, fraction, HALF, ONE, plus, sumOf, times } from "../money/fraction.ts";

export interface Chances {
  readonly winPpm: number;
  readonly refundPpm: number;
  readonly halfWinPpm: number;
  readonly halfLosePpm: number;
}

const MILLION = 1_000_000;

/** E[f] = p_win d + p_half_win (1 + d)/2 + p_refund + p_half_lose / 2. */
export function expectedFactor(oddsThousandths: number, { winPpm, refundPpm, halfWinPpm, halfLosePpm }: Chances): Fraction {
  const odds = fraction(oddsThousandths, 1_000);
  const chance = (ppm: number) => fraction(ppm, MILLION);
  return sumOf([
    times(chance(winPpm), odds),
    times(chance(halfWinPpm), times(HALF, plus(ONE, odds))),
    chance(refundPpm),
    times(chance(halfLosePpm), HALF),
  ]);
}
