/**
 * Totals of rounds and leader boards in the country's database. A board's row is replaced by a better one only, and which is better never
 * depends on what came first: the worth, then the earlier instant, then the bet's id.
 */
import { and, asc, desc, eq, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { BOARD_METRICS, BOARD_SPANS, type BoardMetric, type BoardSpan, spanStarts, worthOf } from "../../../shared/crash/board.ts";
import type { LocalDay } from "../../../shared/kernel/time.ts";
import type { CrashTableRow } from "../../../shared/protocol/queue/crash-table-row.ts";
import { crashBoard, crashRoundPart } from "./schema/crash.ts";

export type BoardRow = typeof crashBoard.$inferSelect;

export interface RoundTotals {
  readonly players: number;
  readonly bets: number;
  readonly cashedOut: number;
  readonly stakedMinor: number;
  readonly paidMinor: number;
}

const IS_BETTER = sql`excluded.worth > worth OR (excluded.worth = worth AND (excluded.crashed_at_ms < crashed_at_ms
  OR (excluded.crashed_at_ms = crashed_at_ms AND excluded.bet_id < bet_id)))`;

/** Stores a table's part of a round and what it means for the boards. Idempotent, in any order. */
export async function saveCrashTableRound(
  database: D1Database,
  gameId: string,
  utcOffsetMinutes: number,
  { wins, tableNumber, crashedAtMs, ...round }: CrashTableRow,
): Promise<void> {
  const db = drizzle(database);
  const starts = spanStarts(crashedAtMs, utcOffsetMinutes);
  const rows = BOARD_SPANS.flatMap((span) =>
    BOARD_METRICS.flatMap((metric) =>
      wins.map((win) => ({
        ...{ gameId, span, startsOn: starts[span], metric, worth: worthOf(win, metric), crashedAtMs, roundNumber: round.roundNumber },
        ...win,
      })),
    ),
  );
  // One statement a row: D1 takes 100 parameters in one.
  const saveRow = (row: BoardRow) =>
    db
      .insert(crashBoard)
      .values(row)
      .onConflictDoUpdate({
        target: [crashBoard.gameId, crashBoard.span, crashBoard.startsOn, crashBoard.metric, crashBoard.userId],
        set: {
          worth: sql`excluded.worth`,
          crashedAtMs: sql`excluded.crashed_at_ms`,
          betId: sql`excluded.bet_id`,
          roundNumber: sql`excluded.round_number`,
          multiplierHundredths: sql`excluded.multiplier_hundredths`,
          payoutMinor: sql`excluded.payout_minor`,
        },
        setWhere: IS_BETTER,
      });
  const savePart = db
    .insert(crashRoundPart)
    .values({ gameId, tableNumber, ...round })
    .onConflictDoNothing();
  await db.batch([savePart, ...rows.map(saveRow)]);
}

/** The first rows of a board, the best first. */
export async function readBoard(
  database: D1Database,
  gameId: string,
  board: { readonly span: BoardSpan; readonly startsOn: LocalDay; readonly metric: BoardMetric },
  limit: number,
): Promise<readonly BoardRow[]> {
  const { span, startsOn, metric } = board;
  return drizzle(database)
    .select()
    .from(crashBoard)
    .where(and(eq(crashBoard.gameId, gameId), eq(crashBoard.span, span), eq(crashBoard.startsOn, startsOn), eq(crashBoard.metric, metric)))
    .orderBy(desc(crashBoard.worth), asc(crashBoard.crashedAtMs), asc(crashBoard.betId))
    .limit(limit);
}

/** What a round came to at all tables that have told; null while none has. */
export async function readRoundTotals(database: D1Database, gameId: string, roundNumber: number): Promise<RoundTotals | null> {
  const { players, bets, cashedOut, stakedMinor, paidMinor } = crashRoundPart;
  const [totals] = await drizzle(database)
    .select({
      parts: sql<number>`count(*)`,
      players: sql<number>`coalesce(sum(${players}), 0)`,
      bets: sql<number>`coalesce(sum(${bets}), 0)`,
      cashedOut: sql<number>`coalesce(sum(${cashedOut}), 0)`,
      stakedMinor: sql<number>`coalesce(sum(${stakedMinor}), 0)`,
      paidMinor: sql<number>`coalesce(sum(${paidMinor}), 0)`,
    })
    .from(crashRoundPart)
    .where(and(eq(crashRoundPart.gameId, gameId), eq(crashRoundPart.roundNumber, roundNumber)));
  if (totals === undefined || totals.parts === 0) return null;
  const { parts: _parts, ...sums } = totals;
  return sums;
}

/** Forgets boards of spans that began before this day. */
export async function deleteBoardsBefore(database: D1Database, day: LocalDay): Promise<void> {
  await drizzle(database).delete(crashBoard).where(lt(crashBoard.startsOn, day));
}
