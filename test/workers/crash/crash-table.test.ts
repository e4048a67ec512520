import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flightMs, millisecondsTo, multiplierAt } from "../../../shared/crash/curve.ts";
import { mint } from "../../support/wallet-commands.ts";
import { must, newWallet, type TestWallet } from "../wallet/wallet-support.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const CASH = 95_000;
const room = new TestGame("crash-ke");

async function expectCash(player: TestWallet, cashMinor: number, heldMinor = 0): Promise<void> {
  // A fresh stub: the old one is broken after an object died.
  expect(await env.WALLET.getByName(player.walletId).digest()).toMatchObject({ violations: [], balances: { cashMinor, heldMinor } });
}

beforeEach(() => room.startClock());
afterEach(async () => {
  await room.rest();
  await room.settle();
  room.stopClock();
});

describe("placing", () => {
  it("holds the stake and takes it when the bet is lost", async () => {
    const secret = await room.rig((crash) => crash < 130);
    const player = await newWallet(CASH);
    await room.open();
    const { bet } = got(await room.bet(player.userId));
    expect(bet).toMatchObject({ roundNumber: secret.roundNumber, slot: "A", stakeMinor: 10_000, status: "ACTIVE", payoutMinor: 0 });
    await expectCash(player, CASH, 10_000);
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();
    await expectCash(player, CASH - 10_000);
    expect(await room.table.bets({ userId: player.userId, limit: 5 })).toMatchObject([{ betId: bet.betId, status: "LOST" }]);
  });

  it("opens a round for the first bet when the game rests", async () => {
    await room.rest();
    const player = await newWallet(CASH);
    expect(got(await room.bet(player.userId)).bet.status).toBe("ACTIVE");
  });

  it("is refused in flight, after the crash, and past the end of betting, and moves nothing", async () => {
    const secret = await room.rig((crash) => crash > 110 && crash < 150);
    const player = await newWallet(CASH);
    const closed = { ok: false, error: { reason: "betting_closed" } };
    const { bettingEndsAtMs } = await room.open();
    vi.setSystemTime(bettingEndsAtMs ?? 0);
    expect(await room.bet(player.userId)).toEqual(closed);
    await room.takeOff();
    expect(await room.bet(player.userId)).toEqual(closed);
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    expect(await room.bet(player.userId)).toEqual(closed);
    await expectCash(player, CASH);
    expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(0);
  });

  it("of one request sent ten times at once makes one bet and one hold", async () => {
    const player = await newWallet(CASH);
    await room.rest();
    await room.open();
    const key = mint("key");
    const replies = await Promise.all(Array.from({ length: 10 }, () => room.bet(player.userId, { key })));
    expect(new Set(replies.map((reply) => got(reply).bet.betId)).size).toBe(1);
    expect(replies.filter((reply) => !got(reply).replayed)).toHaveLength(1);
    await expectCash(player, CASH, 10_000);
    expect(await room.bet(player.userId, { key, stakeMinor: 20_000 })).toEqual({
      ok: false,
      error: { reason: "wallet", refusal: { reason: "idempotency_key_reused" } },
    });
    await expectCash(player, CASH, 10_000);
  });

  it("takes one bet a slot", async () => {
    const player = await newWallet(CASH);
    await room.rest();
    await room.open();
    got(await room.bet(player.userId, { slot: "A" }));
    got(await room.bet(player.userId, { slot: "B", stakeMinor: 20_000 }));
    expect(await room.bet(player.userId, { slot: "A" })).toEqual({ ok: false, error: { reason: "slot_taken" } });
    await expectCash(player, CASH, 30_000);
    expect((await room.table.presence()).players).toBe(1);
  });

  it("leaves nothing when the wallet refuses, and the slot stays free", async () => {
    const player = await newWallet(15_000);
    await room.rest();
    await room.open();
    const refusals = [
      [{ stakeMinor: 20_000 }, { reason: "insufficient_funds", requiredMinor: 20_000, availableMinor: 15_000 }],
      [{ stakeMinor: 1_999 }, { reason: "amount_too_low", minMinor: 2_000 }],
      [{ stakeMinor: 2_000_001 }, { reason: "amount_too_high", maxMinor: 2_000_000 }],
    ] as const;
    for (const [fields, refusal] of refusals)
      expect(await room.bet(player.userId, fields)).toEqual({ ok: false, error: { reason: "wallet", refusal } });
    await expectCash(player, 15_000);
    expect(await room.countBets(`user_id = '${player.userId}'`)).toBe(0);
    got(await room.bet(player.userId));
    await expectCash(player, 15_000, 10_000);
  });

  it("is refused to players of another country", async () => {
    const player = await newWallet(CASH);
    await room.rest();
    await room.open();
    expect(await room.bet(player.userId, { country: "NG" })).toEqual({ ok: false, error: { reason: "not_licensed_here", country: "NG" } });
    await expectCash(player, CASH);
  });

  it("gives a stake back whose round took off while the wallet was asked", async () => {
    const player = await newWallet(CASH);
    await room.rest();
    await room.open();
    const placing = room.bet(player.userId);
    await vi.waitFor(async () => expect(await room.countBets("status = 'RESERVING'")).toBe(1), { interval: 0 }).catch(() => undefined);
    const { bettingEndsAtMs } = await room.game.view();
    vi.setSystemTime(bettingEndsAtMs ?? 0);
    const reply = await placing;
    await room.takeOff();
    await room.settle();
    // Whichever came first, the bet is in with its stake held, or out with nothing held.
    await expectCash(player, CASH, reply.ok ? 10_000 : 0);
    expect(await room.countBets(`user_id = '${player.userId}' AND status = 'RESERVING'`)).toBe(0);
  });
});

