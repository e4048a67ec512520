/** Bets on the real crash game: placed at its table, pressed or left to fly, ended by the table in the wallet. */
import type { CrashReply, CrashTableRpc } from "../../shared/protocol/rpc/crash.ts";
import { demand, ObjectReset } from "./failure.ts";
import type { Platform } from "./platform.ts";
import type { Player } from "./player.ts";

/** One bet in the round that takes bets now, if one does; cashed out at a moment of the player's choice, or not. */
export async function crashBet(player: Player): Promise<void> {
  const { prng, around, country, userId, tenant } = player;
  const table = around.platform.env.CRASH_TABLE.getByName(`${tenant.crash.gameId}:1`) as unknown as CrashTableRpc;
  const command = {
    userId,
    country,
    key: player.newKey("crashBet"),
    slot: prng.chance(0.5) ? ("A" as const) : ("B" as const),
    stakeMinor: tenant.crash.stake.minMinor * prng.between(1, 5),
    autoCashOutHundredths: prng.chance(0.3) ? prng.between(110, 300) : null,
  };
  const placed = await untilKnown(player, () => table.placeBet(command));
  around.world.reached(placed.ok ? "crash-bet" : `crash-bet:${placed.error.reason}`);
  if (!placed.ok) return;
  const { betId } = placed.value.bet;
  player.crashBets.set(betId, { stakeMinor: command.stakeMinor, payoutMinor: null });
  if (prng.chance(0.4)) return;
  await player.sleep(prng.between(0, 15_000));
  const cashedOut = await untilKnown(player, () => table.cashOut({ userId, betId }));
  around.world.reached(cashedOut.ok ? "crash-cash-out" : `crash-cash-out:${cashedOut.error.reason}`);
  if (cashedOut.ok) player.crashBets.set(betId, { stakeMinor: command.stakeMinor, payoutMinor: cashedOut.value.payoutMinor });
}

const BETS_OF_USER = `SELECT bet_id, bet.status, stake_minor, payout_minor, cash_out_hundredths, crash_hundredths
  FROM bet JOIN round ON round.number = bet.round WHERE user_id = ?`;

/** The bets of a table as they ended: what a player won and lost by them, and that what the player was told is what happened. */
export function noteCrashBets(platform: Platform, player: Player): void {
  const table = platform.network.objects.get(`crash-table ${player.tenant.crash.gameId}:1`);
  const rows = table === undefined ? [] : table.rows(BETS_OF_USER, player.userId);
  const ended = new Map(rows.map((row) => [String(row.bet_id), row]));
  for (const row of rows) {
    const { status, stake_minor: stake, payout_minor: payout } = row;
    // A round that was interrupted has no crash, and its bets are given back.
    const isTrue = status !== "CASHED_OUT" || Number(row.cash_out_hundredths) <= Number(row.crash_hundredths);
    demand(isTrue, () => `${player.audit.walletId}: a crash bet was paid above the crash: ${JSON.stringify(row)}`);
    const isExact = status !== "CASHED_OUT" || payout === Math.floor((Number(stake) * Number(row.cash_out_hundredths)) / 100);
    demand(isExact, () => `${player.audit.walletId}: a crash bet was paid wrongly: ${JSON.stringify(row)}`);
    player.around.world.reached(`crash-${String(status).toLowerCase()}`);
    if (status === "CASHED_OUT") player.audit.cashMinor += Number(payout) - Number(stake);
    else if (status === "LOST") player.audit.cashMinor -= Number(stake);
  }
  for (const [betId, told] of player.crashBets) {
    const row = ended.get(betId);
    demand(
      row?.stake_minor === told.stakeMinor,
      () => `${player.audit.walletId}: crash bet ${betId} was taken and is ${JSON.stringify(row)}`,
    );
    const isSame = told.payoutMinor === null || (row.status === "CASHED_OUT" && row.payout_minor === told.payoutMinor);
    demand(
      isSame,
      () => `${player.audit.walletId}: crash bet ${betId} was cashed out for ${String(told.payoutMinor)} and is ${JSON.stringify(row)}`,
    );
  }
}

/** Asks until the table knows. */
async function untilKnown<T>(player: Player, ask: () => Promise<CrashReply<T>>): Promise<CrashReply<T>> {
  for (let tries = 0; ; tries += 1) {
    try {
      const reply = await ask();
      if (reply.ok || reply.error.reason !== "unavailable") return reply;
    } catch (error) {
      if (!(error instanceof ObjectReset) && tries > 100) throw error;
    }
    await player.sleep(player.prng.between(50, 1_500));
  }
}
