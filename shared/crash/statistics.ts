/**
 * Tests of a sequence of crash points as laboratories run them: is it spread as the rules say, and does a round say anything about the
 * next? Each takes rounds one by one in constant memory and ends in a number that is normal (z) for a fair game.
 */
import { invariant } from "../kernel/invariant.ts";

/** Two-sided limit of z at a confidence of 99 %. */
export const Z_99 = 2.5758293035489004;

const BASIS_POINTS = 10_000;

/** P(crash >= target) under the rules, exactly as long as the target is at most the cap. */
export function chanceOf(targetHundredths: number, houseEdgeBasisPoints: number): number {
  return targetHundredths <= 100 ? 1 : (BASIS_POINTS - houseEdgeBasisPoints) / (100 * targetHundredths);
}

/** How often a target was reached, against how often it should be. */
export class ReturnAt {
  readonly target: number;
  readonly #chance: number;
  #rounds = 0;
  #reached = 0;

  constructor(targetHundredths: number, houseEdgeBasisPoints: number) {
    this.target = targetHundredths;
    this.#chance = chanceOf(targetHundredths, houseEdgeBasisPoints);
  }

  add(crash: number): void {
    this.#rounds += 1;
    if (crash >= this.target) this.#reached += 1;
  }

  /** What a bet on this target paid back on average, as a part of the stake. */
  get paid(): number {
    return ((this.#reached / this.#rounds) * this.target) / 100;
  }

  /** One standard deviation of `paid`. */
  get sigma(): number {
    return (this.target / 100) * Math.sqrt((this.#chance * (1 - this.#chance)) / this.#rounds);
  }

  get z(): number {
    return (this.paid - (this.#chance * this.target) / 100) / this.sigma;
  }
}

/** Chi-square over cells of equal weight, except that the first has all of 1.00x and the last all from the highest bound on. */
export class ChiSquare {
  readonly #bounds: readonly number[];
  readonly #chances: readonly number[];
  readonly #counts: number[];
  #rounds = 0;

  constructor(cells: number, houseEdgeBasisPoints: number) {
    const wanted = Array.from({ length: cells - 1 }, (_, cell) => (BASIS_POINTS - houseEdgeBasisPoints) / (100 * (1 - (cell + 1) / cells)));
    this.#bounds = [...new Set(wanted.map((bound) => Math.max(101, Math.ceil(bound))))];
    const reached = [1, ...this.#bounds.map((bound) => chanceOf(bound, houseEdgeBasisPoints)), 0];
    this.#chances = reached.slice(1).map((chance, cell) => (reached[cell] ?? 0) - chance);
    this.#counts = this.#chances.map(() => 0);
  }

  add(crash: number): void {
    this.#rounds += 1;
    let [low, high] = [0, this.#bounds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (crash >= (this.#bounds[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    this.#counts[low] = (this.#counts[low] ?? 0) + 1;
  }

  get degrees(): number {
    return this.#chances.length - 1;
  }

  get statistic(): number {
    return this.#chances.reduce((sum, chance, cell) => {
      const expected = chance * this.#rounds;
      invariant(expected >= 5, "a cell expects at least five rounds");
      return sum + ((this.#counts[cell] ?? 0) - expected) ** 2 / expected;
    }, 0);
  }

  /** Wilson and Hilferty's normal form of the statistic. */
  get z(): number {
    const spread = 2 / (9 * this.degrees);
    return (Math.cbrt(this.statistic / this.degrees) - (1 - spread)) / Math.sqrt(spread);
  }
}

/** Runs of rounds that reach a target and rounds that do not: too few tell of streaks, too many of alternation (Wald and Wolfowitz). */
export class Runs {
  readonly #target: number;
  #above = 0;
  #below = 0;
  #runs = 0;
  #last: boolean | null = null;

  constructor(targetHundredths: number) {
    this.#target = targetHundredths;
  }

  add(crash: number): void {
    const isAbove = crash >= this.#target;
    if (isAbove) this.#above += 1;
    else this.#below += 1;
    if (isAbove !== this.#last) this.#runs += 1;
    this.#last = isAbove;
  }

  get z(): number {
    const [above, below] = [this.#above, this.#below];
    const all = above + below;
    const product = 2 * above * below;
    const mean = product / all + 1;
    const variance = (product * (product - all)) / (all * all * (all - 1));
    return (this.#runs - mean) / Math.sqrt(variance);
  }
}

/** Correlation of a round with the one `lag` rounds later, of the uniform numbers under the crash points. */
export class SerialCorrelation {
  readonly lag: number;
  readonly #window: number[] = [];
  #pairs = 0;
  #sum = 0;

  constructor(lag: number) {
    this.lag = lag;
  }

  /** `uniform` is from 0 to 1: a round's draw divided by 2^52. */
  add(uniform: number): void {
    const value = uniform - 0.5;
    const before = this.#window[this.#pairs % this.lag];
    if (this.#window.length === this.lag && before !== undefined) {
      this.#sum += before * value;
      this.#pairs += 1;
      this.#window[(this.#pairs - 1) % this.lag] = value;
    } else this.#window.push(value);
  }

  /** Between -1 and 1; a uniform number's variance is 1/12. */
  get correlation(): number {
    return (12 * this.#sum) / this.#pairs;
  }

  get z(): number {
    return this.correlation * Math.sqrt(this.#pairs);
  }
}
