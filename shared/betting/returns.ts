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
import { outcomeFactor } from "./factors.ts";
import type { Ladder } from "./ladder.ts";
import { exactLineCount } from "./lines.ts";
import { payoutOf } from "./payout.ts";
import type { BetKind, SelectionOutcome } from "./types.ts";

export interface PricedBet {
  readonly kind: BetKind;
  /** Of the whole bet; split evenly over its lines, as a fraction. */
  readonly stakeMinor: Minor;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly selections: readonly { readonly oddsThousandths: number }[];
  /** The accumulator bonus that was promised with the bet. */
  readonly ladder?: Ladder | null;
  /** True when the stake is a token that is not paid back; such a bet has at most `FREE_BET_LINES_MAX` lines. */
  readonly freeBet?: boolean;
  /** A multi that pays once, at odds of its own, although some of its selections lose. */
  readonly insurance?: InsuredTerms | null;
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
 * selection is void (no cash of a free bet: the caller gives the token back); else WON when anything comes back. Returns past 2^53 - 1 minor units stop there: each tenant's cap, which the
 * caller applies, lies far below.
 */
export function betReturn(bet: ResultedBet): BetReturn {
  if (bet.insurance != null) return insuredReturn(bet.insurance, bet.selections, bet.stakeMinor);
  const outcomes = bet.selections.map((selection) => selection.outcome);
  if (!canStillReturn(bet, outcomes)) return { state: "decided", status: "LOST", returnMinor: minor(0) };
  if (outcomes.includes(null)) return { state: "open" };
  if (outcomes.every((outcome) => outcome === "void"))
    return { state: "decided", status: "VOID", returnMinor: bet.freeBet ? minor(0) : bet.stakeMinor };
  const returnMinor = returnOf(
    bet,
    outcomes.map((outcome) => outcome ?? "lost"),
  );
  return { state: "decided", status: returnMinor > 0 ? "WON" : "LOST", returnMinor };
}

/** Gives the most that the bet can pay, in minor units: all selections won, capped by the tenant's largest payout. */
export function potentialReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  const won = bet.selections.map(({ oddsThousandths }) => ({ oddsThousandths, outcome: "won" as const }));
  const decided = betReturn({ ...bet, selections: won });
  return decided.state === "open" ? ZERO : smallest(decided.returnMinor, payoutMaxMinor);
}

/** Gives the least that the bet can pay when a line wins, in minor units, capped: one line of the smallest size, at the lowest odds. */
export function leastReturn(bet: PricedBet, payoutMaxMinor: Minor): Minor {
  if (bet.kind !== "SYSTEM") return potentialReturn(bet, payoutMaxMinor);
  const free = bet.selections.map((selection, index) => ({ index, odds: selection.oddsThousandths }));
  const lowest = free.filter(({ index }) => !bet.bankers.includes(index)).sort((a, b) => a.odds - b.odds);
  const winners = new Set([...bet.bankers, ...lowest.slice(0, Math.min(...bet.systemSizes)).map(({ index }) => index)]);
  const outcomes = bet.selections.map((_, index) => (winners.has(index) ? "won" : "lost"));
  return smallest(returnOf(bet, outcomes), payoutMaxMinor);
}

/** A line returns something as long as none of its selections is lost. */
function canStillReturn(bet: PricedBet, outcomes: readonly (SelectionOutcome | null)[]): boolean {
  if (bet.kind !== "SYSTEM") return !outcomes.includes("lost");
  if (bet.bankers.some((index) => outcomes[index] === "lost")) return false;
  const alive = outcomes.filter((outcome, index) => outcome !== "lost" && !bet.bankers.includes(index)).length;
  return alive >= Math.min(...bet.systemSizes);
}

/** What these results pay, cut down once. */
function returnOf(bet: PricedBet, outcomes: readonly SelectionOutcome[]): Minor {
  const { ladder = null, freeBet = false } = bet;
  const shape = { ...bet, selections: outcomes.length };
  const selections = outcomes.map((outcome, index) => ({ outcome, oddsThousandths: bet.selections[index]?.oddsThousandths ?? 0 }));
  const payout = payoutOf({
    shape,
    unitStake: fraction(BigInt(bet.stakeMinor), exactLineCount(shape)),
    parts: [selections.map(({ oddsThousandths, outcome }) => outcomeFactor(oddsThousandths, outcome))],
    freeBet,
    ladder,
    selections: selections.map(({ oddsThousandths, outcome }) => ({ odds: fraction(oddsThousandths, 1_000), outcome })),
  });
  invariant(payout.ok, "a free bet of more lines than placement takes");
  const returned = floorOf(payout.value.total);
  return minor(Number(returned < RETURN_MAX ? returned : RETURN_MAX));
}
