/**
 * What a bet returns. The one engine: settlement, the slip's potential win and every preview ask here.
 *
 * A line returns unit stake x the product of its selections' factors, a bet the sum of its lines. All of it is one exact fraction,
 * cut down to minor units once per bet: never per selection, never per line, and combined odds are never rounded.
 */
import { assertNever, invariant } from "../kernel/invariant.ts";
import { type Minor, minor, smallest } from "../money/minor.ts";
import { lineCount, lineSums, sumOfSize } from "./lines.ts";
import type { BetKind, SelectionOutcome } from "./types.ts";

export interface PricedBet {
  readonly kind: BetKind;
  /** Of the whole bet; split evenly over its lines, as a fraction. */
  readonly stakeMinor: Minor;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly selections: readonly { readonly oddsThousandths: number }[];
}

export interface ResultedBet extends PricedBet {
  readonly selections: readonly { readonly oddsThousandths: number; readonly outcome: SelectionOutcome | null }[];
}

export type BetReturn =
  | { readonly state: "open" }
  | { readonly state: "decided"; readonly status: "WON" | "LOST" | "VOID"; readonly returnMinor: Minor };

/** Factors are integers over this: odds have three decimals, and half results halve them. */
const FACTOR_SCALE = 2_000n;
const RETURN_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Says what the results decide. Open while a line could still win; LOST at once when none can; VOID with the stake back when every
 * selection is void; else WON when anything comes back. Returns past 2^53 - 1 minor units stop there: each tenant's cap, which the
 * caller applies, lies far below.
 */
export function betReturn(bet: ResultedBet): BetReturn {
  const outcomes = bet.selections.map((selection) => selection.outcome);
  if (!canStillReturn(bet, outcomes)) return { state: "decided", status: "LOST", returnMinor: minor(0) };
  if (outcomes.includes(null)) return { state: "open" };
  if (outcomes.every((outcome) => outcome === "void")) return { state: "decided", status: "VOID", returnMinor: bet.stakeMinor };
  const factors = bet.selections.map(({ oddsThousandths, outcome }) => factor(oddsThousandths, outcome ?? "lost"));
  const returnMinor = returnOf(bet, factors);
  return { state: "decided", status: returnMinor > 0 ? "WON" : "LOST", returnMinor };
}

/** Gives the most that the bet can pay, in minor units: all selections won, capped by the tenant's largest payout. */
export function potentialReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  const factors = bet.selections.map(({ oddsThousandths }) => factor(oddsThousandths, "won"));
  return smallest(returnOf(bet, factors), payoutMaxMinor);
}

/** Gives the least that the bet can pay when a line wins, in minor units, capped: one line of the smallest size, at the lowest odds. */
export function leastReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  if (bet.kind !== "SYSTEM") return potentialReturn(bet, payoutMaxMinor);
  const free = bet.selections.map((selection, index) => ({ index, odds: selection.oddsThousandths }));
  const lowest = free.filter(({ index }) => !bet.bankers.includes(index)).sort((a, b) => a.odds - b.odds);
  const winners = new Set([...bet.bankers, ...lowest.slice(0, Math.min(...bet.systemSizes)).map(({ index }) => index)]);
  const factors = bet.selections.map(({ oddsThousandths }, index) => factor(oddsThousandths, winners.has(index) ? "won" : "lost"));
  return smallest(returnOf(bet, factors), payoutMaxMinor);
}

/** A line returns something as long as none of its selections is lost. */
function canStillReturn(bet: PricedBet, outcomes: readonly (SelectionOutcome | null)[]): boolean {
  if (bet.kind !== "SYSTEM") return !outcomes.includes("lost");
  if (bet.bankers.some((index) => outcomes[index] === "lost")) return false;
  const alive = outcomes.filter((outcome, index) => outcome !== "lost" && !bet.bankers.includes(index)).length;
  return alive >= Math.min(...bet.systemSizes);
}

/** The return on a stake of 1, times FACTOR_SCALE. */
function factor(oddsThousandths: number, outcome: SelectionOutcome): bigint {
  invariant(Number.isInteger(oddsThousandths) && oddsThousandths >= 1_000, `not odds in thousandths: ${oddsThousandths}`);
  const odds = BigInt(oddsThousandths);
  switch (outcome) {
    case "won":
      return 2n * odds;
    case "lost":
      return 0n;
    case "void":
      return FACTOR_SCALE;
    case "half_won":
      return 1_000n + odds;
    case "half_lost":
      return FACTOR_SCALE / 2n;
    default:
      return assertNever(outcome, "factor");
  }
}

/** Stake / lines x the sum of the lines' products, cut down once. */
function returnOf(bet: PricedBet, factors: readonly bigint[]): Minor {
  const [numerator, denominator] = sumOfLines(bet, factors);
  const lines = lineCount({ ...bet, selections: factors.length });
  const returned = (BigInt(bet.stakeMinor) * numerator) / (denominator * BigInt(lines));
  return minor(Number(returned < RETURN_MAX ? returned : RETURN_MAX));
}

/** The sum of the lines' products as a fraction over one power of FACTOR_SCALE. */
function sumOfLines(bet: PricedBet, factors: readonly bigint[]): readonly [numerator: bigint, denominator: bigint] {
  if (bet.kind !== "SYSTEM") return [product(factors), FACTOR_SCALE ** BigInt(factors.length)];
  const sizeMax = Math.max(...bet.systemSizes);
  const banked = product(bet.bankers.map((index) => factors[index] ?? 0n));
  const sums = lineSums(
    factors.filter((_, index) => !bet.bankers.includes(index)),
    sizeMax,
  );
  let total = 0n;
  for (const size of bet.systemSizes) total += sumOfSize(sums, size) * FACTOR_SCALE ** BigInt(sizeMax - size);
  return [banked * total, FACTOR_SCALE ** BigInt(bet.bankers.length + sizeMax)];
}

function product(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total * value, 1n);
}
