/**
 * The sweeps that wake objects fail at every call, before and after it took effect: what they were to wake is awake after the next run,
 * and one object that can't be reached does not keep the others asleep.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../shared/kernel/time.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { savePaymentIntent } from "../../../workers/adapters/d1/payment-intents.ts";
import { sweepPayments } from "../../../workers/scheduled/payment-sweep.ts";
import { sweepSettlement } from "../../../workers/scheduled/settlement-sweep.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { betCommand, selection } from "../../support/wallet-commands.ts";
import { channelOf, Feed } from "../odds/messages.ts";
import { MPesa } from "../payments/m-pesa.ts";
import { TestPlayer } from "../payments/player.ts";
import { consumeProjection, PATIENCE, silenceWallets } from "../wallet/projection-support.ts";
import { must, newWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Kick-offs that no other test has, a month apart: an attempt's sweep sees its own fixtures only. */
let nextStartMs = Date.now() + 9_000 * DAY_MS;

beforeEach(() => silenceWallets());
afterEach(() => void vi.restoreAllMocks());

/** A bet on a fixture whose result is in, and whose channel the platform will never wake by itself. */
async function betOnSleepingFixture(startsAtMs: number) {
  const { wallet, walletId } = await newWallet(95_000);
  const feed = new Feed();
  const { fixtureId } = feed;
  const channel = channelOf(fixtureId, "KE");
  for (const message of [feed.change({ startsAtMs }), feed.odds()]) await channel.ingest(message);
  // An alarm that runs while its object is evicted is run again by the platform: the channel's first one has to be over.
  await runDurableObjectAlarm(channel);
  await vi.waitFor(async () => {
    const unsent = "SELECT count(*) AS n FROM outbox WHERE attempts = 0";
    expect(await runInDurableObject(channel, (_object, { storage }) => storage.sql.exec(unsent).one())).toEqual({ n: 0 });
  }, PATIENCE);
  const { betId } = must(await wallet.placeBet(betCommand({ selections: [selection({ fixtureId })] })));
  await reprojectWallet(env, "KE", walletId);
  await runInDurableObject(channel, async (object, { storage }) => {
    const rows = storage.sql.exec<ProjectionMessage["rows"][number]>("SELECT seq, topic, body FROM outbox ORDER BY seq").toArray();
    await consumeProjection(env, { v: 1, source: "odds_channel", objectName: `KE:${fixtureId}`, country: "KE", rows });
    // Nor by what was to be done before the result.
    await storage.deleteAlarm();
    // To this instance's end: an alarm that still runs would set the next one after the result.
    vi.spyOn(storage, "setAlarm").mockResolvedValue();
    await object.ingest(feed.result("home"));
    await storage.deleteAlarm();
  });
  await evictDurableObject(channel);
  return async () => (await wallet.bet(betId))?.status;
}

it("a channel that sleeps over its result is woken by this run or the next, whatever fails beside it", async () => {
  const calls = await atEveryCall(env, async (failing, label) => {
    nextStartMs += 30 * DAY_MS;
    const bets = [await betOnSleepingFixture(nextStartMs), await betOnSleepingFixture(nextStartMs + 1)];
    const statuses = () => Promise.all(bets.map((status) => status()));
    expect(await statuses(), label).toEqual(["PENDING", "PENDING"]);
    const sweptMs = nextStartMs + 3 * HOUR_MS;
    const swept = await sweepSettlement(failing.env, "KE", sweptMs).then(
      () => true,
      () => false,
    );
    // Only a list that could not be read ends a run; a channel that fails leaves the other one its turn.
    expect(swept, label).toBe(!/ call [12] of /.test(label));
    if (swept) await vi.waitFor(async () => expect(await statuses(), label).toContain("WON"), PATIENCE);
    await sweepSettlement(env, "KE", sweptMs);
    await vi.waitFor(async () => expect(await statuses(), label).toEqual(["WON", "WON"]), PATIENCE);
  });
  expect(calls).toBe(4);
});

/** A deposit that was paid and of which no callback tells, as the database has it since long ago. */
async function paidUnheard(mPesa: MPesa, updatedAtMs: number) {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId } = await player.started("deposit", 10_000);
  const { taxLines: _taxLines, netMinor, ...intent } = await player.read(intentId);
  await savePaymentIntent(env.DB_KE, { ...intent, netMinor, version: 1_000, taxMinor: 0, updatedAtMs });
  return { player, intentId };
}

it("an intent that nobody asks any more is asked by this run or the next, and credited once", async () => {
  const mPesa = new MPesa();
  // Long before any other test's intents: these are the quietest.
  let quietSinceMs = Date.UTC(2021, 0, 1);
  const calls = await atEveryCall(env, async (failing, label) => {
    quietSinceMs += DAY_MS;
    const quiet = [await paidUnheard(mPesa, quietSinceMs), await paidUnheard(mPesa, quietSinceMs + 1)];
    await mPesa.phonesAct();
    const cash = () => Promise.all(quiet.map(async ({ player }) => (await player.view()).balances.cashMinor));
    expect(await cash(), label).toEqual([0, 0]);
    const sweptMs = quietSinceMs + HOUR_MS;
    await sweepPayments(failing.env, sweptMs);
    for (let runs = 0; runs < 2; runs += 1) await sweepPayments(env, sweptMs);
    expect(await cash(), label).toEqual([9_500, 9_500]);
    for (const { player, intentId } of quiet) {
      expect((await player.read(intentId)).status, label).toBe("COMPLETED");
      await env.DB_KE.prepare("DELETE FROM payment_intent WHERE intent_id = ?").bind(intentId).run();
    }
  });
  expect(calls).toBeGreaterThanOrEqual(8);
});
