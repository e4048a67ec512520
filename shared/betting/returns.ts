/**
 * What a bet returns. The one engine: settlement, the slip's potential win and every preview ask here.
 *
 * A line returns unit stake x the product of its selections' factors, a bet the sum of its lines. All of it is one exact fraction with
 * its bonus, cut down to minor units once per bet: never per selection, never per line, and combined odds are never rounded.
 */
import { invariant } from "../kernel/invariant.ts";
import { floorOf, fraction } from "../money/fraction.ts";
import { type Minor, minor, smallest, ZERO } from "../money/minor.ts";
import { type InsuredTerms, insuredReturn } from "./cut.ts";
import { isEachWay, type PlaceShare } from "./each-way.ts";
import { outcomeFactor, placeFactor } from "./factors.ts";
import type { Ladder } from "./ladder.ts";
import { exactLineCount } from "./lines.ts";
import { payoutOf } from "./payout.ts";
import type { BetKind, SelectionOutcome } from "./types.ts";

export interface PricedSelection {
  readonly oddsThousandths: number;
  /** What its place pays, when the bet is each way. */
  readonly place?: Pick<PlaceShare, "divisor">;
}

export interface PricedBet {
  readonly kind: BetKind;
  /** Of the whole bet; split evenly over its lines, as a fraction. Each way it has two for every combination. */
  readonly stakeMinor: Minor;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly selections: readonly PricedSelection[];
  /** The accumulator bonus that was promised with the bet. */
  readonly ladder?: Ladder | null;
  /** True when the stake is a token that is not paid back; such a bet has at most `FREE_BET_LINES_MAX` lines. */
  readonly freeBet?: boolean;
  /** A multi that pays once, at odds of its own, although some of its selections lose. */
  readonly insurance?: InsuredTerms | null;
}

export interface ResultedBet extends PricedBet {
  readonly selections: readonly (PricedSelection & {
    readonly outcome: SelectionOutcome | null;
    /** Of its place; null while it is open, absent where it has none. */
    readonly placeOutcome?: SelectionOutcome | null;
  })[];
}

export type BetReturn =
  | { readonly state: "open" }
  | { readonly state: "decided"; readonly status: "WON" | "LOST" | "VOID"; readonly returnMinor: Minor };

const RETURN_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Says what the results decide. Open while a line could still win; LOST at once when none can; VOID with the stake back when every
 * selection is void (no cash of a free bet: the caller gives the token back); else WON when anything comes back. Of a bet that is each way
 * both halves count, each by its own results. Returns past 2^53 - 1 minor units stop there: each tenant's cap, which the caller applies,
 * lies far below.
 */
export function betReturn(bet: ResultedBet): BetReturn {
  if (bet.insurance != null) return insuredReturn(bet.insurance, bet.selections, bet.stakeMinor);
  const parts = outcomesOf(bet);
  const alive = parts.filter((outcomes) => canStillReturn(bet, outcomes));
  if (alive.length === 0) return { state: "decided", status: "LOST", returnMinor: minor(0) };
  if (alive.some((outcomes) => outcomes.includes(null))) return { state: "open" };
  if (parts.every((outcomes) => outcomes.every((outcome) => outcome === "void")))
    return { state: "decided", status: "VOID", returnMinor: bet.freeBet ? minor(0) : bet.stakeMinor };
  // What is open of a half that can't return anything any more is as good as lost.
  const returnMinor = returnOf(
    bet,
    parts.map((outcomes) => outcomes.map((outcome) => outcome ?? "lost")),
  );
  return { state: "decided", status: returnMinor > 0 ? "WON" : "LOST", returnMinor };
}

/** The results of the bet's selections, once for each of its halves. */
function outcomesOf({ selections }: ResultedBet): readonly (readonly (SelectionOutcome | null)[])[] {
  const wins = selections.map(({ outcome }) => outcome);
  return isEachWay(selections) ? [wins, selections.map(({ placeOutcome = null }) => placeOutcome)] : [wins];
}

/** Gives the most that the bet can pay, in minor units: all selections won, capped by the tenant's largest payout. */
export function potentialReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  const won = bet.selections.map((selection) => ({ ...selection, outcome: "won" as const, placeOutcome: "won" as const }));
  const decided = betReturn({ ...bet, selections: won });
  return decided.state === "open" ? ZERO : smallest(decided.returnMinor, payoutMaxMinor);
}

/**
 * Gives the least that the bet can pay when a line wins, in minor units, capped: one line of the smallest size, at the lowest odds; each way
 * one of places.
 */
export function leastReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  const isHalved = isEachWay(bet.selections);
  if (bet.kind !== "SYSTEM" && !isHalved) return potentialReturn(bet, payoutMaxMinor);
  const outcomes = leastWinners(bet);
  return smallest(returnOf(bet, isHalved ? [outcomes.map(() => "lost"), outcomes] : [outcomes]), payoutMaxMinor);
}

/** Results by which one line of the smallest size wins, that of the lowest odds. */
function leastWinners({ kind, selections, bankers, systemSizes }: PricedBet): readonly SelectionOutcome[] {
  if (kind !== "SYSTEM") return selections.map(() => "won");
  const profit = ({ oddsThousandths, place }: PricedSelection) => (oddsThousandths - 1_000) / (place?.divisor ?? 1);
  const free = selections.map((selection, index) => ({ index, profit: profit(selection) }));
  const lowest = free.filter(({ index }) => !bankers.includes(index)).sort((a, b) => a.profit - b.profit);
  const winners = new Set([...bankers, ...lowest.slice(0, Math.min(...systemSizes)).map(({ index }) => index)]);
  return selections.map((_, index) => (winners.has(index) ? "won" : "lost"));
}

/** A line returns something as long as none of its selections is lost. */
function canStillReturn(bet: PricedBet, outcomes: readonly (SelectionOutcome | null)[]): boolean {
  if (bet.kind !== "SYSTEM") return !outcomes.includes("lost");
  if (bet.bankers.some((index) => outcomes[index] === "lost")) return false;
  const alive = outcomes.filter((outcome, index) => outcome !== "lost" && !bet.bankers.includes(index)).length;
  return alive >= Math.min(...bet.systemSizes);
}

/** What these results of the bet's halves pay, cut down once. */
function returnOf(bet: PricedBet, [wins = [], places]: readonly (readonly SelectionOutcome[])[]): Minor {
  const { ladder = null, freeBet = false } = bet;
  const shape = { ...bet, selections: wins.length };
  const counted = bet.selections.map((selection, index) => ({ ...selection, outcome: wins[index] ?? ("lost" as const) }));
  const parts = [counted.map(({ oddsThousandths, outcome }) => outcomeFactor(oddsThousandths, outcome))];
  if (places !== undefined)
    parts.push(
      counted.map(({ oddsThousandths, place }, index) => placeFactor(oddsThousandths, place?.divisor ?? 1, places[index] ?? "lost")),
    );
  const payout = payoutOf({
    shape,
    unitStake: fraction(BigInt(bet.stakeMinor), exactLineCount(shape) * BigInt(parts.length)),
    ...{ parts, freeBet, ladder },
    selections: counted.map(({ oddsThousandths, outcome }) => ({ odds: fraction(oddsThousandths, 1_000), outcome })),
  });
  invariant(payout.ok, "a free bet of more lines than placement takes");
  const returned = floorOf(payout.value.total);
  return minor(Number(returned < RETURN_MAX ? returned : RETURN_MAX));
}
