import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { betCommand, selection } from "../../support/wallet-commands.ts";
import { newFixtureId, openFixture } from "../odds/messages.ts";
import { must, newWallet, type TestWallet } from "./wallet-support.ts";

/** Consumes one message as the queue's batch of one; throws what would make it come again. */
async function consumeProjection(environment: typeof env, body: unknown): Promise<void> {
  const [failure] = await consumeProjections(environment, [body]);
  if (failure) throw failure;
}

const PATIENCE = { timeout: 10_000, interval: 100 };

async function placeKnownBet({ wallet }: TestWallet, stakeMinor = 10_000) {
  const { fixtureId, feed, channel } = await openFixture("KE");
  const command = betCommand({ stakeMinor, selections: [selection({ fixtureId })] });
  must(await wallet.placeBet(command));
  return { command, feed, channel, fixtureId };
}

async function stored(walletId: string) {
  const all = async (query: string) => (await env.DB_KE.prepare(query).bind(walletId).all()).results;
  return {
    entries: await all("SELECT * FROM wallet_entry WHERE wallet_id = ? ORDER BY seq"),
    postings: await all("SELECT * FROM wallet_posting WHERE wallet_id = ? ORDER BY seq, n"),
    balance: await all("SELECT * FROM wallet_balance WHERE wallet_id = ?"),
    bets: await all("SELECT * FROM bet WHERE wallet_id = ?"),
    selections: await all("SELECT * FROM bet_selection WHERE bet_id IN (SELECT bet_id FROM bet WHERE wallet_id = ?)"),
  };
}

/** The rows that wait in a wallet's outbox, as one message. */
async function outboxOf({ wallet, walletId }: TestWallet): Promise<ProjectionMessage> {
  return runInDurableObject(wallet, (_instance, state) => {
    const rows = state.storage.sql
      .exec<{ seq: number; topic: string; body: string }>("SELECT seq, topic, body FROM outbox ORDER BY seq")
      .toArray();
    return { v: 1, source: "wallet", objectName: walletId, country: "KE", rows };
  });
}

