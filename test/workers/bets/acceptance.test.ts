/** Bets with a live selection, through the real channel, wallet, alarm and queue; the delay is a tenth of a second here. */

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OddsChannel } from "../../../durable-objects/odds-channel/odds-channel.ts";
import { Wallet } from "../../../durable-objects/wallet/wallet.ts";
import { configOf, liveDelayAt } from "../../../workers/env.ts";
import { consumeAcceptance } from "../../../workers/queues/acceptance.ts";
import { mint } from "../../support/wallet-commands.ts";
import { matchResult, openFixture, total } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player, single } from "./player.ts";

afterEach(() => void vi.restoreAllMocks());

type Fixture = Awaited<ReturnType<typeof openFixture>>;

/** A match that is played, at 0-0. */
async function liveFixture(): Promise<Fixture> {
  const fixture = await openFixture();
  await score(fixture, 0);
  return fixture;
}

async function score({ channel, feed }: Fixture, homeScore: number, home = 2_000): Promise<void> {
  const markets = [matchResult(home), total()];
  await channel.ingest(feed.odds({ status: "live", minute: 10, homeScore, awayScore: 0, markets }));
}

/** Waits until the bet has come through alarm and queue. */
function decided(player: Player, betId: unknown, expected: Record<string, unknown>) {
  return vi.waitFor(
    async () => {
      const { body } = await player.get(`/api/v1/bets/${String(betId)}`);
      expect(body).toMatchObject(expected);
      return body;
    },
    { timeout: 10_000, interval: 50 },
  );
}

/** Keeps the queue's consumer from deciding anything until `release`. */
function heldUp() {
  const real = Wallet.prototype.betToDecide;
  const spy = vi.spyOn(Wallet.prototype, "betToDecide").mockImplementation(async () => null);
  return { release: () => spy.mockImplementation(real) };
}

async function free(player: Player): Promise<number> {
  return (await player.wallet.digest()).balances.availableMinor;
}

describe("a bet on a live match", () => {
  it("waits with its stake held, and is accepted after its delay", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const waiting = await player.bet(single(fixture.fixtureId));
    expect(waiting).toMatchObject({ status: 202, body: { status: "DELAYED", stake: 100, total_odds: 2, potential_win: 200, offer: null } });
    expect(Date.parse(String(waiting.body.decides_at)) - Date.parse(String(waiting.body.placed_at))).toBe(100);
    expect([await player.cash(), await free(player)]).toEqual([100_000, 90_000]);
    expect(await decided(player, waiting.body.bet_id, { status: "PENDING" })).toMatchObject({ total_odds: 2, decides_at: null });
    expect([await player.cash(), await free(player)]).toEqual([90_000, 90_000]);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("stands at the better of the seen and the newest price, by the player's policy", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const queue = heldUp();
    const [higher, any, none] = await Promise.all(
      ["higher", "any", "none"].map((odds_policy) => player.bet(single(fixture.fixtureId, { odds_policy }))),
    );
    await score(fixture, 0, 2_080);
    queue.release();
    await decided(player, higher?.body.bet_id, { status: "PENDING", total_odds: 2.08 });
    await decided(player, any?.body.bet_id, { status: "PENDING", total_odds: 2.08 });
    const change = { selection_id: `${fixture.fixtureId}:1x2:home`, old_odds: 2, new_odds: 2.08, accepted: false };
    await decided(player, none?.body.bet_id, { status: "REJECTED", refusal: { code: "ODDS_CHANGED", details: { changes: [change] } } });
    expect(await free(player)).toBe(80_000);
  });

  it("is refused and its stake is free again when the market closes or the score changes meanwhile", async () => {
    const player = await newPlayer(100_000);
    const [suspended, scored] = [await liveFixture(), await liveFixture()];
    const queue = heldUp();
    const first = await player.bet(single(suspended.fixtureId, { odds_policy: "any" }));
    const second = await player.bet(single(scored.fixtureId, { odds_policy: "any" }));
    await suspended.channel.ingest(suspended.feed.stop());
    await score(scored, 1);
    queue.release();
    await decided(player, first.body.bet_id, { status: "REJECTED", refusal: { code: "MARKET_SUSPENDED" }, settlements: [] });
    await decided(player, second.body.bet_id, { status: "REJECTED", refusal: { code: "SCORE_CHANGED" } });
    expect([await player.cash(), await free(player)]).toEqual([100_000, 100_000]);
  });

  it("of one live selection makes the whole slip wait, and a slip without one does not", async () => {
    const player = await newPlayer(100_000);
    const [live, upcoming] = [await liveFixture(), await openFixture()];
    const selections = [live, upcoming].map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
    const multi = await player.bet({ bet_type: "MULTI", stake: 50, selections });
    expect(multi.status).toBe(202);
    expect((await player.bet(single(upcoming.fixtureId))).status).toBe(201);
    await decided(player, multi.body.bet_id, { status: "PENDING", total_odds: 4 });
  });

  it("is told to the player's socket once it is decided", async () => {
    const player = await newPlayer(100_000);
    const { webSocket: socket } = await player.wallet.fetch("http://wallet/ws/user", { headers: { Upgrade: "websocket" } });
    const frames: { type: string }[] = [];
    socket?.accept();
    socket?.addEventListener("message", ({ data }) => void frames.push(JSON.parse(String(data)) as { type: string }));
    const fixture = await liveFixture();
    const { body } = await player.bet(single(fixture.fixtureId));
    await decided(player, body.bet_id, { status: "PENDING" });
    const told = frames.filter(({ type }) => type === "bet_decided");
    expect(told).toEqual([{ type: "bet_decided", bet_id: body.bet_id, status: "PENDING", code: null, offer_expires_at: null }]);
    socket?.close(1000);
  });

  it("shows in the history in each of its states", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const queue = heldUp();
    const { body } = await player.bet(single(fixture.fixtureId));
    const ids = async (status: string) => {
      const { bets, total: count } = (await player.get(`/api/v1/bets/history?status=${status}`)).body as unknown as {
        bets: { bet_id: string }[];
        total: number;
      };
      expect(bets).toHaveLength(count);
      return bets.map((bet) => bet.bet_id);
    };
    expect([await ids("DELAYED"), await ids("ALL"), await ids("PENDING")]).toEqual([[body.bet_id], [body.bet_id], []]);
    queue.release();
    await decided(player, body.bet_id, { status: "PENDING" });
    expect([await ids("DELAYED"), await ids("ALL"), await ids("PENDING")]).toEqual([[], [body.bet_id], [body.bet_id]]);
  });
});

