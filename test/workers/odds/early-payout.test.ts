/** A channel tells bets that were promised early payout of leads, by alarm, beside its results. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PromisedLead } from "../../../shared/betting/early-payout.ts";
import type { SettlementMessage } from "../../../shared/protocol/queue/messages.ts";
import { type channelOf, openFixture } from "./messages.ts";

type Channel = ReturnType<typeof channelOf>;

const AT_ONCE: PromisedLead = { side: "home", lead: 2, confirmationMs: 0, afterReversal: "keep" };

/** Puts a list in the place of the settlement queue. */
async function captureQueue(channel: Channel): Promise<SettlementMessage[]> {
  const sent: SettlementMessage[] = [];
  await runInDurableObject(channel, (object) => {
    const holder = object as unknown as { env: Cloudflare.Env };
    const sendBatch = async (batch: Iterable<{ body: unknown }>) => {
      for (const { body } of batch) sent.push(body as SettlementMessage);
    };
    holder.env = { ...holder.env, SETTLEMENT_QUEUE: { sendBatch } as unknown as Queue };
  });
  return sent;
}

function dueJobs(channel: Channel): Promise<readonly { readonly key: string; readonly due_at: number }[]> {
  return runInDurableObject(channel, (_object, state) =>
    state.storage.sql.exec<{ key: string; due_at: number }>("SELECT key, due_at FROM alarm_job WHERE key = 'settle'").toArray(),
  );
}

async function settle(channel: Channel): Promise<void> {
  for (let run = 0; run < 20; run += 1) {
    if (!(await dueJobs(channel)).some(({ due_at }) => due_at <= Date.now() + 5)) return;
    await runDurableObjectAlarm(channel);
  }
}

const told = (sent: readonly SettlementMessage[], betId: string) =>
  sent.flatMap(({ bets }) => bets.filter((bet) => bet.betId === betId).map((bet) => bet.results.map(({ outcome }) => outcome)));

async function promisedBets(...promises: readonly (readonly [betId: string, early: PromisedLead | null])[]) {
  const { channel, feed, fixtureId } = await openFixture();
  const sent = await captureQueue(channel);
  const selectionId = `${fixtureId}:1x2:home`;
  await channel.confirm(
    promises.map(([betId, early]) => ({
      ...{ betId, walletId: `KE:usr_${betId}`, stakeMinor: 10_000, placedAtMs: Date.now() },
      selections: [{ selectionId, oddsThousandths: 2_000, ...(early === null ? {} : { early }) }],
    })),
  );
  const score = (homeScore: number, awayScore: number) =>
    channel.ingest(feed.odds({ status: "live", minute: 10, homeScore, awayScore, markets: [] }));
  return { channel, feed, sent, score };
}

afterEach(() => void vi.restoreAllMocks());

describe("a lead that bets were promised to win by", () => {
  it("is told to them alone, and the feed's result is no news to them", async () => {
    const { channel, feed, sent, score } = await promisedBets(["early", AT_ONCE], ["plain", null]);
    await score(1, 0);
    await score(2, 0);
    await settle(channel);
    expect([told(sent, "early"), told(sent, "plain")]).toEqual([[["won"]], []]);
    await score(2, 3);
    await channel.ingest(feed.result("away"));
    await settle(channel);
    expect([told(sent, "early"), told(sent, "plain")]).toEqual([[["won"]], [["lost"]]]);
  });

  it("is waited for as long as was promised, also by an instance that has just come awake", async () => {
    const { channel, sent, score } = await promisedBets(["waits", { ...AT_ONCE, confirmationMs: 300_000 }]);
    const saidAtMs = Date.now();
    await score(2, 0);
    await settle(channel);
    expect(sent).toEqual([]);
    const [job] = await dueJobs(channel);
    expect(job?.due_at).toBeGreaterThanOrEqual(saidAtMs + 300_000);
    await evictDurableObject(channel);
    expect(await dueJobs(channel)).toEqual([job]);
  });

  it("is not paid while the feed is silent about a live match, and is when it speaks of it again", async () => {
    const { channel, sent, score } = await promisedBets(["silent", { ...AT_ONCE, confirmationMs: 300_000 }]);
    const saidAtMs = Date.now();
    await score(2, 0);
    await settle(channel);
    const clock = vi.spyOn(Date, "now").mockReturnValue(saidAtMs + 310_000);
    // The alarm that the platform runs by itself may have been on its way when the clock was set.
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(channel);
      await settle(channel);
      expect(await channel.view()).toMatchObject({ late: true });
    });
    expect(sent).toEqual([]);
    expect((await dueJobs(channel))[0]?.due_at).toBe(saidAtMs + 370_000);
    clock.mockReturnValue(saidAtMs + 370_000);
    await score(2, 0);
    await settle(channel);
    expect(told(sent, "silent")).toEqual([["won"]]);
  });

  it("that is taken away later is taken back where that was promised, and ends with the feed's result", async () => {
    const { channel, feed, sent, score } = await promisedBets(["back", { ...AT_ONCE, afterReversal: "claw_back" }], ["kept", AT_ONCE]);
    await score(2, 0);
    await settle(channel);
    await score(1, 0);
    await settle(channel);
    await channel.ingest(feed.result("draw"));
    await settle(channel);
    expect([told(sent, "back"), told(sent, "kept")]).toEqual([[["won"], [null], ["lost"]], [["won"]]]);
  });

  it("is told under a version of its own when a result was told before it counted", async () => {
    const { channel, feed, sent, score } = await promisedBets(["late", { ...AT_ONCE, confirmationMs: 300_000 }]);
    await channel.ingest(feed.result("away"));
    await settle(channel);
    await score(2, 0);
    await settle(channel);
    expect(told(sent, "late")).toEqual([["lost"], [null]]);
    const nowMs = Date.now();
    // An alarm that comes between the clock and the score finds a silent feed, and looks again after a minute.
    for (const laterMs of [300_001, 361_000]) {
      // What was told and not acknowledged would be told once more a minute later.
      if (told(sent, "late").length > 2) break;
      vi.spyOn(Date, "now").mockReturnValue(nowMs + laterMs);
      await score(2, 0);
      await settle(channel);
    }
    expect(told(sent, "late")).toEqual([["lost"], [null], ["won"]]);
    const versions = sent.flatMap(({ bets }) => bets.map(({ resultVersion }) => resultVersion));
    expect(new Set(versions).size).toBe(versions.length);
  });
});
