import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flightMs } from "../../../shared/crash/curve.ts";
import type { StartAutoplay } from "../../../shared/protocol/rpc/crash-plans.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet, type TestWallet } from "../wallet/wallet-support.ts";
import { got, type Secret, TestGame } from "./crash-support.ts";

const RATE = 60;
const CASH = 95_000;
const STAKE = 10_000;
const room = new TestGame("crash-ke");

async function expectCash(player: TestWallet, cashMinor: number, heldMinor = 0): Promise<void> {
  await vi.waitFor(async () =>
    expect(await env.WALLET.getByName(player.walletId).digest()).toMatchObject({ violations: [], balances: { cashMinor, heldMinor } }),
  );
}

const slotA = (player: TestWallet) => ({ userId: player.userId, slot: "A" as const });

function queue(player: TestWallet, fields: { key?: string; slot?: "A" | "B"; stakeMinor?: number } = {}) {
  const command = { country: "KE", key: mint("key"), slot: "A", stakeMinor: STAKE, autoCashOutHundredths: null } as const;
  return room.table.queueBet({ ...command, userId: player.userId, ...fields });
}

function autoplay(player: TestWallet, fields: Partial<StartAutoplay> = {}) {
  const order = { slot: "A", stakeMinor: STAKE, targetHundredths: 110, rounds: 3, stopLossMinor: 50_000, stopWinMinor: 500_000 } as const;
  return room.table.startAutoplay({ userId: player.userId, country: "KE", key: mint("key"), ...order, ...fields });
}

/** Ends the flight and opens the next round, which the test rigs to crash where it wants. */
async function next(secret: Secret): Promise<void> {
  await room.crash(secret, flightMs(secret.crashHundredths, RATE));
  await room.nextRoundWith(1);
}

async function fly(): Promise<Secret> {
  const secret = await room.rig((crash) => crash > 150 && crash < 200);
  await room.open();
  await room.takeOff();
  return secret;
}

const betsIn = (player: TestWallet, status: string) =>
  vi.waitFor(async () => expect(await room.countBets(`user_id = '${player.userId}' AND status = '${status}'`)).toBe(1));

beforeEach(() => room.startClock());
afterEach(async () => {
  await runInDurableObject(room.table, (_instance, state) => {
    state.storage.sql.exec("DELETE FROM waiting_bet; UPDATE autoplay SET ended_at = 1, end_reason = 'player' WHERE ended_at IS NULL");
  });
  await room.rest();
  await room.settle();
  room.stopClock();
});

describe("a bet for the next round", () => {
  it("waits without money while the round flies, and is in once when the window opens", async () => {
    const secret = await fly();
    const player = await newWallet(CASH);
    const key = mint("key");
    const queued = got(await queue(player, { key }));
    expect(queued.waiting).toMatchObject({ slot: "A", stakeMinor: STAKE, roundNumber: secret.roundNumber + 1 });
    expect(got(await queue(player, { key }))).toEqual(queued);
    expect(await queue(player)).toEqual({ ok: false, error: { reason: "slot_taken" } });
    await expectCash(player, CASH);
    await next(secret);
    await betsIn(player, "ACTIVE");
    await expectCash(player, CASH, STAKE);
    expect(await room.table.plans(player.userId)).toEqual({ waiting: [], autoplay: [] });
    expect(got(await queue(player, { key })).bet).toMatchObject({ status: "ACTIVE", roundNumber: secret.roundNumber + 1 });
    await room.table.beat();
    await expectCash(player, CASH, STAKE);
  });

  it("is taken back for nothing before the window and within it, and not in flight", async () => {
    const secret = await fly();
    const player = await newWallet(CASH);
    got(await queue(player));
    expect(got(await room.table.cancelBet(slotA(player)))).toEqual({ cancelled: "waiting" });
    expect(await room.table.cancelBet(slotA(player))).toEqual({ ok: false, error: { reason: "not_found" } });
    got(await queue(player));
    await next(secret);
    await betsIn(player, "ACTIVE");
    expect(got(await room.table.cancelBet(slotA(player)))).toEqual({ cancelled: "bet" });
    await room.settle();
    await expectCash(player, CASH);
    got(await room.bet(player.userId));
    await room.takeOff();
    expect(await room.table.cancelBet(slotA(player))).toEqual({ ok: false, error: { reason: "betting_closed" } });
    await expectCash(player, CASH, STAKE);
  });

  it("survives a death of the objects, before and while the window is open", async () => {
    const secret = await fly();
    const player = await newWallet(CASH);
    got(await queue(player));
    await abortAllDurableObjects();
    expect((await room.table.plans(player.userId)).waiting).toHaveLength(1);
    await next(secret);
    await betsIn(player, "ACTIVE");
    // As if the table had died between the row and the wallet's answer.
    await runInDurableObject(room.table, (_instance, state) => {
      state.storage.sql.exec("UPDATE bet SET status = 'RESERVING' WHERE user_id = ?", player.userId);
    });
    await abortAllDurableObjects();
    await room.table.beat();
    await betsIn(player, "ACTIVE");
    await expectCash(player, CASH, STAKE);
  });

  it("is refused out of bounds, and dropped when the wallet takes no stake; nothing stays", async () => {
    const secret = await fly();
    const player = await newWallet(STAKE - 1);
    expect(await queue(player, { stakeMinor: 1 })).toMatchObject({ error: { refusal: { reason: "amount_too_low" } } });
    got(await queue(player));
    await next(secret);
    await vi.waitFor(async () => expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(0));
    await expectCash(player, STAKE - 1);
    expect((await room.table.plans(player.userId)).waiting).toEqual([]);
  });

  it("is dropped when the game closes", async () => {
    await fly();
    const player = await newWallet(CASH);
    got(await queue(player));
    const view = await room.game.view();
    await room.table.roundChanged({ ...view, status: "WAITING", isClosed: true });
    expect((await room.table.plans(player.userId)).waiting).toEqual([]);
    await expectCash(player, CASH);
  });
});