describe("an offer", () => {
  async function offered(player: Player) {
    const fixture = await liveFixture();
    const queue = heldUp();
    const { body } = await player.bet(single(fixture.fixtureId, { odds_policy: "any" }));
    await score(fixture, 0, 1_500);
    queue.release();
    const bet = await decided(player, body.bet_id, {
      status: "OFFERED",
      offer: { offer: 1, stake: 100, total_odds: 1.5, potential_win: 150 },
    });
    return { fixture, betId: String(bet.bet_id) };
  }

  it("is made of a price below the tolerance; taken, it is checked once more and stands", async () => {
    const player = await newPlayer(100_000);
    const { betId } = await offered(player);
    expect(await free(player)).toBe(90_000);
    const key = { "Idempotency-Key": mint("answer") };
    const taken = await player.post(`/api/v1/bets/${betId}/offer`, { accept: true, offer: 1 }, key);
    expect(taken).toMatchObject({ status: 202, body: { status: "DELAYED", total_odds: 1.5 } });
    await decided(player, betId, { status: "PENDING", total_odds: 1.5, potential_win: 150 });
    const again = await player.post(`/api/v1/bets/${betId}/offer`, { accept: true, offer: 1 }, key);
    expect(again).toMatchObject({ status: 200, body: { status: "PENDING", bet_id: betId } });
    expect(await player.cash()).toBe(90_000);
  });

  it("frees the stake when it is declined, and can't be taken afterwards", async () => {
    const player = await newPlayer(100_000);
    const { betId } = await offered(player);
    expect(await player.post(`/api/v1/bets/${betId}/offer`, { accept: false })).toMatchObject({ status: 200, body: { status: "EXPIRED" } });
    expect(await free(player)).toBe(100_000);
    const late = await expectUnchanged(player, () => player.post(`/api/v1/bets/${betId}/offer`, { accept: true }));
    expect(late).toMatchObject({ status: 409, body: { error: { code: "OFFER_EXPIRED" } } });
    const other = await expectUnchanged(player, () => player.post("/api/v1/bets/bet_00000000000000000000000000/offer", { accept: true }));
    expect(other.status).toBe(404);
  });

  it("of a smaller stake is made where the fixture takes no more", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const real = OddsChannel.prototype.reserve;
    vi.spyOn(OddsChannel.prototype, "reserve").mockImplementation(async function (this: OddsChannel, command) {
      const reply = await real.call(this, command);
      return reply.ok && fixture.fixtureId === reply.value.accepted[0]?.fixtureId
        ? { ok: true, value: { ...reply.value, stakeMaxMinor: 6_000 } }
        : reply;
    });
    const refused = await expectUnchanged(player, () => player.bet(single(fixture.fixtureId)));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "STAKE_TOO_HIGH", details: { max: 60 } } } });
    const quote = await player.post("/api/v1/bets/quote", single(fixture.fixtureId));
    expect(quote.body).toMatchObject({ max_stake: 60, live_delay_seconds: 0.1 });
    expect(await player.bet(single(fixture.fixtureId, { stake: 60 }))).toMatchObject({ status: 202 });
  });
});

