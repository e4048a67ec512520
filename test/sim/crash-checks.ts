/**
 * What is demanded of the crash game, over all its tables: bets come in while betting is open and not after; each was ended by the rule and
 * as its player was told; a player's hand plays once in a round, whichever table it sat at; all tables know the same crash.
 */
import { CrashTableStore } from "../../durable-objects/crash-game/crash-table-store.ts";
import { demand, SimFailure } from "./failure.ts";
import type { Platform } from "./platform.ts";
import type { Player } from "./player.ts";
import type { World } from "./world.ts";
import { wrap } from "./wrap.ts";

const BETS_OF_USER = `SELECT bet_id, round, slot, bet.status, stake_minor, payout_minor, target_hundredths, pressed_hundredths,
    cash_out_hundredths, crash_hundredths
  FROM bet JOIN round ON round.number = bet.round WHERE user_id = ?`;
const CRASHES = "SELECT number, crash_hundredths FROM round WHERE status = 'CRASHED'";

type Row = Readonly<Record<string, unknown>>;

/** Watches bets come in, by the table's own clock; the answer stops it. A bet that comes in late fails the run. */
export function watchBetting(world: World): () => void {
  return wrap(CrashTableStore.prototype, "confirmBets", (confirm, store, betIds, nowMs) => {
    const reserving = new Set(betIds.filter((betId) => store.bet(betId)?.status === "RESERVING"));
    const bets = confirm(betIds, nowMs);
    for (const bet of bets) {
      if (!reserving.has(bet.bet_id) || bet.status !== "ACTIVE") continue;
      const endMs = store.roundNumbered(bet.round).betting_ends_at ?? 0;
      if (world.clockMs() < endMs) continue;
      const lateMs = world.clockMs() - endMs;
      // Thrown here it would be the table's own error, and the table goes on after those.
      world.uncaught.push(new SimFailure(`crash bet ${bet.bet_id} came into round ${bet.round} ${lateMs} ms after its betting had ended`));
    }
    return bets;
  });
}

/** The bets of the tables as they ended: what a player won and lost by them, and that what the player was told is what happened. */
export function noteCrashBets(platform: Platform, player: Player): void {
  const { walletId } = player.audit;
  const ended = new Map<string, Row>();
  const hands = new Set<string>();
  for (const table of platform.network.objectsOf("crash-table")) {
    for (const row of [...table.rows(BETS_OF_USER, player.userId), ...archivedBets(platform, table.name, player.userId)]) {
      // A page that was put twice says the same.
      if (ended.has(String(row.bet_id))) continue;
      ended.set(String(row.bet_id), row);
      if ("placed_at" in row) player.around.world.reached("crash-archived");
      checkEnd(player, row);
      player.around.world.reached(`crash-${String(row.status).toLowerCase()}`);
      if (!table.name.endsWith(":1")) player.around.world.reached("crash-other-table");
      if (row.status === "VOID") continue;
      const hand = `${String(row.round)} ${String(row.slot)}`;
      demand(!hands.has(hand), () => `${walletId}: two bets of one hand in one round: ${JSON.stringify(row)}`);
      hands.add(hand);
      if (row.status === "CASHED_OUT") player.audit.cashMinor += Number(row.payout_minor) - Number(row.stake_minor);
      else if (row.status === "LOST") player.audit.cashMinor -= Number(row.stake_minor);
    }
  }
  for (const [betId, told] of player.crashBets) {
    const row = ended.get(betId);
    demand(row?.stake_minor === told.stakeMinor, () => `${walletId}: crash bet ${betId} was taken and is ${JSON.stringify(row)}`);
    const isSame = told.payoutMinor === null || (row.status === "CASHED_OUT" && row.payout_minor === told.payoutMinor);
    demand(isSame, () => `${walletId}: crash bet ${betId} was cashed out for ${String(told.payoutMinor)} and is ${JSON.stringify(row)}`);
  }
}

/** A player's bets that a table has put into the archive, as `BETS_OF_USER` has those that it still keeps. */
function archivedBets(platform: Platform, table: string, userId: string): readonly Row[] {
  const [gameId, number] = table.replace(/^crash-table /, "").split(":");
  const rows = platform.archive
    .textsOf(`crash/${gameId}/${number}/`)
    .flatMap((text) => text.split("\n").flatMap((line): Row[] => (line === "" ? [] : [JSON.parse(line) as Row])));
  const crashes = new Map(rows.flatMap((row) => ("number" in row ? [[row.number, row.crash_hundredths] as const] : [])));
  return rows
    .filter((row) => "bet_id" in row && row.user_id === userId)
    .map((row) => ({ ...row, crash_hundredths: crashes.get(row.round) ?? null }));
}

/** Every table that heard of a round's end heard of the same. */
export function checkCrashes(platform: Platform): void {
  const points = new Map<unknown, unknown>();
  for (const table of platform.network.objectsOf("crash-table"))
    for (const { number, crash_hundredths: point } of table.rows(CRASHES)) {
      const known = points.get(number) ?? point;
      demand(known === point, () => `${table.name}: round ${String(number)} crashed at ${String(point)}, elsewhere at ${String(known)}`);
      points.set(number, point);
    }
}

/** A bet that was paid left at or below the crash and got that; one that was not had no target and no press that the flight reached. */
function checkEnd({ audit }: Player, row: Row): void {
  const { status, stake_minor: stake, payout_minor: payout, crash_hundredths: crash } = row;
  const said = (): string => `${audit.walletId}: ${JSON.stringify(row)}`;
  if (status === "CASHED_OUT") {
    demand(
      Number(row.cash_out_hundredths) <= Number(crash ?? Number.POSITIVE_INFINITY),
      () => `a crash bet was paid above the crash: ${said()}`,
    );
    const exact = Math.floor((Number(stake) * Number(row.cash_out_hundredths)) / 100);
    demand(payout === exact, () => `a crash bet was paid wrongly: ${said()}`);
  } else if (status === "LOST" || status === "REFUNDED") {
    const exit = Math.min(...[row.target_hundredths, row.pressed_hundredths].map((at) => Number(at ?? Number.POSITIVE_INFINITY)));
    demand(exit > Number(crash), () => `a crash bet that the flight took to its exit was not paid: ${said()}`);
  }
}
