/**
 * From prices to probabilities: what the house's margin is, and four ways of taking it out (betting-rules 2.2).
 *
 * Books load longshots more than favourites. Power and Shin shrink longshots accordingly, and are what cash-out and risk use;
 * multiplicative treats all alike and is the fallback; additive takes the same from each and can leave a longshot below 0.
 * Floating point: these are probabilities, never amounts.
 */
import { invariant } from "../kernel/invariant.ts";

export const MARGIN_METHODS = ["multiplicative", "additive", "power", "shin"] as const;
export type MarginMethod = (typeof MARGIN_METHODS)[number];

/** The sum of the prices' implied probabilities, less 1. */
export function overround(odds: readonly number[]): number {
  return sum(impliedOf(odds)) - 1;
}

/** What the house keeps of every unit staked when stakes follow the prices: 1 - 1 / (1 + overround). */
export function theoreticalHold(odds: readonly number[]): number {
  return 1 - 1 / (1 + overround(odds));
}

/** Probabilities of all outcomes of one market, in their order, from decimal odds above 1. Their sum is 1. */
export function fairProbabilities(odds: readonly number[], method: MarginMethod): readonly number[] {
  const implied = impliedOf(odds);
  const book = sum(implied);
  // Without a margin there is nothing to take out, and the solvers' brackets would not hold a root.
  if (book <= 1) return implied.map((each) => each / book);
  switch (method) {
    case "multiplicative":
      return implied.map((each) => each / book);
    case "additive":
      return implied.map((each) => each - (book - 1) / implied.length);
    case "power": {
      const exponent = powerExponent(implied);
      return implied.map((each) => each ** exponent);
    }
    case "shin":
      return shinProbabilities(implied, insiderShare(odds));
  }
}

/** Shin's z: the share of stakes that insiders place, as far as the prices tell; 0 without a margin. */
export function insiderShare(odds: readonly number[]): number {
  const implied = impliedOf(odds);
  if (sum(implied) <= 1) return 0;
  return root(0, INSIDERS_MAX, (z) => sum(shinProbabilities(implied, z)) - 1);
}

/** sqrt(z^2 + 4 (1 - z) pi^2 / B) - z, over 2 (1 - z). */
function shinProbabilities(implied: readonly number[], z: number): readonly number[] {
  const book = sum(implied);
  return implied.map((each) => (Math.sqrt(z ** 2 + (4 * (1 - z) * each ** 2) / book) - z) / (2 * (1 - z)));
}

/** The k with which the implied probabilities, each to the power k, sum to 1. */
function powerExponent(implied: readonly number[]): number {
  let highest = 2;
  while (sum(implied.map((each) => each ** highest)) > 1) highest *= 2;
  return root(1, highest, (k) => sum(implied.map((each) => each ** k)) - 1);
}

const INSIDERS_MAX = 0.999;
const TOLERANCE = 1e-15;

/** Halves the bracket of a falling function until it is as narrow as numbers are. */
function root(from: number, to: number, f: (x: number) => number): number {
  let [low, high] = [from, to];
  while (high - low > TOLERANCE * Math.max(1, high)) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function impliedOf(odds: readonly number[]): readonly number[] {
  invariant(
    odds.every((each) => 1 / each < 1),
    "a price is above 1",
  );
  return odds.map((each) => 1 / each);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
