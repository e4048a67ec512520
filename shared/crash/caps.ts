/**
 * How much a round may win its players, in three bounds: one bet's payout, what one player wins in a round, and what all win.
 *
 * The last two are the force point of bustabit (facts: betting rules 2.8.12): where everybody who is still in would take what is left, they
 * are cashed out and told. A game's bound for all is shared equally by the round's tables, so that each decides alone.
 */
import { invariant } from "../kernel/invariant.ts";
import { type LocalDay, localDay, type UnixMs } from "../kernel/time.ts";
import { type Minor, minor } from "../money/minor.ts";
import { TARGET_HUNDREDTHS_MIN } from "./multiplier.ts";

/** A tenant's bounds from a day on, until the next ones. */
export interface CrashCaps {
  readonly validFrom: LocalDay;
  /** Stake and win of one bet. */
  readonly betPayoutMaxMinor: Minor;
  /** Wins of one player's bets in a round, their stakes not counted. */
  readonly playerWinMaxMinor: Minor;
  /** Wins of all bets of a round, at all tables. */
  readonly roundWinMaxMinor: Minor;
}

/** What holds for a round at one of its tables. */
export interface TableCaps {
  readonly betPayoutMaxMinor: Minor;
  readonly playerWinMaxMinor: Minor;
  readonly tableWinMaxMinor: Minor;
}

/** The bounds of a round that opened then, at each of so many tables; the share is cut down, so that the tables' sum is never above. */
export function capsOfTable(caps: readonly CrashCaps[], openedAtMs: UnixMs, utcOffsetMinutes: number, tables: number): TableCaps {
  const day = localDay(openedAtMs, utcOffsetMinutes);
  const inForce = caps
    .filter(({ validFrom }) => validFrom <= day)
    .toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
    .at(-1);
  invariant(inForce !== undefined, `no bounds of a crash round are in force on ${day}`);
  const { betPayoutMaxMinor, playerWinMaxMinor, roundWinMaxMinor } = inForce;
  return { betPayoutMaxMinor, playerWinMaxMinor, tableWinMaxMinor: minor(Math.floor(roundWinMaxMinor / tables)) };
}

/**
 * The highest multiplier, in hundredths, at which stakes of `openMinor` may all leave when `wonMinor` of `winMaxMinor` is won already; never
 * under 1.01, and infinite where nothing is open. It only rises while bets leave at or below it.
 */
export function forcePoint(winMaxMinor: number, wonMinor: number, openMinor: number): number {
  if (openMinor === 0) return Number.POSITIVE_INFINITY;
  const [left, open] = [BigInt(winMaxMinor) - BigInt(wonMinor) + BigInt(openMinor), BigInt(openMinor)];
  return left <= 0n ? TARGET_HUNDREDTHS_MIN : Math.max(TARGET_HUNDREDTHS_MIN, Number((left * 100n) / open));
}