describe("autoplay", () => {
  it("is refused without room for a loss, for too many rounds, and in a slot with a plan; nothing starts", async () => {
    await fly();
    const player = await newWallet(CASH);
    expect(await autoplay(player, { stopLossMinor: STAKE - 1 })).toEqual({ ok: false, error: { reason: "stop_below_stake" } });
    expect(await autoplay(player, { rounds: 101 })).toEqual({ ok: false, error: { reason: "rounds_too_many", max: 100 } });
    got(await queue(player));
    expect(await autoplay(player)).toEqual({ ok: false, error: { reason: "slot_taken" } });
    expect((await room.table.plans(player.userId)).autoplay).toEqual([]);
  });

  it("stakes each round once, goes on over deaths of the objects, and ends after its rounds with all of it on record", async () => {
    let secret = await fly();
    const player = await newWallet(CASH);
    const key = mint("key");
    const order = got(await autoplay(player, { key, rounds: 2 }));
    expect(got(await autoplay(player, { key, rounds: 2 })).orderId).toBe(order.orderId);
    await expectCash(player, CASH);
    for (let round = 1; round <= 2; round += 1) {
      await next(secret);
      await abortAllDurableObjects();
      await room.table.beat();
      await betsIn(player, "ACTIVE");
      expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(round);
      secret = await room.choose((crash) => crash > 150 && crash < 200);
      await room.takeOff();
    }
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();
    await expectCash(player, CASH + 2_000);
    expect((await room.table.plans(player.userId)).autoplay).toMatchObject([
      { orderId: order.orderId, rounds: 2, roundsTaken: 2, netMinor: 2_000, endReason: "rounds_played" },
    ]);
  });

  it("ends before a stake that could lose more than was named, and at a single win", async () => {
    const secret = await fly();
    const [loser, winner] = [await newWallet(CASH), await newWallet(CASH)];
    got(await autoplay(loser, { targetHundredths: 900, stopLossMinor: STAKE }));
    got(await autoplay(winner, { stopWinMinor: 1_000 }));
    await next(secret);
    await betsIn(loser, "ACTIVE");
    await betsIn(winner, "ACTIVE");
    const chosenRound = await room.choose((crash) => crash > 150 && crash < 200);
    // The game keeps a round's secret once it has opened it: met again, it reads the salt that was chosen.
    await abortAllDurableObjects();
    await room.takeOff();
    await room.crash(chosenRound, flightMs(chosenRound.crashHundredths, RATE));
    expect((await room.table.plans(loser.userId)).autoplay).toMatchObject([{ endReason: "loss_reached", netMinor: -STAKE }]);
    expect((await room.table.plans(winner.userId)).autoplay).toMatchObject([{ endReason: "win_reached", netMinor: 1_000 }]);
    await room.settle();
    await expectCash(loser, CASH - STAKE);
    await expectCash(winner, CASH + 1_000);
  });

  it("ends by its player, by too little money, and by a restriction; what flies plays on", async () => {
    const secret = await fly();
    const [stopped, poor, restricted] = [await newWallet(CASH), await newWallet(STAKE - 1), await newWallet(CASH)];
    got(await autoplay(stopped));
    expect(got(await room.table.stopAutoplay(slotA(stopped)))).toMatchObject({ endReason: "player", roundsTaken: 0 });
    expect(await room.table.stopAutoplay(slotA(stopped))).toEqual({ ok: false, error: { reason: "not_found" } });
    got(await autoplay(poor));
    got(await autoplay(restricted));
    await next(secret);
    await betsIn(restricted, "ACTIVE");
    await vi.waitFor(async () =>
      expect((await room.table.plans(poor.userId)).autoplay).toMatchObject([{ endReason: "refused", endDetail: "INSUFFICIENT_BALANCE" }]),
    );
    await room.table.playerRestricted(restricted.userId);
    expect((await room.table.plans(restricted.userId)).autoplay).toMatchObject([{ endReason: "restricted" }]);
    await betsIn(restricted, "ACTIVE");
    await expectCash(restricted, CASH, STAKE);
    await expectCash(poor, STAKE - 1);
  });
});
