import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { OddsChannel } from "../../../durable-objects/odds-channel/odds-channel.ts";
import type { SettlementMessage } from "../../../shared/protocol/queue/messages.ts";
import { consumeSettlements } from "../../../workers/queues/settlement.ts";
import { openFixture } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player, single } from "./player.ts";

type Fixture = Awaited<ReturnType<typeof openFixture>>;

/** Waits until the result has come through the channel's alarm, the queue and the wallet. */
async function settled(player: Player, betId: string, expected: Record<string, unknown>) {
  return vi.waitFor(
    async () => {
      const { body } = await player.get(`/api/v1/bets/${betId}`);
      expect(body).toMatchObject(expected);
      return body;
    },
    { timeout: 15_000, interval: 50 },
  );
}

async function placed(player: Player, slip: unknown): Promise<string> {
  const { status, body } = await player.bet(slip);
  expect(status).toBe(201);
  return body.bet_id;
}

const multi = (fixtures: readonly Fixture[]) => ({
  bet_type: "MULTI",
  stake: 100,
  selections: fixtures.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 })),
});

describe("a result through channel, queue and wallet", () => {
  it("pays a won bet its stake times the odds, once", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    expect(await player.get(`/api/v1/bets/${betId}`)).toMatchObject({ body: { status: "PENDING", actual_win: null, settled_at: null } });
    await channel.ingest(feed.result("home"));
    const bet = await settled(player, betId, { status: "WON", actual_win: 200, selections: [{ status: "WON" }] });
    expect(bet.settlements).toMatchObject([{ version: 1, target: 200, posted: 200 }]);
    expect(await player.cash()).toBe(110_000);
  });

  it("leaves a lost bet's stake with the house, and settles a multi at its first loss", async () => {
    const player = await newPlayer(100_000);
    const [one, two] = await Promise.all([openFixture(), openFixture()]);
    const betId = await placed(player, multi([one, two]));
    await one.channel.ingest(one.feed.result("away"));
    await settled(player, betId, { status: "LOST", actual_win: 0, selections: [{ status: "LOST" }, { status: "PENDING" }] });
    await two.channel.ingest(two.feed.result("home"));
    await settled(player, betId, { status: "LOST", selections: [{ status: "LOST" }, { status: "WON" }] });
    expect(await player.cash()).toBe(90_000);
  });

  it("gives a void bet its stake back", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    await channel.ingest(feed.cancel());
    await settled(player, betId, { status: "VOID", actual_win: 100, selections: [{ status: "VOID" }] });
    expect(await player.cash()).toBe(100_000);
  });

  it("counts a void match of a multi with factor one", async () => {
    const player = await newPlayer(100_000);
    const [one, two] = await Promise.all([openFixture(), openFixture()]);
    const betId = await placed(player, multi([one, two]));
    await one.channel.ingest(one.feed.cancel());
    await two.channel.ingest(two.feed.result("home"));
    await settled(player, betId, { status: "WON", actual_win: 200, selections: [{ status: "VOID" }, { status: "WON" }] });
    expect(await player.cash()).toBe(110_000);
  });

  it("ends in the right balance when a result is taken back and corrected, both ways", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    await channel.ingest(feed.result("home"));
    await settled(player, betId, { status: "WON" });
    await channel.ingest(feed.rollback());
    await settled(player, betId, { status: "PENDING", actual_win: null });
    expect(await player.cash()).toBe(90_000);
    await channel.ingest(feed.result("away"));
    await settled(player, betId, { status: "LOST", actual_win: 0 });
    await channel.ingest(feed.result("home"));
    const bet = await settled(player, betId, { status: "WON", actual_win: 200 });
    expect(bet.settlements).toMatchObject([{ posted: 200 }, { target: 0, posted: -200 }, { posted: 0 }, { target: 200, posted: 200 }]);
    expect(await player.cash()).toBe(110_000);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });
});

describe("the settlement consumer", () => {
  const message = (walletId: string, fixtureId: string, bets: readonly string[], resultVersion = 1): SettlementMessage => ({
    ...{ v: 1, country: "KE", fixtureId, walletId },
    bets: bets.map((betId) => ({ betId, resultVersion, results: [{ selectionId: `${fixtureId}:1x2:home`, outcome: "won" }] })),
  });

  it("posts a repeated message once, and acknowledges it each time", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const acknowledged = vi.spyOn(OddsChannel.prototype, "acknowledgeSettlement");
    await consumeSettlements(env, [message(player.walletId, fixtureId, [betId])]);
    expect(await player.cash()).toBe(110_000);
    await expectUnchanged(player, () => consumeSettlements(env, [message(player.walletId, fixtureId, [betId])]));
    expect(acknowledged.mock.calls).toEqual([
      [[{ walletId: player.walletId, betId, resultVersion: 1 }]],
      [[{ walletId: player.walletId, betId, resultVersion: 1 }]],
    ]);
    acknowledged.mockRestore();
  });

  it("acknowledges a bet that the wallet does not have, so that it is not told for ever", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const acknowledged = vi.spyOn(OddsChannel.prototype, "acknowledgeSettlement");
    await expectUnchanged(player, () => consumeSettlements(env, [message(player.walletId, fixtureId, ["bet_nobodys"])]));
    expect(acknowledged.mock.calls).toEqual([[[{ walletId: player.walletId, betId: "bet_nobodys", resultVersion: 1 }]]]);
    acknowledged.mockRestore();
  });

  it("leaves what a frozen wallet did not apply for the channel to send again", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    await player.wallet.freeze({ key: "freeze", reason: "test" });
    const acknowledged = vi.spyOn(OddsChannel.prototype, "acknowledgeSettlement");
    await expectUnchanged(player, () => consumeSettlements(env, [message(player.walletId, fixtureId, [betId])]));
    expect(acknowledged).not.toHaveBeenCalled();
    await player.wallet.unfreeze({ key: "unfreeze", reason: "test" });
    await consumeSettlements(env, [message(player.walletId, fixtureId, [betId])]);
    expect(await player.cash()).toBe(110_000);
    acknowledged.mockRestore();
  });

  it("applies nothing across countries, and refuses what is no message", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const foreign = { ...message(player.walletId, fixtureId, [betId]), country: "NG" };
    await expectUnchanged(player, () => consumeSettlements(env, [foreign]));
    expect(await consumeSettlements(env, [{ v: 2 }])).toEqual([expect.any(Error)]);
  });
});