describe("a key", () => {
  it("of a bet that waits answers 202 with the bet, and how it stands once it is decided", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const queue = heldUp();
    const key = mint("live");
    const first = await player.bet(single(fixture.fixtureId), key);
    const again = await player.bet(single(fixture.fixtureId), key);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(await player.get(`/api/v1/bets/by-key/${key}`)).toMatchObject({
      status: 200,
      body: { bet_id: first.body.bet_id, status: "DELAYED" },
    });
    await score(fixture, 0, 1_200);
    expect(await player.bet(single(fixture.fixtureId), key), "the price of now does not matter").toMatchObject({ status: 202 });
    expect(await free(player)).toBe(90_000);
    await score(fixture, 0);
    queue.release();
    await decided(player, first.body.bet_id, { status: "PENDING" });
    expect(await player.bet(single(fixture.fixtureId), key)).toMatchObject({ status: 201, body: { bet_id: first.body.bet_id } });
    expect(await player.bet(single(fixture.fixtureId, { stake: 50 }), key)).toMatchObject({ status: 409 });
  });
});

describe("when nobody decides", () => {
  it("the stake is given back once, and a decision that comes later changes nothing", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    heldUp();
    const { body } = await player.bet(single(fixture.fixtureId));
    await runInDurableObject(env.WALLET.getByName(player.walletId), (_wallet, state) => {
      state.storage.sql.exec("UPDATE pending_bet SET decides_at = 1, ends_at = 2");
      state.storage.sql.exec("UPDATE alarm_job SET due_at = 1 WHERE key = 'accept-bets'");
    });
    await runDurableObjectAlarm(env.WALLET.getByName(player.walletId));
    const ended = await decided(player, body.bet_id, { status: "REJECTED", refusal: { code: "DECISION_TIMEOUT" } });
    expect(ended.refusal).toMatchObject({ message: "The bet could not be checked in time; its stake is yours again." });
    expect(await free(player)).toBe(100_000);
    vi.restoreAllMocks();
    await expectUnchanged(player, async () => {
      const message = { v: 1, country: "KE", walletId: player.walletId, betId: body.bet_id };
      expect(await consumeAcceptance(env, [message, message])).toEqual([null, null]);
    });
  });

  it("the wallet asks again until the fixtures answer", async () => {
    const player = await newPlayer(100_000);
    const fixture = await liveFixture();
    const lost = vi.spyOn(OddsChannel.prototype, "reserve");
    const { body } = await player.bet(single(fixture.fixtureId));
    lost.mockRejectedValue(new Error("the channel is away"));
    const message = { v: 1, country: "KE", walletId: player.walletId, betId: body.bet_id };
    await vi.waitFor(async () => expect((await consumeAcceptance(env, [message]))[0]).toBeInstanceOf(Error), { timeout: 5_000 });
    expect(await player.get(`/api/v1/bets/${body.bet_id}`)).toMatchObject({ body: { status: "DELAYED" } });
    lost.mockRestore();
    await decided(player, body.bet_id, { status: "PENDING" });
    expect(await player.cash()).toBe(90_000);
  });
});

it("the delay of development is obeyed in development only", () => {
  const config = configOf(env);
  expect(liveDelayAt(config, 5_000)).toBe(100);
  expect(liveDelayAt(config, 0)).toBe(0);
  expect(liveDelayAt({ ...config, ENVIRONMENT: "production" }, 5_000)).toBe(5_000);
});

describe("a player's factor", () => {
  it("makes the largest stake smaller, in the quote and in the refusal", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    await player.wallet.setCustomerFactor({ key: mint("factor"), basisPoints: 1 });
    const refused = await expectUnchanged(player, () => player.bet(single(fixtureId, { stake: 100.01 })));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "STAKE_TOO_HIGH", details: { max: 100 } } } });
    expect((await player.post("/api/v1/bets/quote", single(fixtureId))).body).toMatchObject({ max_stake: 100 });
    expect((await player.bet(single(fixtureId))).status).toBe(201);
  });
});
