import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SettlementMessage } from "../../../shared/protocol/queue/messages.ts";
import { channelOf, newFixtureId, openFixture } from "./messages.ts";

type Channel = ReturnType<typeof channelOf>;

/** Puts a list in the place of the settlement queue: what the channel sends is looked at here, and nobody acknowledges it. */
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

/** Runs due alarms until none is due now. */
async function settle(channel: Channel): Promise<void> {
  for (let run = 0; run < 40; run += 1) {
    const dueNow = await runInDurableObject(
      channel,
      (_object, state) =>
        (state.storage.sql.exec("SELECT count(*) AS n FROM alarm_job WHERE key LIKE 'settle%' AND due_at <= ?", Date.now() + 5).one()
          .n as number) > 0,
    );
    if (!dueNow) return;
    await runDurableObjectAlarm(channel);
  }
}

function confirm(
  channel: Channel,
  fixtureId: string,
  betId: string,
  outcome = "1x2:home",
  more: { walletId?: string; placedAtMs?: number } = {},
) {
  const selections = [{ selectionId: `${fixtureId}:${outcome}`, oddsThousandths: 2000 }];
  return channel.confirm([{ betId, walletId: "KE:usr_settle", stakeMinor: 10_000, placedAtMs: Date.now(), ...more, selections }]);
}

/** What a bet was told, by version. */
function told(sent: readonly SettlementMessage[], betId: string) {
  const bets = sent.flatMap((message) => message.bets).filter((bet) => bet.betId === betId);
  return bets.map((bet) => ({ version: bet.resultVersion, outcomes: bet.results.map((result) => result.outcome) }));
}

/** Makes every bet that waits for an acknowledgement due, as after a minute of silence. */
function passResendTime(channel: Channel): Promise<void> {
  return runInDurableObject(channel, (_object, state) => {
    state.storage.sql.exec("UPDATE alarm_job SET due_at = ? WHERE key = 'settle-again'", Date.now());
  });
}

const acknowledge = (channel: Channel, sent: readonly SettlementMessage[]) =>
  channel.acknowledgeSettlement(
    sent.flatMap(({ walletId, bets }) => bets.map(({ betId, resultVersion }) => ({ walletId, betId, resultVersion }))),
  );

describe("a result", () => {
  it("reaches each of 500 bets once, in pages, grouped by wallet", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    for (let i = 0; i < 500; i += 1)
      await confirm(channel, fixtureId, `bet_${i}`, i % 2 === 0 ? "1x2:home" : "1x2:away", { walletId: `KE:usr_${i % 7}` });
    await channel.ingest(feed.result("home"));
    await settle(channel);
    const bets = sent.flatMap((message) => message.bets);
    expect(new Set(bets.map((bet) => bet.betId)).size).toBe(500);
    expect(bets).toHaveLength(500);
    expect(bets.filter((bet) => bet.results[0]?.outcome === "won")).toHaveLength(250);
    expect(sent.every((message) => message.bets.length <= 100 && message.fixtureId === fixtureId && message.country === "KE")).toBe(true);
    expect(sent.length).toBeLessThanOrEqual(14);
  });

  it("is told again after a minute until the bet acknowledges it, and then never", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_a");
    await channel.ingest(feed.result("home"));
    await settle(channel);
    await settle(channel);
    expect(told(sent, "bet_a")).toHaveLength(1);
    await passResendTime(channel);
    await settle(channel);
    expect(told(sent, "bet_a")).toEqual([
      { version: 1, outcomes: ["won"] },
      { version: 1, outcomes: ["won"] },
    ]);
    await acknowledge(channel, sent);
    await passResendTime(channel);
    await settle(channel);
    expect(told(sent, "bet_a")).toHaveLength(2);
  });

  it("reaches a bet that is confirmed after it", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await channel.ingest(feed.result("away"));
    await confirm(channel, fixtureId, "bet_late");
    await settle(channel);
    expect(told(sent, "bet_late")).toEqual([{ version: 1, outcomes: ["lost"] }]);
  });

  it("tells a bet only its own selections, and nothing while they are undecided", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_total", "total=2.5:over");
    await channel.ingest(feed.result("home"));
    await settle(channel);
    expect(sent).toEqual([]);
    await channel.ingest(
      feed.result("home", { markets: [{ marketId: "total=2.5", outcomes: [{ outcomeId: "over", result: "half_won" }] }] }),
    );
    await settle(channel);
    expect(told(sent, "bet_total")).toEqual([{ version: 2, outcomes: ["half_won"] }]);
  });

  it("of an unknown fixture is nothing to confirm: refused, and nothing is stored", async () => {
    const fixtureId = newFixtureId();
    const channel = channelOf(fixtureId);
    expect(await confirm(channel, fixtureId, "bet_nowhere")).toEqual({ ok: false, error: { reason: "unknown_fixture" } });
    expect(await channel.view()).toBeNull();
  });

  it("is confirmed once: a second confirm of the same bet stores and sends nothing more", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_twice");
    await confirm(channel, fixtureId, "bet_twice");
    await channel.ingest(feed.result("home"));
    await settle(channel);
    await confirm(channel, fixtureId, "bet_twice");
    await settle(channel);
    expect(told(sent, "bet_twice")).toHaveLength(1);
  });
});