describe("automatic cash-out", () => {
  it.each([
    ["right before the bust", 200, (crash: number) => crash > 200 && crash < 204],
    ["at the crash point itself", 150, (crash: number) => crash === 150],
  ])("is paid once, at its target, %s", async (_name, target, wanted) => {
    const secret = await room.rig(wanted);
    const player = await newWallet(CASH);
    await room.open();
    got(await room.bet(player.userId, { autoCashOutHundredths: target }));
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();
    const cashMinor = CASH - 10_000 + 100 * target;
    await expectCash(player, cashMinor);
    await room.table.roundChanged(await room.game.view());
    await runDurableObjectAlarm(room.table);
    await expectCash(player, cashMinor);
    const [bet] = await room.table.bets({ userId: player.userId, limit: 1 });
    expect(bet).toMatchObject({ status: "CASHED_OUT", cashOutHundredths: target, payoutMinor: 100 * target });
  });

  it("is paid in flight, as soon as the target is reached", async () => {
    await room.rig((crash) => crash > 160 && crash < 220);
    const player = await newWallet(CASH);
    await room.open();
    got(await room.bet(player.userId, { autoCashOutHundredths: 120 }));
    await room.takeOff();
    await room.pass(millisecondsTo(120, RATE) - 1);
    expect(await room.countBets("status = 'ACTIVE'")).toBe(1);
    room.leap(700);
    await room.table.sweep();
    await room.settle();
    await expectCash(player, CASH + 2_000);
  });

  it("one hundredth above the crash point is lost", async () => {
    const secret = await room.rig((crash) => crash < 200 && crash > 110);
    const player = await newWallet(CASH);
    await room.open();
    got(await room.bet(player.userId, { autoCashOutHundredths: secret.crashHundredths + 1 }));
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();
    await expectCash(player, CASH - 10_000);
  });
});