describe("the projection", () => {
  it("carries every entry through the queue to the country's database, and empties the outbox", async () => {
    const player = await newWallet(95_000);
    const { command, feed, channel } = await placeKnownBet(player);
    await vi.waitFor(async () => {
      expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 });
    }, PATIENCE);
    const { seq, hash } = await player.wallet.digest();
    const before = await stored(player.walletId);
    expect(before.entries.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(before.postings.reduce((total, posting) => total + Number(posting.amount_minor), 0)).toBe(0);
    expect(before.balance).toMatchObject([{ cash_minor: 85_000, seq, hash, user_id: player.userId, currency: "KES" }]);
    expect(before.bets).toMatchObject([{ bet_id: command.betId, status: "PENDING", stake_minor: 10_000 }]);
    expect(before.selections).toMatchObject([{ selection_id: command.selections[0]?.selectionId, odds_thousandths: 2_000, outcome: null }]);

    // The projection also told the channel of the bet: its result finds the wallet and comes back.
    await channel.ingest(feed.result("home"));
    await vi.waitFor(
      async () => expect((await stored(player.walletId)).bets).toMatchObject([{ status: "WON", paid_minor: 20_000 }]),
      PATIENCE,
    );
    expect((await stored(player.walletId)).selections).toMatchObject([{ outcome: "won", result_version: 1 }]);
    expect(await player.wallet.digest()).toMatchObject({ violations: [], balances: { cashMinor: 105_000 } });
  });

  it("is the same whatever the order, however often, and however a gap is filled", async () => {
    const player = await newWallet(95_000);
    await placeKnownBet(player);
    await placeKnownBet(player);
    const message = await outboxOf(player);
    const withRows = (rows: ProjectionMessage["rows"]): ProjectionMessage => ({ ...message, rows });
    const last = message.rows.at(-1);
    expect(message.rows.length).toBeGreaterThan(4);
    if (last === undefined) return;
    await consumeProjection(env, withRows([last]));
    await consumeProjection(env, withRows(message.rows.filter((_, index) => index % 2 === 0)));
    await consumeProjection(env, withRows([...message.rows].reverse()));
    const once = await stored(player.walletId);
    await consumeProjection(env, message);
    expect(await stored(player.walletId)).toEqual(once);
    expect(once.entries).toHaveLength((await player.wallet.digest()).seq);
    expect(once.balance).toMatchObject([{ cash_minor: 75_000 }]);
  });

  it("acknowledges a bet on a fixture that no channel knows: repeating would never help", async () => {
    const player = await newWallet(95_000);
    must(await player.wallet.placeBet(betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId: newFixtureId() })] })));
    await consumeProjection(env, await outboxOf(player));
    expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 });
    expect((await stored(player.walletId)).bets).toMatchObject([{ status: "PENDING" }]);
  });

  it("tells the channels of a bet although the database is down, and keeps the row", async () => {
    const player = await newWallet(95_000);
    const { command, channel } = await placeKnownBet(player);
    const down = { ...env, DB_KE: { batch: () => Promise.reject(new Error("down")), prepare: () => ({ bind: () => ({}) }) } };
    await expect(consumeProjection(down as unknown as typeof env, await outboxOf(player))).rejects.toThrow();
    const known = (_object: unknown, state: DurableObjectState) => state.storage.sql.exec("SELECT bet_id FROM accepted_bet").toArray();
    expect(await runInDurableObject(channel, known)).toEqual([{ bet_id: command.betId }]);
    expect((await outboxOf(player)).rows.length).toBeGreaterThan(0);
  });

  it("a message that was lost is sent again", async () => {
    const player = await newWallet(0);
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 }), PATIENCE);
    await runInDurableObject(player.wallet, async (instance, state) => {
      await instance.setVerified({ key: "again", verified: true });
      // As after a send that nobody received, a minute later.
      state.storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key = 'outbox'");
      state.storage.sql.exec("UPDATE outbox SET attempts = 1, next_at = 0");
    });
    await runDurableObjectAlarm(player.wallet);
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 }), PATIENCE);
    expect((await stored(player.walletId)).entries.at(-1)).toMatchObject({ kind: "PLAYER_VERIFIED", seq: 3 });
  });

  it("sends what an instance that died had not sent", async () => {
    const player = await newWallet(0);
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 }), PATIENCE);
    await player.wallet.setVerified({ key: "before-the-end", verified: true });
    await evictDurableObject(player.wallet);
    await runInDurableObject(player.wallet, (_instance, state) => {
      expect(state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one()).toEqual({ n: 1 });
      state.storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key = 'outbox'");
    });
    await runDurableObjectAlarm(player.wallet);
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 }), PATIENCE);
    expect((await stored(player.walletId)).entries.at(-1)).toMatchObject({ kind: "PLAYER_VERIFIED", seq: 3 });
  });

  it("writes a batch's wallets together, and of a batch with a poison message retries only that one", async () => {
    const players = [await newWallet(95_000), await newWallet(95_000)];
    const { fixtureId, channel } = await openFixture("KE");
    for (const { wallet } of players)
      must(await wallet.placeBet(betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId })] })));
    const bodies = await Promise.all(players.map(outboxOf));
    const [first, second] = bodies;
    const outcomes = await consumeProjections(env, [first, { ...first, objectName: "KE:nobody" }, { v: 2 }, second]);
    expect(outcomes.map((failure) => failure === null)).toEqual([true, false, false, true]);
    for (const player of players) {
      expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 });
      expect((await stored(player.walletId)).bets).toHaveLength(1);
    }
    const accepted = (_object: unknown, state: DurableObjectState) => state.storage.sql.exec("SELECT bet_id FROM accepted_bet").toArray();
    expect(await runInDurableObject(channel, accepted)).toHaveLength(2);
    expect(await consumeProjections(env, bodies)).toEqual([null, null]);
  });

  it("refuses rows of another wallet than the one it names, and stores none", async () => {
    const [player, other] = [await newWallet(0), await newWallet(0)];
    const message = await outboxOf(player);
    await expect(consumeProjection(env, { ...message, objectName: other.walletId })).rejects.toThrow("malformed");
    await expect(consumeProjection(env, { ...message, rows: [{ seq: 1, topic: "entry", body: "{}" }] })).rejects.toThrow();
    await expect(consumeProjection(env, { ...message, source: "nobody" })).rejects.toThrow();
  });
});
