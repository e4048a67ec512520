/** Bets on the real crash game: placed at its table, pressed or left to fly, ended by the table in the wallet. */
import { tableOf } from "../../shared/crash/seats.ts";
import type { CrashGameRpc, CrashReply, CrashTableRpc, PlaceCrashBet } from "../../shared/protocol/rpc/crash.ts";
import type { StartAutoplay } from "../../shared/protocol/rpc/crash-plans.ts";
import { ObjectReset } from "./failure.ts";
import type { Player } from "./player.ts";

/** A player who wants to play waits for a round at most so often. */
const LOOKS_MAX = 20;
const AUTOPLAY_CHANCE = 0.15;
/** Bets of the last moment come in around the end of betting. */
const LAST_MOMENT_MS = { before: 120, after: 60 };

/** One bet in the round that takes bets now, if one does; cashed out at a moment of the player's choice, or not. */
export async function crashBet(player: Player): Promise<void> {
  const { prng, around, country, userId, tenant } = player;
  if (prng.chance(AUTOPLAY_CHANCE)) return crashAutoplay(player);
  if (prng.chance(0.85)) await forBetting(player);
  const command = {
    userId,
    country,
    key: player.newKey("crashBet"),
    slot: prng.chance(0.5) ? ("A" as const) : ("B" as const),
    stakeMinor: tenant.crash.stake.minMinor * prng.between(1, 5),
    autoCashOutHundredths: prng.chance(0.6) ? prng.between(110, 300) : null,
  };
  const { table, placed } = await atOwnTable(player, (own) => own.placeBet(command));
  around.world.reached(placed.ok ? "crash-bet" : `crash-bet:${placed.error.reason}`);
  if (!placed.ok && placed.error.reason === "betting_closed") await queueBet(player, command);
  if (!placed.ok) return;
  const { betId } = placed.value.bet;
  player.crashBets.set(betId, { stakeMinor: command.stakeMinor, payoutMinor: null });
  if (prng.chance(0.4)) return;
  await player.sleep(prng.between(0, 15_000));
  const cashedOut = await untilKnown(player, () => table.cashOut({ userId, betId }));
  around.world.reached(cashedOut.ok ? "crash-cash-out" : `crash-cash-out:${cashedOut.error.reason}`);
  if (cashedOut.ok) player.crashBets.set(betId, { stakeMinor: command.stakeMinor, payoutMinor: cashedOut.value.payoutMinor });
}

/** Leaves the bet for the next round; sometimes takes it back. */
async function queueBet(player: Player, { key, ...bet }: PlaceCrashBet): Promise<void> {
  const { userId, prng, around } = player;
  const { placed: queued } = await atOwnTable(player, (own) => own.queueBet({ ...bet, key: `${key}-next` }));
  around.world.reached(queued.ok ? "crash-queued" : `crash-queued:${queued.error.reason}`);
  if (!queued.ok || prng.chance(0.8)) return;
  const { placed: cancelled } = await atOwnTable(player, (own) => own.cancelBet({ userId, slot: bet.slot }));
  around.world.reached(cancelled.ok ? `crash-cancelled-${cancelled.value.cancelled}` : `crash-cancel:${cancelled.error.reason}`);
}

/** Lets the table bet for the player, for some rounds. */
async function crashAutoplay(player: Player): Promise<void> {
  const { userId, country, prng, tenant, around } = player;
  const stakeMinor = tenant.crash.stake.minMinor * prng.between(1, 3);
  const order: StartAutoplay = {
    ...{ userId, country, key: player.newKey("autoplay"), slot: prng.chance(0.5) ? "A" : "B", stakeMinor },
    ...{
      targetHundredths: prng.between(110, 250),
      rounds: prng.between(2, 6),
      stopLossMinor: stakeMinor * 4,
      stopWinMinor: stakeMinor * 3,
    },
  };
  const { placed: started } = await atOwnTable(player, (own) => own.startAutoplay(order));
  around.world.reached(started.ok ? "crash-autoplay" : `crash-autoplay:${started.error.reason}`);
}

/** Waits until the game takes bets, or until the last moment in which it does; gives up after a while. */
async function forBetting(player: Player): Promise<void> {
  const { prng, around, tenant } = player;
  const game = around.platform.env.CRASH_GAME.getByName(tenant.crash.gameId) as unknown as CrashGameRpc;
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const round = await game.join().catch(() => null);
    if (round?.status === "BETTING" && round.bettingEndsAtMs !== null) {
      const lastMs = round.bettingEndsAtMs - around.world.nowMs + prng.between(-LAST_MOMENT_MS.before, LAST_MOMENT_MS.after);
      if (prng.chance(0.5)) await player.sleep(lastMs);
      return;
    }
    await player.sleep(prng.between(300, 2_000));
  }
}

/** Asks the table at which the player sits now: the one they know, or where that sends them. */
async function atOwnTable<T>(player: Player, ask: (table: CrashTableRpc) => Promise<CrashReply<T>>) {
  const { around, userId, tenant } = player;
  for (;;) {
    const name = `${tenant.crash.gameId}:${tableOf(userId, player.crashTables)}`;
    const table = around.platform.env.CRASH_TABLE.getByName(name) as unknown as CrashTableRpc;
    const placed = await untilKnown(player, () => ask(table));
    if (placed.ok || placed.error.reason !== "other_table") return { table, placed };
    around.world.reached("crash-moved");
    player.crashTables = placed.error.tables;
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
