/** Withdrawals by M-Pesa: the money is set aside until it is sure how the payout ended, and leaves or comes back exactly once. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { IntentView } from "../../../shared/protocol/rpc/payment-intent.ts";
import { MPesa } from "./m-pesa.ts";
import { alarmAfter, TestPlayer } from "./player.ts";

vi.setConfig({ testTimeout: 20_000 });

let mPesa: MPesa;
beforeAll(() => {
  mPesa = new MPesa();
});
afterAll(() => mPesa.restore());

const CASH = 100_000;
/** 190.00 at 5%: 189.47 leave, 9.47 are tax, 180.00 are paid, 0.53 stay. */
const REQUESTED = 19_000;
const GROSS = 18_947;
const PAYOUT = "/mpesa/b2c/v3/paymentrequest";
const STATUS = "/mpesa/transactionstatus/v1/query";

async function balances(player: TestPlayer): Promise<{ cash: number; held: number }> {
  const { cashMinor, heldMinor } = (await player.view()).balances;
  return { cash: cashMinor, held: heldMinor };
}

const HELD = { cash: CASH, held: GROSS };
const PAID = { cash: CASH - GROSS, held: 0 };
const BACK = { cash: CASH, held: 0 };

/** Has the provider asked how a payout ended, until its answer has come: the platform's own alarm may be asking at the same moment. */
async function askedUntil(player: TestPlayer, intentId: string, status: IntentView["status"]): Promise<IntentView> {
  await alarmAfter(intentId, 6_000);
  return vi.waitFor(
    async () => {
      await mPesa.phonesAct();
      const intent = await player.read(intentId);
      expect(intent.status).toBe(status);
      return intent;
    },
    { timeout: 15_000, interval: 50 },
  );
}

it("a payout leaves the wallet once it is confirmed, with its tax line, and pays the net in whole shillings", async () => {
  const player = await TestPlayer.withCash(CASH);
  const { intentId, status, amountMinor, netMinor, taxLines } = await player.started("withdrawal", REQUESTED);
  expect([status, amountMinor, netMinor]).toEqual(["PENDING", GROSS, 18_000]);
  expect(taxLines).toMatchObject([{ code: "wht", baseMinor: GROSS, taxMinor: 947 }]);
  expect(await balances(player)).toEqual(HELD);
  await mPesa.phonesAct();
  const done = await player.becomes(intentId, "COMPLETED");
  expect(await mPesa.movements(player.msisdn)).toMatchObject([{ direction: "out", amount: 180, receipt: done.receipt }]);
  expect(await balances(player)).toEqual(PAID);
});

it("a doubled result leaves the wallet once", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { callback: "twice" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  await mPesa.phonesAct();
  await mPesa.control("POST", `callbacks/${intentId}/resend`);
  expect(await balances(player)).toEqual(PAID);
});

it("a payout that surely failed gives the whole hold back", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { b2c: "fail" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  expect(await player.becomes(intentId, "FAILED")).toMatchObject({ failure: "recipient_not_registered" });
  expect(await balances(player)).toEqual(BACK);
});

it("a payout that fails with an unknown code keeps its hold until the provider says how it ended", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { b2c: "fail", b2c_code: 9_999 });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  await player.becomes(intentId, "PENDING_UNKNOWN");
  expect(await balances(player)).toEqual(HELD);
  expect(await askedUntil(player, intentId, "FAILED")).toMatchObject({ failure: "declined" });
  expect(await balances(player)).toEqual(BACK);
});

it("a time-out in the queue is no failure: the hold stays, and the status query finds the payout", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { b2c: "timeout" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  await player.becomes(intentId, "PENDING_UNKNOWN");
  expect(await balances(player)).toEqual(HELD);
  await askedUntil(player, intentId, "COMPLETED");
  expect(await balances(player)).toEqual(PAID);
});

it("a lost answer keeps the hold and is repeated under the same id: a duplicate means that the first was taken", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { answer: "lost" });
  const before = mPesa.calls.length;
  const { intentId, status } = await player.started("withdrawal", REQUESTED);
  expect(status).toBe("PENDING_UNKNOWN");
  expect(await balances(player)).toEqual(HELD);
  await alarmAfter(intentId, 16_000);
  await player.becomes(intentId, "PENDING");
  expect(mPesa.calls.slice(before).filter((path) => path === PAYOUT)).toHaveLength(2);
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  expect(await mPesa.movements(player.msisdn)).toHaveLength(1);
  expect(await balances(player)).toEqual(PAID);
});