describe("a result that changes", () => {
  it("is told as a new version: rollback takes it back, a correction replaces it", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_c");
    for (const message of [feed.result("home"), feed.rollback(), feed.result("away")]) {
      await channel.ingest(message);
      await settle(channel);
    }
    expect(told(sent, "bet_c")).toEqual([
      { version: 1, outcomes: ["won"] },
      { version: 2, outcomes: [null] },
      { version: 3, outcomes: ["lost"] },
    ]);
    await acknowledge(channel, sent);
    await channel.ingest(feed.result("home"));
    await settle(channel);
    expect(told(sent, "bet_c").at(-1)).toEqual({ version: 4, outcomes: ["won"] });
  });

  it("is not a new version when a settlement says the same again, or is older than what is known", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_d");
    const old = feed.result("draw");
    const result = feed.result("home");
    await channel.ingest(result);
    await settle(channel);
    const before = await channel.view();
    expect(await channel.ingest(result)).toEqual({ ok: true, value: { applied: false } });
    expect(await channel.ingest(old)).toEqual({ ok: true, value: { applied: false } });
    expect(await channel.ingest(feed.result("home"))).toEqual({ ok: true, value: { applied: true } });
    await settle(channel);
    expect(await channel.view()).toEqual(before);
    expect(told(sent, "bet_d")).toEqual([{ version: 1, outcomes: ["won"] }]);
  });

  it("overtakes the version that waits: an unacknowledged bet is told only the newest", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_e");
    await channel.ingest(feed.result("home"));
    await channel.ingest(feed.result("away"));
    await settle(channel);
    expect(told(sent, "bet_e")).toEqual([{ version: 2, outcomes: ["lost"] }]);
    await channel.acknowledgeSettlement([{ walletId: "KE:usr_settle", betId: "bet_e", resultVersion: 1 }]);
    await passResendTime(channel);
    await settle(channel);
    expect(told(sent, "bet_e"), "an old acknowledgement ends nothing").toHaveLength(2);
  });
});

describe("a cancel", () => {
  it("voids the bets placed in its window and leaves the others and the market alone", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_before", "1x2:home", { placedAtMs: 1_000 });
    await confirm(channel, fixtureId, "bet_inside", "1x2:home", { placedAtMs: 2_000 });
    await channel.ingest(feed.cancel({ placedFromMs: 1_500, placedToMs: 2_500 }));
    await settle(channel);
    expect([told(sent, "bet_before"), told(sent, "bet_inside")]).toEqual([[], [{ version: 1, outcomes: ["void"] }]]);
    expect((await channel.view())?.markets[0]?.status).toBe("active");
    await channel.ingest(feed.result("home"));
    await settle(channel);
    expect(told(sent, "bet_before")).toEqual([{ version: 2, outcomes: ["won"] }]);
    expect(told(sent, "bet_inside"), "what says nothing new is not told").toEqual([{ version: 1, outcomes: ["void"] }]);
  });

  it("without a window ends the market for good: all bets are void, whatever is settled later", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    await confirm(channel, fixtureId, "bet_v");
    await channel.ingest(feed.cancel());
    await channel.ingest(feed.result("home"));
    await settle(channel);
    // The platform's alarm may have run between the two: then the bet was void by the first word, and the second is no news.
    expect(told(sent, "bet_v").map(({ outcomes }) => outcomes)).toEqual([["void"]]);
    expect((await channel.view())?.markets[0]?.status).toBe("cancelled");
  });
});

describe("a result that is not confirmed", () => {
  it("pays small stakes at once, and large ones when it is confirmed or has stood for its time", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const sent = await captureQueue(channel);
    const bet = (betId: string, stakeMinor: number) =>
      channel.confirm([
        {
          ...{ betId, walletId: `KE:usr_${betId}`, stakeMinor, placedAtMs: Date.now() },
          selections: [{ selectionId: `${fixtureId}:1x2:home`, oddsThousandths: 2_000 }],
        },
      ]);
    await bet("small", 10_000);
    await bet("large", 100_000_000);
    await channel.ingest(feed.result("home", { certainty: 1 }));
    await settle(channel);
    expect([told(sent, "small").length, told(sent, "large").length]).toEqual([1, 0]);
    await channel.ingest(feed.result("home", { certainty: 2 }));
    await settle(channel);
    expect(told(sent, "large")).toEqual([{ version: 2, outcomes: ["won"] }]);
    expect(told(sent, "small"), "the same again is not told").toHaveLength(1);
  });
});

describe("a match that does not take place", () => {
  it("is void for everybody once the tenant's time after its first start is over", async () => {
    const { channel, fixtureId } = await openFixture();
    await confirm(channel, fixtureId, "bet_p");
    const longAgo = Date.now() - 10 * 86_400_000;
    await runInDurableObject(channel, (_object, state) => {
      const row = state.storage.sql.exec("SELECT state FROM fixture").one() as { state: string };
      const moved = JSON.stringify({ ...JSON.parse(row.state), originalStartsAtMs: longAgo });
      state.storage.sql.exec("UPDATE fixture SET state = ?", moved);
    });
    await evictDurableObject(channel);
    const sent = await captureQueue(channel);
    await runInDurableObject(channel, (_object, state) => {
      state.storage.sql.exec("UPDATE alarm_job SET due_at = ? WHERE key = 'unplayed'", Date.now());
    });
    await runDurableObjectAlarm(channel);
    await settle(channel);
    expect(told(sent, "bet_p")).toEqual([{ version: 1, outcomes: ["void"] }]);
    expect((await channel.view())?.markets.every((market) => market.status === "cancelled")).toBe(true);
  });
});
