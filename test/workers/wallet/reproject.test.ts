/** The database's copy of a wallet can be made again from the wallet, and never changes the wallet. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dropCopy } from "../../../workers/adapters/d1/wallet-copy.ts";
import { rebuildWallet, reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { bonusCommand } from "../../support/wallet-commands.ts";
import { consumeProjection, house, onOwnDay, PATIENCE, placeKnownBet, silenceWallets, stored, wholeRun } from "./projection-support.ts";
import { must, newWallet } from "./wallet-support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a wallet's copy", () => {
  it("is rebuilt from the wallet to the same bytes", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    const { feed, channel } = await placeKnownBet(player);
    await placeKnownBet(player);
    await consumeProjection(env, await wholeRun(player));
    await channel.ingest(feed.result("home"));
    await vi.waitFor(async () => expect(await player.wallet.digest()).toMatchObject({ balances: { cashMinor: 95_000 } }), PATIENCE);
    const { walletId } = player;
    expect(await reprojectWallet(env, "KE", walletId)).toMatchObject({ isComplete: true });
    const once = await stored(walletId);
    expect(once.bets.map(({ status }) => status).toSorted()).toEqual(["PENDING", "WON"]);

    await env.DB_KE.prepare("UPDATE wallet_account SET posted_minor = 1 WHERE wallet_id = ?").bind(walletId).run();
    expect(await rebuildWallet(env, "KE", walletId)).toMatchObject({ isComplete: true });
    expect(await stored(walletId)).toEqual(once);
  });

  it("takes its part of the house's totals along when it is dropped, and brings it back", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    must(await player.wallet.grantBonus(bonusCommand({ offerDays: null })));
    const { run, day } = onOwnDay(await wholeRun(player));
    for (let n = 0; n < 2; n += 1) {
      await consumeProjection(env, run);
      const { totals, wanted } = await house(day, run);
      expect(totals).toEqual(wanted);
      expect(totals.map(({ account }) => account)).toContain("user:locked");
      await dropCopy(env.DB_KE, "KE", player.walletId);
      expect((await house(day, run)).totals).toEqual([]);
      expect(await stored(player.walletId)).toMatchObject({ head: [], entries: [], postings: [], accounts: [], bets: [] });
    }
  });

  it("comes back with the wallet's next entry after the database lost it", async () => {
    silenceWallets();
    const player = await newWallet(95_000);
    await consumeProjection(env, await wholeRun(player));
    const before = await stored(player.walletId);
    await dropCopy(env.DB_KE, "KE", player.walletId);
    // The wallet believes that all of it stands: its next entry finds the gap.
    must(await player.wallet.setVerified({ key: "again", verified: true }));
    const { seq } = await player.wallet.digest();
    await consumeProjection(env, await player.wallet.readEntries({ fromSeq: seq, toSeq: seq }));
    const after = await stored(player.walletId);
    expect({ ...after, head: [], entries: after.entries.slice(0, -1) }).toEqual({ ...before, head: [] });
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
