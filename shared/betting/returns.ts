/**
 * What a bet returns. The one engine: settlement, the slip's potential win and every preview ask here.
 *
 * A line returns unit stake x the product of its selections' factors, a bet the sum of its lines. All of it is one exact fraction,
 * cut down to minor units once per bet: never per selection, never per line, and combined odds are never rounded.
 */
import type { Fraction } from "../money/fraction.ts";
import { type Minor, minor, smallest } from "../money/minor.ts";
import { outcomeFactor } from "./factors.ts";
import { lineCount, sumOfLines } from "./lines.ts";
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
  const factors = bet.selections.map(({ oddsThousandths, outcome }) => outcomeFactor(oddsThousandths, outcome ?? "lost"));
  const returnMinor = returnOf(bet, factors);
  return { state: "decided", status: returnMinor > 0 ? "WON" : "LOST", returnMinor };
}

/** Gives the most that the bet can pay, in minor units: all selections won, capped by the tenant's largest payout. */
export function potentialReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  const factors = bet.selections.map(({ oddsThousandths }) => outcomeFactor(oddsThousandths, "won"));
  return smallest(returnOf(bet, factors), payoutMaxMinor);
}

/** Gives the least that the bet can pay when a line wins, in minor units, capped: one line of the smallest size, at the lowest odds. */
export function leastReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  if (bet.kind !== "SYSTEM") return potentialReturn(bet, payoutMaxMinor);
  const free = bet.selections.map((selection, index) => ({ index, odds: selection.oddsThousandths }));
  const lowest = free.filter(({ index }) => !bet.bankers.includes(index)).sort((a, b) => a.odds - b.odds);
  const winners = new Set([...bet.bankers, ...lowest.slice(0, Math.min(...bet.systemSizes)).map(({ index }) => index)]);
  const factors = bet.selections.map(({ oddsThousandths }, index) => outcomeFactor(oddsThousandths, winners.has(index) ? "won" : "lost"));
  return smallest(returnOf(bet, factors), payoutMaxMinor);
}

/** A line returns something as long as none of its selections is lost. */
function canStillReturn(bet: PricedBet, outcomes: readonly (SelectionOutcome | null)[]): boolean {
  if (bet.kind !== "SYSTEM") return !outcomes.includes("lost");
  if (bet.bankers.some((index) => outcomes[index] === "lost")) return false;
  const alive = outcomes.filter((outcome, index) => outcome !== "lost" && !bet.bankers.includes(index)).length;
  return alive >= Math.min(...bet.systemSizes);
}

/** Stake / lines x the sum of the lines' products, cut down once. */
function returnOf(bet: PricedBet, factors: readonly Fraction[]): Minor {
  const shape = { ...bet, selections: factors.length };
  const { n, d } = sumOfLines(shape, factors);
  const returned = (BigInt(bet.stakeMinor) * n) / (d * BigInt(lineCount(shape)));
  return minor(Number(returned < RETURN_MAX ? returned : RETURN_MAX));
}
