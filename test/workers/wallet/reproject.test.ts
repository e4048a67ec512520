/** The database's copy of a wallet can be made again from the wallet, and never changes the wallet. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rebuildWallet, reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { consumeProjection, house, PATIENCE, placeKnownBet, silenceWallets, stored, wholeRun } from "./projection-support.ts";
import { must, newWallet } from "./wallet-support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a wallet's copy", () => {
  it("is rebuilt from the wallet to the same bytes, house's totals included", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { feed, channel } = await placeKnownBet(player);
    await placeKnownBet(player);
    await consumeProjection(env, await wholeRun(player));
    await channel.ingest(feed.result("home"));
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ balances: { cashMinor: 95_000 } }), PATIENCE);
    const { walletId } = player;
    expect(await reprojectWallet(env, "KE", walletId)).toMatchObject({ isComplete: true });
    const once = { wallet: await stored(walletId), house: (await house(player)).shard };
    expect(once.wallet.bets.map(({ status }) => status).toSorted()).toEqual(["PENDING", "WON"]);

    await env.DB_KE.prepare("UPDATE wallet_account SET posted_minor = 1 WHERE wallet_id = ?").bind(walletId).run();
    expect(await rebuildWallet(env, "KE", walletId)).toMatchObject({ isComplete: true });
    expect({ wallet: await stored(walletId), house: (await house(player)).shard }).toEqual(once);
  });

  it("is rebuilt after the whole database was lost", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    await consumeProjection(env, await wholeRun(player));
    const before = await stored(player.walletId);
    const tables = ["wallet_projection", "wallet_account", "wallet_entry", "wallet_posting", "bet", "bet_selection", "house_daily"];
    await env.DB_KE.batch(tables.map((table) => env.DB_KE.prepare(`DELETE FROM ${table}`)));
    // The wallet believes that all of it stands: its next entry finds the gap.
    must(await player.wallet.setVerified({ key: "again", verified: true }));
    const { seq } = await player.wallet.digest();
    await consumeProjection(env, await player.wallet.readEntries({ fromSeq: seq, toSeq: seq }));
    const after = await stored(player.walletId);
    expect({ ...after, head: [], entries: after.entries.slice(0, -1) }).toEqual({ ...before, head: [] });
    const { totals, postings } = await house(player);
    expect(totals).toEqual(postings);
  });

  it("says when the database holds what the wallet does not have, and writes nothing into the wallet", async () => {
    silenceWallets();
    const player = await newWallet(0);
    await consumeProjection(env, await wholeRun(player));
    const before = await player.wallet.digest();
    await env.DB_KE.prepare("UPDATE wallet_projection SET seq = seq + 5 WHERE wallet_id = ?").bind(player.walletId).run();
    expect(await reprojectWallet(env, "KE", player.walletId)).toMatchObject({ isComplete: false });
    expect(await player.wallet.digest()).toEqual(before);
    expect(await reprojectWallet(env, "KE", "KE:nobody")).toBeNull();
    expect(await rebuildWallet(env, "KE", "KE:nobody")).toBeNull();
  });
});
