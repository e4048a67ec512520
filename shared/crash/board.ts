/**
 * Leader boards of a crash game: who left highest and who won most, by day and by week of the tenant. A board keeps each player's best, so
 * what is told of rounds can come in any order and twice. The best of a span are among the best of their rounds: each round tells no more.
 */
import { DAY_MS, type LocalDay, localDay, type UnixMs, unixMs } from "../kernel/time.ts";

export const BOARD_METRICS = ["multiplier", "payout"] as const;
export type BoardMetric = (typeof BOARD_METRICS)[number];
export const BOARD_SPANS = ["day", "week"] as const;
export type BoardSpan = (typeof BOARD_SPANS)[number];

/** Players on a board. */
export const BOARD_ROWS = 10;

/** A bet that was cashed out, as boards know it. */
export interface BoardWin {
  readonly userId: string;
  readonly betId: string;
  readonly multiplierHundredths: number;
  readonly payoutMinor: number;
}

/** When the spans began that an instant is in: its day, and the Monday of its week. */
export function spanStarts(atMs: number, utcOffsetMinutes: number): Readonly<Record<BoardSpan, LocalDay>> {
  const day = localDay(unixMs(atMs), utcOffsetMinutes);
  const midnightMs = Date.parse(`${day}T00:00:00Z`);
  const daysSinceMonday = (new Date(midnightMs).getUTCDay() + 6) % 7;
  return { day, week: localDay((midnightMs - daysSinceMonday * DAY_MS) as UnixMs, 0) };
}

/** By what a win is ranked on a board. */
export function worthOf(win: BoardWin, metric: BoardMetric): number {
  return metric === "multiplier" ? win.multiplierHundredths : win.payoutMinor;
}

/** The wins of a round that a board can need: for each metric the best of each player, the best players only. */
export function bestWins(wins: readonly BoardWin[]): readonly BoardWin[] {
  const chosen = new Set<BoardWin>();
  for (const metric of BOARD_METRICS) {
    const ranked = wins.toSorted((a, b) => worthOf(b, metric) - worthOf(a, metric) || (a.betId < b.betId ? -1 : 1));
    const players = new Set<string>();
    for (const win of ranked) {
      if (players.size >= BOARD_ROWS) break;
      if (players.has(win.userId)) continue;
      players.add(win.userId);
      chosen.add(win);
    }
  }
  return [...chosen];
}
