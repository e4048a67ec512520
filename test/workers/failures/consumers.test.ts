/**
 * Consumers of the queues fail at every call that they make, before and after it took effect; the message comes again, as the queue
 * promises, and there is one effect.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import type { AcceptanceMessage, PaymentCallbackMessage, SettlementMessage } from "../../../shared/protocol/queue/messages.ts";
import { consumeAcceptance } from "../../../workers/queues/acceptance.ts";
import { consumePaymentCallback } from "../../../workers/queues/payment-callbacks.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { consumeSettlements } from "../../../workers/queues/settlement.ts";
import { rebuildWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { holdCommand, selection } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { MPesa } from "../payments/m-pesa.ts";
import { TestPlayer } from "../payments/player.ts";
import { house, onOwnDay, placeKnownBet, silenceWallets, stored, wholeRun, withWalletTelling } from "../wallet/projection-support.ts";
import { newWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => silenceWallets());
afterEach(() => void vi.restoreAllMocks());

/** Consumes a message that may fail; the fault must not leave the consumer without a word of it. */
async function attempted(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

it("the projection stores each entry and counts each posting once", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    const player = await newWallet(95_000);
    await placeKnownBet(player);
    const { run, day } = onOwnDay(await wholeRun(player));
    const telling = { ...failing.env, WALLET: failing.faulty(withWalletTelling(run, player).WALLET) };
    await attempted(consumeProjections(telling, [run]));
    // A fault may have been after the last effect: the queue sends it again all the same.
    expect(await consumeProjections(withWalletTelling(run, player), [run]), label).toEqual([null]);
    const { head, entries, bets } = await stored(player.walletId);
    expect(head, label).toMatchObject([{ seq: run.toSeq, hash: run.headHash }]);
    expect(entries, label).toHaveLength(run.toSeq);
    expect(bets, label).toHaveLength(1);
    const { totals, wanted } = await house(day, run);
    expect(totals, label).toEqual(wanted);
    expect((await player.wallet.digest()).outboxPending, label).toBe(0);
  });
  expect(calls).toBeGreaterThanOrEqual(4);
});

it("a settlement pays once", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    const player = await newWallet(95_000);
    const { command, fixtureId } = await placeKnownBet(player);
    const selectionId = command.selections[0]?.selectionId ?? "";
    const message: SettlementMessage = {
      v: 1,
      country: "KE",
      fixtureId,
      walletId: player.walletId,
      bets: [{ betId: command.betId, resultVersion: 1, results: [{ selectionId, outcome: "won" }] }],
    };
    await attempted(consumeSettlements(failing.env, [message]));
    expect(await consumeSettlements(env, [message]), label).toEqual([null]);
    const digest = await player.wallet.digest();
    expect(digest, label).toMatchObject({ violations: [], balances: { cashMinor: 105_000 } });
    expect((await player.wallet.bet(command.betId))?.settlements, label).toHaveLength(1);
  });
  expect(calls).toBeGreaterThanOrEqual(2);
});

it("a held bet is decided once", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    const player = await newWallet(95_000);
    const { fixtureId } = await openFixture();
    const selections = [selection({ fixtureId, selectionId: `${fixtureId}:1x2:home`, marketId: "1x2" })];
    const bet = holdCommand({
      betId: makeId("bet", unixMs(Date.now()), crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))),
      selections,
      delayMs: 0,
    });
    await player.wallet.holdBet(bet);
    const message: AcceptanceMessage = { v: 1, country: "KE", walletId: player.walletId, betId: bet.betId };
    await attempted(consumeAcceptance(failing.env, [message]));
    expect(await consumeAcceptance(env, [message]), label).toEqual([null]);
    expect(await player.wallet.digest(), label).toMatchObject({ violations: [], balances: { cashMinor: 85_000, heldMinor: 0 } });
    expect((await player.wallet.shownBet(bet.betId))?.status, label).toBe("PENDING");
  });
  expect(calls).toBe(3);
});

it("a payment's callback credits once", async () => {
  const mPesa = new MPesa();
  try {
    const messages: PaymentCallbackMessage[] = [];
    vi.spyOn(env.PAYMENT_CALLBACK_QUEUE, "send").mockImplementation(async (message) => {
      messages.push(message as PaymentCallbackMessage);
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    });
    const calls = await atEveryCall(env, async (failing, label) => {
      const player = await TestPlayer.verified();
      const { intentId } = await player.started("deposit", 10_000);
      await mPesa.phonesAct();
      const message = messages.findLast((each) => each.intentId === intentId);
      if (message === undefined) throw new Error("no callback came in");
      await attempted(consumePaymentCallback(failing.env, message));
      await consumePaymentCallback(env, message);
      expect(await player.read(intentId), label).toMatchObject({ status: "COMPLETED", netMinor: 9_500 });
      expect((await player.view()).balances.cashMinor, label).toBe(9_500);
      expect((await player.wallet.statement({ limit: 10, offset: 0 })).total, label).toBe(1);
    });
    expect(calls).toBeGreaterThanOrEqual(2);
  } finally {
    mPesa.restore();
  }
});

it("a wallet's copy that is rebuilt is the same wherever it stopped before", async () => {
  const player = await newWallet(95_000);
  await placeKnownBet(player);
  await placeKnownBet(player);
  await rebuildWallet(env, "KE", player.walletId);
  const whole = await stored(player.walletId);
  expect(whole.entries.length).toBeGreaterThan(4);
  const calls = await atEveryCall(env, async (failing, label) => {
    await attempted(rebuildWallet(failing.env, "KE", player.walletId));
    expect(await rebuildWallet(env, "KE", player.walletId), label).toMatchObject({ isComplete: true });
    expect(await stored(player.walletId), label).toEqual(whole);
  });
  expect(calls).toBeGreaterThanOrEqual(6);
});