it("a repeat that is turned away says nothing about the first request: the hold stays", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { answer: "lost" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  mPesa.answerOnce(PAYOUT, () => Response.json({ errorCode: "400.002.02", errorMessage: "Bad Request - Invalid Amount" }, { status: 400 }));
  const before = mPesa.calls.length;
  await alarmAfter(intentId, 16_000);
  await expect.poll(() => mPesa.calls.slice(before).filter((path) => path === PAYOUT)).toEqual([PAYOUT]);
  expect((await player.read(intentId)).status).toBe("PENDING_UNKNOWN");
  expect(await balances(player)).toEqual(HELD);
});

it("an answer that our id is a duplicate counts as accepted", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { b2c: "duplicate" });
  const { intentId, status } = await player.started("withdrawal", REQUESTED);
  expect(status).toBe("PENDING");
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  expect(await balances(player)).toEqual(PAID);
});

it("a lost result is found by the status query", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { b2c: "silent" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  const before = mPesa.calls.length;
  await alarmAfter(intentId, 16_000);
  await expect.poll(() => mPesa.calls.slice(before)).toContain(STATUS);
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  expect(await balances(player)).toEqual(PAID);
});

it("a payout of another amount goes to a person with its hold kept", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { amount_factor: 2 });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await mPesa.phonesAct();
  await player.becomes(intentId, "REVIEW");
  expect(await balances(player)).toEqual(HELD);
});

it("a payout without an answer for a day goes to a person with its hold kept, and a late result still ends it", async () => {
  const player = await TestPlayer.withCash(CASH);
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId } = await player.started("withdrawal", REQUESTED);
  for (const seconds of [16, 61, 181, 601, 1_801, 7_201, 28_801, 86_401]) await alarmAfter(intentId, seconds * 1_000);
  await player.becomes(intentId, "REVIEW");
  expect(await balances(player)).toEqual(HELD);
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  expect(await balances(player)).toEqual(PAID);
});

it("a request that the provider turns away gives the hold back at once", async () => {
  const player = await TestPlayer.withCash(CASH);
  mPesa.answerOnce(PAYOUT, () => Response.json({ errorCode: "400.002.02", errorMessage: "Bad Request - Invalid PartyB" }, { status: 400 }));
  const reply = await player.start("withdrawal", player.command("withdrawal", REQUESTED));
  expect(reply).toEqual({ ok: false, error: { reason: "provider_refused", failure: "provider_unavailable" } });
  expect(await balances(player)).toEqual(BACK);
});

it("more than there is is refused by the wallet, and nobody is called", async () => {
  const player = await TestPlayer.withCash(CASH);
  const before = mPesa.askedToMove;
  const reply = await player.start("withdrawal", player.command("withdrawal", CASH + 100));
  expect(reply).toMatchObject({ ok: false, error: { reason: "wallet", refusal: { reason: "insufficient_funds" } } });
  expect(mPesa.askedToMove).toBe(before);
  expect(await balances(player)).toEqual(BACK);
});

it("a request that the wallet had no time for may be tried again under its key", async () => {
  const player = new TestPlayer();
  const command = player.command("deposit", 10_000);
  expect(await player.start("deposit", command)).toMatchObject({ ok: false, error: { refusal: { reason: "wallet_not_open" } } });
  await player.wallet.open({ key: "open", userId: player.userId, country: "KE" });
  await player.wallet.setVerified({ key: "verify", verified: true });
  expect(await player.start("deposit", command)).toMatchObject({ ok: true, value: { replayed: false, intent: { status: "PENDING" } } });
});

it("an intent of another player looks like one that does not exist", async () => {
  const player = await TestPlayer.withCash(CASH);
  const other = await TestPlayer.verified();
  const { intentId } = await player.started("withdrawal", REQUESTED);
  await expect(other.read(intentId)).rejects.toThrow("not_found");
  await expect(other.read("wdr_00000000000000000000000000")).rejects.toThrow("not_found");
});

it("an id that nobody started leaves nothing behind, whoever asks about it", async () => {
  const player = await TestPlayer.verified();
  const { intentId, ...command } = player.command("withdrawal", REQUESTED);
  const intent = env.PAYMENT_INTENT.getByName(`KE:${intentId}`);
  await expect(player.read(intentId)).rejects.toThrow("not_found");
  expect(await intent.check()).toBeNull();
  expect(await intent.report({ source: "callback", reference: null, finding: { found: "unclear", code: "x" } })).toBeNull();
  await intent.acknowledge([1]);
  await runInDurableObject(intent, (_object, { storage }) => {
    expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '%cf%'").toArray()).toEqual([]);
  });
  // The same instance starts an intent afterwards.
  expect(await player.start("withdrawal", { intentId, ...command })).toMatchObject({
    error: { refusal: { reason: "insufficient_funds" } },
  });
  expect((await player.read(intentId)).status).toBe("FAILED");
});