describe("the bounds of a round", () => {
  /** The round that takes bets, with bounds that a few bets can reach. */
  async function bound(column: "player_win_max" | "table_win_max", mostMinor: number): Promise<void> {
    await runInDurableObject(room.table, (_instance, state) => {
      state.storage.sql.exec(`UPDATE round SET ${column} = ${mostMinor} WHERE number = (SELECT max(number) FROM round)`);
    });
  }

  it("cash everybody out where all would win more, in flight, and pay exactly that", async () => {
    await room.rig((crash) => crash > 250 && crash < 400);
    const [one, other] = [await newWallet(CASH), await newWallet(CASH)];
    await room.open();
    // 2,000 won at 1.20, then 10,000 left for the 20,000 that are open.
    await bound("table_win_max", 12_000);
    got(await room.bet(one.userId, { slot: "A", autoCashOutHundredths: 120 }));
    const { bet } = got(await room.bet(one.userId, { slot: "B" }));
    got(await room.bet(other.userId, { autoCashOutHundredths: 900 }));
    await room.takeOff();
    await room.pass(millisecondsTo(150, RATE) + 1_000);
    await vi.waitFor(async () => expect(await room.countBets("status = 'ACTIVE'")).toBe(0));
    expect(await room.countBets("limited_by = 'round' AND cash_out_hundredths = 150")).toBe(2);
    // A press that comes later is answered with what the bound had paid.
    expect(got(await room.table.cashOut({ userId: one.userId, betId: bet.betId }))).toMatchObject({
      ...{ cashOutHundredths: 150, payoutMinor: 15_000, limitedBy: "round" },
    });
    await room.settle();
    await expectCash(one, CASH + 2_000 + 5_000);
    await expectCash(other, CASH + 5_000);
  });

  it("hold for what is decided only at the crash, as they would have in flight", async () => {
    const secret = await room.rig((crash) => crash > 250 && crash < 400);
    const [one, other] = [await newWallet(CASH), await newWallet(CASH)];
    await room.open();
    await bound("player_win_max", 8_000);
    got(await room.bet(one.userId, { slot: "A", autoCashOutHundredths: 130 }));
    got(await room.bet(one.userId, { slot: "B" }));
    got(await room.bet(other.userId, { stakeMinor: 40_000, autoCashOutHundredths: 110 }));
    await room.takeOff();
    room.leap(flightMs(secret.crashHundredths, RATE));
    await room.table.roundChanged(await room.game.view());
    await room.settle();
    // 3,000 of 8,000 won at 1.30: the second bet leaves at 1.50. The other's target came first.
    await expectCash(one, CASH + 8_000);
    await expectCash(other, CASH + 4_000);
    expect(await room.countBets(`user_id = '${one.userId}' AND limited_by = 'player' AND cash_out_hundredths = 150`)).toBe(1);
  });

  it("are those of the round's opening to its end", async () => {
    await room.rig((crash) => crash > 150);
    const round = await room.open();
    await bound("table_win_max", 12_345);
    await room.takeOff();
    const kept = await runInDurableObject(room.table, (_instance, state) =>
      state.storage.sql.exec("SELECT bet_payout_max, player_win_max, table_win_max FROM round WHERE number = ?", round.roundNumber).one(),
    );
    expect(kept).toEqual({ bet_payout_max: 100_000_000, player_win_max: 150_000_000, table_win_max: 12_345 });
  });
});

describe("manual cash-out", () => {
  it("pays the multiplier of its receipt once; the second press is answered with the first", async () => {
    await room.rig((crash) => crash > 200 && crash < 300);
    const player = await newWallet(CASH);
    await room.open();
    const { bet } = got(await room.bet(player.userId, { stakeMinor: 3_333 }));
    expect(await room.table.cashOut({ userId: player.userId, betId: bet.betId })).toEqual({
      ok: false,
      error: { reason: "round_not_running" },
    });
    await room.takeOff();
    await room.pass(6_789);
    const multiplier = multiplierAt(6_789, RATE);
    const payoutMinor = Math.floor((3_333 * multiplier) / 100);
    const [first, second] = await Promise.all([
      room.table.cashOut({ userId: player.userId, betId: bet.betId }),
      room.table.cashOut({ userId: player.userId, betId: null }),
    ]);
    expect(got(first)).toMatchObject({ status: "CASHED_OUT", cashOutHundredths: multiplier, payoutMinor });
    expect(second.ok ? second.value : second.error).toEqual(second.ok ? got(first) : { reason: "not_found" });
    await room.pass(2_000);
    expect(got(await room.table.cashOut({ userId: player.userId, betId: bet.betId }))).toEqual(got(first));
    await room.settle();
    await expectCash(player, CASH - 3_333 + payoutMinor);
  });

  it("is too late from the crash on, also before the table has heard of it", async () => {
    const secret = await room.rig((crash) => crash > 120 && crash < 200);
    const player = await newWallet(CASH);
    await room.open();
    const { bet } = got(await room.bet(player.userId));
    const { startedAtMs } = await room.takeOff();
    const crashAtMs = (startedAtMs ?? 0) + flightMs(secret.crashHundredths, RATE);
    await room.pass(crashAtMs - Date.now());
    expect(await room.table.cashOut({ userId: player.userId, betId: bet.betId })).toEqual({ ok: false, error: { reason: "too_late" } });
    await room.game.view();
    await vi.waitFor(async () => expect(await room.countBets(`bet_id = '${bet.betId}' AND status = 'LOST'`)).toBe(1));
    await room.settle();
    await expectCash(player, CASH - 10_000);
  });

  it("in the last millisecond before the crash is worth the crash point", async () => {
    const secret = await room.rig((crash) => crash > 120 && crash < 200);
    const player = await newWallet(CASH);
    await room.open();
    const { bet } = got(await room.bet(player.userId));
    const { startedAtMs } = await room.takeOff();
    await room.pass((startedAtMs ?? 0) + flightMs(secret.crashHundredths, RATE) - 1 - Date.now());
    const cashedOut = got(await room.table.cashOut({ userId: player.userId, betId: bet.betId }));
    expect(cashedOut.cashOutHundredths).toBe(secret.crashHundredths);
  });

  it("of another player's bet is not found", async () => {
    const player = await newWallet(CASH);
    await room.rest();
    await room.open();
    const { bet } = got(await room.bet(player.userId));
    expect(await room.table.cashOut({ userId: mint("usr"), betId: bet.betId })).toEqual({ ok: false, error: { reason: "not_found" } });
    expect(await room.table.cashOut({ userId: player.userId, betId: mint("crb") })).toEqual({ ok: false, error: { reason: "not_found" } });
  });
});

