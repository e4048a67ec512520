/**
 * The leader boards as anyone may see them. Rows come from the read model; who is behind them is asked of the lounge each time, so that a
 * withdrawn consent counts here as everywhere. What was read stays for a few seconds in this isolate: many look, little changes.
 */
import { BOARD_METRICS, BOARD_ROWS, BOARD_SPANS, type BoardMetric, type BoardSpan, spanStarts } from "../../../shared/crash/board.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { DAY_MS, type LocalDay, localDay, unixMs } from "../../../shared/kernel/time.ts";
import type { Country, Tenant } from "../../../shared/tenants/tenant.ts";
import { type BoardRow, deleteBoardsBefore, readBoard } from "../../adapters/d1/crash-boards.ts";
import { databaseOf, type Env } from "../../env.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { crashLounge } from "../crash-lounge/lounge-guest.ts";
import { gameTenant } from "./crash-objects.ts";

export interface BoardEntry {
  /** Masked; null for one who has not agreed to be shown. */
  readonly player: string | null;
  readonly roundNumber: number;
  readonly multiplierHundredths: number;
  readonly payoutMinor: number;
}

export interface Board {
  readonly span: BoardSpan;
  readonly metric: BoardMetric;
  readonly startsOn: LocalDay;
  readonly entries: readonly BoardEntry[];
}

/** The longest that a withdrawal takes to reach a board. */
const FRESH_MS = 5_000;
/** More than are shown: some may have withdrawn since. */
const ROWS_READ = 3 * BOARD_ROWS;
/** Boards are kept for so long. */
const KEPT_DAYS = 60;

const cached = new Map<string, { readonly readAtMs: number; readonly boards: readonly Board[] }>();

/** The boards of today and this week. Refuses NOT_FOUND. */
export async function readBoards(ctx: ServiceContext, game: string): Promise<ServiceResult<readonly Board[]>> {
  const tenant = gameTenant(ctx, game);
  if (!tenant.ok) return tenant;
  const { gameId } = tenant.value.crash;
  const known = cached.get(gameId);
  if (known !== undefined && ctx.nowMs - known.readAtMs < FRESH_MS && ctx.nowMs >= known.readAtMs) return ok(known.boards);
  const boards = await readAll(ctx.env, tenant.value, ctx.nowMs);
  cached.set(gameId, { readAtMs: ctx.nowMs, boards });
  return ok(boards);
}

/** Forgets boards that nobody looks at any more. */
export async function pruneBoards(env: Env, country: Country, nowMs: number): Promise<void> {
  await deleteBoardsBefore(databaseOf(env, country), localDay(unixMs(nowMs - KEPT_DAYS * DAY_MS), 0));
}

async function readAll(env: Env, tenant: Tenant, nowMs: number): Promise<readonly Board[]> {
  const { country, crash, utcOffsetMinutes } = tenant;
  const starts = spanStarts(nowMs, utcOffsetMinutes);
  const wanted = BOARD_SPANS.flatMap((span) => BOARD_METRICS.map((metric) => ({ span, metric, startsOn: starts[span] })));
  const database = databaseOf(env, country);
  const rows = await Promise.all(wanted.map((board) => readBoard(database, crash.gameId, board, ROWS_READ)));
  const players = [...new Set(rows.flat().map(({ userId }) => userId))];
  const names = players.length === 0 ? [] : await crashLounge(env, tenant).namesOf(players);
  const nameOf = new Map(players.map((userId, index) => [userId, names[index] ?? null]));
  return wanted.map((board, index) => ({ ...board, entries: entriesOf(rows[index] ?? [], nameOf, crash.showsOtherPlayers) }));
}

function entriesOf(
  rows: readonly BoardRow[],
  nameOf: ReadonlyMap<string, string | null>,
  showsOtherPlayers: boolean,
): readonly BoardEntry[] {
  const entries = rows.map(({ userId, roundNumber, multiplierHundredths, payoutMinor }) => ({
    ...{ player: nameOf.get(userId) ?? null, roundNumber, multiplierHundredths, payoutMinor },
  }));
  return entries.filter(({ player }) => player !== null || showsOtherPlayers).slice(0, BOARD_ROWS);
}
