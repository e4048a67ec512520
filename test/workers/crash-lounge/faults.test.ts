/**
 * What lounges and crash tables tell is carried out under a fault at every call, before and after it took effect; the message comes again,
 * and what stands is what an undisturbed run leaves.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { spanStarts } from "../../../shared/crash/board.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { PROMOTIONS } from "../../../shared/tenants/sports/promotions.ts";
import { readBoard, readRoundTotals } from "../../../workers/adapters/d1/crash-boards.ts";
import { countGrant } from "../../../workers/adapters/d1/promotion-budgets.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { atEveryCall } from "../../support/failing-env.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const campaign = PROMOTIONS.KE.freeBets[0];
let sent: ProjectionMessage[] = [];

beforeEach(() => {
  vi.spyOn(env.PROJECTION_QUEUE, "send").mockImplementation(async (body) => {
    const message = body as ProjectionMessage;
    if (message.source === "crash_lounge") sent.push(message);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
});
afterEach(() => {
  sent = [];
  vi.restoreAllMocks();
});

it("a rain's shares are given once, and its budget keeps what was given", async () => {
  if (campaign === undefined) throw new Error("no campaign");
  const { campaignId, budgetMinor, terms, days } = campaign;
  const calls = await atEveryCall(env, async (failing, label) => {
    // A lounge and a rain of each attempt's own.
    const stub = env.CRASH_LOUNGE.getByName(`KE:${mint("faults")}`);
    const [{ userId, wallet }, rainId] = [await newWallet(0), mint("ran")];
    await countGrant(env.DB_KE, { grantId: rainId, campaignId, userId: "rain", amountMinor: 10_000, grantedAtMs: 0 }, budgetMinor);
    await runInDurableObject(stub, async (lounge, state) => {
      // In one turn, or the rain's own alarm draws it before anybody has claimed.
      const started = lounge.startRain({ rainId, campaignId, amountMinor: 2_000, shares: 5, claimMs: 0, terms, days });
      state.storage.sql.exec("INSERT INTO person (user_id, tag) VALUES (?, '0a1b2c3d')", userId);
      state.storage.sql.exec("INSERT INTO claim (rain_id, user_id, at) VALUES (?, ?, 0)", rainId, userId);
      expect((await started).ok).toBe(true);
    });
    for (const topic of ["rain_share", "rain_end"]) {
      await vi.waitFor(async () => {
        await runDurableObjectAlarm(stub);
        expect(sent.flatMap(({ rows }) => rows.map((row) => row.topic))).toContain(topic);
      });
      const told = sent.filter(({ rows }) => rows.some((row) => row.topic === topic));
      sent = [];
      await consumeProjections(failing.env, told);
      expect(await consumeProjections(env, told), label).toEqual(told.map(() => null));
    }
    expect(await stub.rain(rainId), label).toMatchObject({ rain: { state: "SETTLED" }, log: [{ userId, outcome: "granted" }] });
    expect((await wallet.promotions()).freeBets, label).toHaveLength(1);
    const counted = await env.DB_KE.prepare("SELECT amount_minor AS n FROM promotion_grant WHERE grant_id = ?")
      .bind(rainId)
      .first<number>("n");
    expect(counted, label).toBe(2_000);
    const waiting = await runInDurableObject(stub, (_, state) => state.storage.sql.exec("SELECT seq FROM outbox").toArray());
    expect(waiting, label).toEqual([]);
  });
  expect(calls).toBeGreaterThanOrEqual(4);
});

it("a table's round is counted once, in the totals and on the boards", async () => {
  const crashedAtMs = Date.parse("2032-05-05T12:00:00Z");
  const { day } = spanStarts(crashedAtMs, 180);
  let round = 5_000_000;
  const calls = await atEveryCall(env, async (failing, label) => {
    round += 1;
    const userId = mint("usr");
    const body = {
      ...{ roundNumber: round, tableNumber: 1, crashedAtMs, players: 2, bets: 3, cashedOut: 1, stakedMinor: 30_000, paidMinor: 40_000 },
      wins: [{ userId, betId: mint("crb"), multiplierHundredths: 400, payoutMinor: 40_000 }],
    };
    const rows = [{ seq: 1_000_000 + round, topic: "round", body: JSON.stringify(body) }];
    const message = { v: 1, source: "crash_table", objectName: "crash-ke:1", country: "KE", rows };
    await consumeProjections(failing.env, [message]);
    expect(await consumeProjections(env, [message, message]), label).toEqual([null, null]);
    expect(await readRoundTotals(env.DB_KE, "crash-ke", round), label).toEqual({
      ...{ players: 2, bets: 3, cashedOut: 1, stakedMinor: 30_000, paidMinor: 40_000 },
    });
    const board = await readBoard(env.DB_KE, "crash-ke", { span: "day", startsOn: day, metric: "payout" }, 100);
    expect(
      board.filter((row) => row.userId === userId),
      label,
    ).toHaveLength(1);
  });
  expect(calls).toBe(2);
});
