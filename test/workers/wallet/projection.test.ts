import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import type { WalletRun, WalletRunRow } from "../../../shared/protocol/queue/wallet-run.ts";
import { dropCopy } from "../../../workers/adapters/d1/wallet-copy.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { betCommand, selection } from "../../support/wallet-commands.ts";
import { newFixtureId, openFixture } from "../odds/messages.ts";
import {
  acceptedBets,
  consumeProjection,
  house,
  isDelivered,
  onOwnDay,
  PATIENCE,
  part,
  placeKnownBet,
  silenceWallets,
  stored,
  wholeRun,
  withWalletTelling,
} from "./projection-support.ts";
import { must, newWallet } from "./wallet-support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the projection", () => {
  it("carries every entry through the queue to the country's database, and the wallet knows", async () => {
    const player = await newWallet(95_000);
    const { command, feed, channel } = await placeKnownBet(player);
    await vi.waitFor(() => isDelivered(player), PATIENCE);
    const { seq, hash } = await player.wallet.digest();
    const before = await stored(player.walletId);
    expect(before.entries.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(before.postings.reduce((total, posting) => total + Number(posting.amount_minor), 0)).toBe(0);
    expect(before.head).toMatchObject([{ epoch: 1, seq, hash, user_id: player.userId, currency: "KES" }]);
    expect(before.accounts.find(({ account }) => account === "user:cash")).toMatchObject({ posted_minor: 85_000, held_minor: 0, seq });
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

  it("is the same whatever the order, however often, and however the runs are cut; the house counts each posting once", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    await placeKnownBet(player);
    await placeKnownBet(player);
    const { run, day } = onOwnDay(await wholeRun(player));
    const own = withWalletTelling(run, player);
    const last = run.toSeq;
    expect(last).toBeGreaterThan(5);
    const cuts: readonly (readonly WalletRun[])[] = [
      [run],
      [run, run],
      [part(run, 4, last), part(run, 1, 3)],
      [part(run, last, last), part(run, 1, last - 1), part(run, 2, 4)],
      Array.from({ length: last }, (_, index) => part(run, last - index, last - index)),
    ];
    const copies: unknown[] = [];
    for (const runs of cuts) {
      for (const batch of [[runs], runs.map((one) => [one])]) {
        await dropCopy(env.DB_KE, "KE", player.walletId);
        for (const bodies of batch) expect(await consumeProjections(own, bodies)).toEqual(bodies.map(() => null));
        const { totals, wanted } = await house(day, run);
        expect(totals).toEqual(wanted);
        copies.push(await stored(player.walletId));
        await consumeProjection(own, run);
        expect(await stored(player.walletId)).toEqual(copies.at(-1));
      }
    }
    for (const copy of copies) expect(copy).toEqual(copies[0]);
    expect(await player.wallet.digest()).toMatchObject({ outboxPending: 0 });
  });

  it("counts a posting once although two consumers store it at the same time", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { run, day } = onOwnDay(await wholeRun(player));
    const own = withWalletTelling(run, player);
    await Promise.all([part(run, 1, 3), run, part(run, 2, run.toSeq), run].map((one) => consumeProjection(own, one)));
    const { totals, wanted } = await house(day, run);
    expect(totals).toEqual(wanted);
    expect((await stored(player.walletId)).head).toMatchObject([{ seq: run.toSeq, hash: run.headHash }]);
  });

  it("asks the wallet for what lies between, and keeps a run whose gap stays open", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { command, channel } = await placeKnownBet(player);
    must(await player.wallet.setVerified({ key: "again", verified: true }));
    const run = await wholeRun(player);
    const mute = {
      ...env,
      WALLET: { getByName: () => ({ readEntries: () => Promise.resolve(null), acknowledge: () => Promise.resolve() }) },
    };
    const tail = part(run, run.toSeq, run.toSeq);
    await expect(consumeProjection(mute as unknown as typeof env, tail)).rejects.toThrow("can't be stored yet");
    expect(await stored(player.walletId)).toMatchObject({ head: [], entries: [], postings: [] });

    await consumeProjection(env, tail);
    expect(await stored(player.walletId)).toMatchObject({ head: [{ seq: run.toSeq, hash: run.headHash }] });
    // The bet that came with the gap's entries is told to its channel too.
    expect(await runInDurableObject(channel, acceptedBets)).toEqual([{ bet_id: command.betId }]);
    await isDelivered(player);
  });

  it("closes a gap that is longer than a message, page by page", async () => {
    silenceWallets();
    const player = await newWallet(0);
    for (let n = 0; n < 130; n += 1) must(await player.wallet.setVerified({ key: `again-${n}`, verified: n % 2 === 0 }));
    const { seq, hash } = await player.wallet.digest();
    const tail = await player.wallet.readEntries({ fromSeq: seq, toSeq: seq });
    await consumeProjection(env, tail);
    const { head, entries } = await stored(player.walletId);
    expect(head).toMatchObject([{ seq, hash }]);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
  });

  it("never stores a branch: a run that contradicts what is stored fails, and its neighbours don't", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { run, day } = onOwnDay(await wholeRun(player));
    await consumeProjection(env, part(run, 1, 3));
    const before = await stored(player.walletId);
    const other = sha256Hex("other");
    const onOtherGround = part(run, 4, run.toSeq);
    const [fourth, ...rest] = onOtherGround.rows;
    const last = run.rows.at(-1);
    const [third] = part(run, 3, 3).rows;
    if (third === undefined || fourth === undefined || last === undefined) throw new Error("too few entries");
    const changed = (row: WalletRunRow, hashes: Partial<WalletRunRow["entry"]>): WalletRunRow => ({
      ...row,
      entry: { ...row.entry, ...hashes },
    });
    const branch = { ...onOtherGround, rows: [changed(fourth, { previousHash: other }), ...rest] };
    const replaced = { ...part(run, 3, 3), headHash: other, rows: [changed(third, { hash: other })] };
    for (const wrong of [branch, replaced]) {
      await expect(consumeProjection(env, wrong)).rejects.toThrow("can't be stored yet");
      expect(await stored(player.walletId)).toEqual(before);
      const { totals, wanted } = await house(day, part(run, 1, 3));
      expect(totals).toEqual(wanted);
    }
    const otherEnd = { ...run, headHash: other, rows: [...run.rows.slice(0, -1), changed(last, { hash: other })] };
    const outcomes = await consumeProjections(env, [run, otherEnd]);
    expect(outcomes.map((failure) => failure === null)).toEqual([true, false]);
    expect((await stored(player.walletId)).head).toMatchObject([{ seq: run.toSeq, hash: run.headHash }]);
  });

  it("reads the journal anew after an epoch began, and takes nothing of an older one", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { command } = await placeKnownBet(player);
    const { run: old, day } = onOwnDay(await wholeRun(player));
    await consumeProjection(env, old);
    // The wallet was set back to before the bet; what it wrote since is of a new epoch.
    const { rows } = part(old, 1, old.toSeq - 1);
    const link = rows.at(-1)?.entry;
    const [first] = rows;
    if (link === undefined || first === undefined) throw new Error("too few entries");
    const hash = sha256Hex(`${player.walletId}:frozen`);
    const frozen: WalletRunRow = {
      bet: null,
      entry: {
        ...first.entry,
        epoch: 2,
        seq: old.toSeq,
        kind: "FROZEN",
        previousHash: link.hash,
        hash,
        postings: [],
        recordedAtMs: Date.now(),
      },
    };
    const restored: WalletRun = { ...old, epoch: 2, headHash: hash, rows: [...rows, frozen] };
    await consumeProjection(env, restored);
    await consumeProjection(env, old);
    const after = await stored(player.walletId);
    expect(after.head).toMatchObject([{ epoch: 2, seq: old.toSeq, hash }]);
    expect(after.accounts.find(({ account }) => account === "user:cash")).toMatchObject({ epoch: 2, posted_minor: 95_000 });
    // What the wallet no longer knows stays as evidence, told apart by its epoch.
    expect(after.entries.slice(-2)).toMatchObject([
      { epoch: 1, kind: "BET_PLACED" },
      { epoch: 2, kind: "FROZEN" },
    ]);
    expect(after.bets).toMatchObject([{ bet_id: command.betId, epoch: 1 }]);
    const { totals, wanted } = await house(day, old);
    expect(totals).toEqual(wanted);
  });

  it("acknowledges a bet on a fixture that no channel knows: repeating would never help", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    must(await player.wallet.placeBet(betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId: newFixtureId() })] })));
    await consumeProjection(env, await wholeRun(player));
    await isDelivered(player);
    expect((await stored(player.walletId)).bets).toMatchObject([{ status: "PENDING" }]);
  });

  it("tells the channels of a bet although the database is down, and the wallet keeps its entries", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { command, channel } = await placeKnownBet(player);
    const run = await wholeRun(player);
    const down = { ...env, DB_KE: { prepare: () => ({ bind: () => ({ all: () => Promise.reject(new Error("down")) }) }) } };
    await expect(consumeProjection(down as unknown as typeof env, run)).rejects.toThrow("could not be read");
    expect(await runInDurableObject(channel, acceptedBets)).toEqual([{ bet_id: command.betId }]);
    expect(await player.wallet.digest()).toMatchObject({ outboxPending: run.toSeq });

    const half = { ...env, DB_KE: { prepare: env.DB_KE.prepare.bind(env.DB_KE), batch: () => Promise.reject(new Error("down")) } };
    await expect(consumeProjection(half as unknown as typeof env, run)).rejects.toThrow("could not be stored");
    expect(await player.wallet.digest()).toMatchObject({ outboxPending: run.toSeq });
    expect(await stored(player.walletId)).toMatchObject({ head: [], entries: [] });
  });

  it("stores and acknowledges a wallet up to the bet that its channel could not be told of, and no further", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { command } = await placeKnownBet(player);
    must(await player.wallet.setVerified({ key: "again", verified: true }));
    const run = await wholeRun(player);
    const placedSeq = run.rows.find(({ entry }) => entry.ref === command.betId)?.entry.seq ?? 0;
    const deaf = { ...env, ODDS_CHANNEL: { getByName: () => ({ confirm: () => Promise.reject(new Error("deaf")) }) } };
    await expect(consumeProjection(deaf as unknown as typeof env, run)).rejects.toThrow("can't be stored yet");
    expect(await stored(player.walletId)).toMatchObject({ head: [{ seq: placedSeq - 1 }], bets: [] });
    expect(await player.wallet.digest()).toMatchObject({ outboxPending: run.toSeq - placedSeq + 1 });
    // Neither does a later run carry the wallet past it.
    await expect(consumeProjection(deaf as unknown as typeof env, part(run, run.toSeq, run.toSeq))).rejects.toThrow();
    expect(await stored(player.walletId)).toMatchObject({ head: [{ seq: placedSeq - 1 }] });
    await consumeProjection(env, run);
    await isDelivered(player);
  });

  it("a message that was lost is sent again", async () => {
    silenceWallets();
    const player = await newWallet(0);
    await consumeProjection(env, await wholeRun(player));
    must(await player.wallet.setVerified({ key: "again", verified: true }));
    await vi.waitFor(() => expect(env.PROJECTION_QUEUE.send).toHaveBeenCalledWith(expect.objectContaining({ fromSeq: 3 })), PATIENCE);
    vi.restoreAllMocks();
    // The net finds entries that nobody has acknowledged, twice: then they count as lost.
    for (let n = 0; n < 2; n += 1) {
      await runInDurableObject(player.wallet, (_instance, state) =>
        state.storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key = 'delivery'"),
      );
      await runDurableObjectAlarm(player.wallet);
    }
    await vi.waitFor(() => isDelivered(player), PATIENCE);
    expect((await stored(player.walletId)).entries.at(-1)).toMatchObject({ kind: "PLAYER_VERIFIED", seq: 3 });
  });

  it("sends what an instance that died had not sent", async () => {
    const player = await newWallet(0);
    await vi.waitFor(() => isDelivered(player), PATIENCE);
    must(await player.wallet.setVerified({ key: "before-the-end", verified: true }));
    await evictDurableObject(player.wallet);
    await runInDurableObject(player.wallet, (_instance, state) =>
      state.storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key = 'delivery'"),
    );
    await runDurableObjectAlarm(player.wallet);
    await vi.waitFor(() => isDelivered(player), PATIENCE);
    expect((await stored(player.walletId)).entries.at(-1)).toMatchObject({ kind: "PLAYER_VERIFIED", seq: 3 });
  });

  it("writes a batch's wallets together, and of a batch with a poison message retries only that one", async () => {
    silenceWallets();
    const players = [await newWallet(95_000), await newWallet(95_000)];
    const { fixtureId, channel } = await openFixture("KE");
    for (const { wallet } of players)
      must(await wallet.placeBet(betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId })] })));
    const bodies = await Promise.all(players.map(wholeRun));
    const [first, second] = bodies;
    const outcomes = await consumeProjections(env, [first, { ...first, objectName: "KE:nobody" }, { v: 2 }, { source: "wallet" }, second]);
    expect(outcomes.map((failure) => failure === null)).toEqual([true, false, false, false, true]);
    for (const player of players) {
      await isDelivered(player);
      expect((await stored(player.walletId)).bets).toHaveLength(1);
    }
    expect(await runInDurableObject(channel, acceptedBets)).toHaveLength(2);
    expect(await consumeProjections(env, bodies)).toEqual([null, null]);
  });

  it("refuses a malformed run and stores nothing of it", async () => {
    silenceWallets();
    const [player, other] = [await newWallet(95_000), await newWallet(0)];
    await placeKnownBet(player);
    const run = await wholeRun(player);
    const wrong: readonly Partial<WalletRun>[] = [
      { objectName: other.walletId },
      { country: "NG" },
      { fromSeq: 2 },
      { headHash: sha256Hex("other") },
      { rows: [...run.rows].reverse() },
      { rows: run.rows.map((row) => ({ ...row, bet: null })) },
    ];
    for (const changes of wrong) await expect(consumeProjection(env, { ...run, ...changes })).rejects.toThrow("malformed");
    await expect(consumeProjection(env, { ...run, rows: [] })).rejects.toThrow();
    await expect(consumeProjection(env, { ...run, source: "nobody" })).rejects.toThrow();
    expect(await stored(player.walletId)).toMatchObject({ head: [], entries: [], bets: [] });
  });
});