describe("failure", () => {
  it("gives bets that waited for a press back when the table was away in flight; targets stand", async () => {
    const secret = await room.rig((crash) => crash > 200 && crash < 250);
    const [waits, reaches, misses] = [await newWallet(CASH), await newWallet(CASH), await newWallet(CASH)];
    await room.open();
    got(await room.bet(waits.userId));
    got(await room.bet(reaches.userId, { autoCashOutHundredths: 150 }));
    got(await room.bet(misses.userId, { autoCashOutHundredths: 300 }));
    await room.takeOff();
    await room.pass(1_000);
    await abortAllDurableObjects();
    room.leap(flightMs(secret.crashHundredths, RATE) + 5_000);
    await runDurableObjectAlarm(room.table);
    await vi.waitFor(async () => expect(await room.countBets("status = 'ACTIVE'")).toBe(0));
    await room.settle();
    await expectCash(waits, CASH);
    await expectCash(reaches, CASH + 5_000);
    await expectCash(misses, CASH - 10_000);
    expect(await room.table.bets({ userId: waits.userId, limit: 1 })).toMatchObject([{ status: "REFUNDED", payoutMinor: 0 }]);
  });

  it("keeps a bet that a wallet can't end now, and ends it once when it can", async () => {
    const secret = await room.rig((crash) => crash > 110 && crash < 150);
    const player = await newWallet(CASH);
    await room.open();
    got(await room.bet(player.userId, { autoCashOutHundredths: 105 }));
    must(await player.wallet.freeze({ key: mint("key"), reason: "test" }));
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await vi.waitFor(async () => expect(await room.countBets(`user_id = '${player.userId}' AND settle_attempts > 0`)).toBe(1));
    await expectCash(player, CASH, 10_000);
    must(await player.wallet.unfreeze({ key: mint("key"), reason: "test" }));
    await room.settle();
    await expectCash(player, CASH + 500);
  });

  it("reads a round's end from the game when nobody told the table", async () => {
    const secret = await room.rig((crash) => crash > 110 && crash < 150);
    const player = await newWallet(CASH);
    await room.open();
    got(await room.bet(player.userId));
    await room.takeOff();
    await room.pass(flightMs(secret.crashHundredths, RATE));
    await room.crashSilently();
    expect(await room.countBets("status = 'ACTIVE'")).toBe(1);
    room.leap(5_000);
    await runDurableObjectAlarm(room.table);
    expect(await room.countBets("status = 'ACTIVE'")).toBe(0);
    await room.settle();
    await expectCash(player, CASH - 10_000);
  });
});
