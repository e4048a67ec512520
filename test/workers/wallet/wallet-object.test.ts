import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { PlaceBet } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor, selection, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { deposit, must, newWallet } from "./wallet-support.ts";

/** A fixture that its channel knows, because placed bets are confirmed to it. */
let fixtureId = "";
beforeAll(async () => {
  fixtureId = (await openFixture("KE")).fixtureId;
});
const knownBet = (changes: Partial<PlaceBet> = {}): PlaceBet => betCommand({ selections: [selection({ fixtureId })], ...changes });

describe("one wallet, many callers", () => {
  it("of 50 parallel bets of 100 on a balance of 1,000 exactly 10 are accepted", async () => {
    const { wallet } = await newWallet(100_000);
    const replies = await Promise.all(Array.from({ length: 50 }, () => wallet.placeBet(knownBet({ stakeMinor: 10_000 }))));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(10);
    for (const reply of replies)
      if (!reply.ok) expect(reply.error).toEqual({ reason: "insufficient_funds", requiredMinor: 10_000, availableMinor: 0 });
    expect(await wallet.digest()).toMatchObject({ violations: [], balances: { cashMinor: 0 } });
  });

  it("of 50 parallel deliveries of one receipt exactly one credits", async () => {
    const { wallet } = await newWallet(0);
    const intentId = mint("dep");
    must(await wallet.startDeposit({ key: mint("key"), intentId, method: "mpesa", amountMinor: 10_000 }));
    const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 10_000, occurredAtMs: Date.now() };
    const replies = await Promise.all(Array.from({ length: 50 }, () => wallet.creditDeposit(credit)));
    expect(replies.filter((reply) => reply.ok && !reply.value.replayed)).toHaveLength(1);
    expect(replies.every((reply) => reply.ok && reply.value.value.creditedMinor === 9_500)).toBe(true);
    expect(await wallet.digest()).toMatchObject({ violations: [], balances: { cashMinor: 9_500 } });
  });

  it("of 20 parallel sends of one bet one is placed, and all get the same answer", async () => {
    const { wallet } = await newWallet(95_000);
    const command = knownBet({ stakeMinor: 10_000 });
    const replies = await Promise.all(Array.from({ length: 20 }, () => wallet.placeBet(command)));
    const texts = new Set(replies.map((reply) => JSON.stringify(reply.ok ? { ...reply.value, replayed: false } : reply)));
    expect(texts.size).toBe(1);
    expect((await wallet.bets({ status: "ALL", limit: 10, offset: 0 })).total).toBe(1);
  });
});

describe("storage", () => {
  it("an evicted wallet goes on where it stood, and answers repeats byte for byte", async () => {
    const { wallet, walletId } = await newWallet(95_000);
    const [bet, stake, withdrawal] = [knownBet(), stakeCommand(), withdrawalCommand({ amountMinor: 10_000 })];
    const first = [await wallet.placeBet(bet), await wallet.reserveStake(stake), await wallet.startWithdrawal(withdrawal)];
    const before = await wallet.digest();
    await evictDurableObject(wallet);
    const again = env.WALLET.getByName(walletId);
    expect(await again.digest()).toEqual(before);
    const second = [await again.placeBet(bet), await again.reserveStake(stake), await again.startWithdrawal(withdrawal)];
    expect(second.map((reply) => JSON.stringify(reply))).toEqual(
      first.map((reply) => JSON.stringify(reply.ok ? { ...reply, value: { ...reply.value, replayed: true } } : reply)),
    );
    expect(await again.digest()).toEqual(before);
  });

  it("reading writes nothing", async () => {
    const { wallet } = await newWallet(95_000);
    await runInDurableObject(wallet, async (instance, state) => {
      const before = state.storage.sql.exec("SELECT total_changes() AS n").one().n;
      await instance.read();
      await instance.statement({ limit: 10, offset: 0 });
      await instance.digest();
      expect(state.storage.sql.exec("SELECT total_changes() AS n").one().n).toBe(before);
    });
  });

  it("a broken invariant undoes the command, freezes the wallet and leaves reads open", async () => {
    const { wallet } = await newWallet(95_000);
    await runInDurableObject(wallet, (_instance, state) => {
      // The account rows now say more than the journal: the next claim on it is caught by the chain of balances.
      state.storage.sql.exec("UPDATE account SET posted = 1 WHERE code = 'receivable'").toArray();
      state.storage.sql.exec("UPDATE account SET code = 'user:gold' WHERE code = 'tax:excise'");
    });
    await evictDurableObject(wallet);
    expect(await wallet.placeBet(knownBet())).toEqual({ ok: false, error: { reason: "wallet_frozen" } });
    await runInDurableObject(wallet, (_instance, state) => {
      expect(state.storage.sql.exec("SELECT frozen_reason FROM profile").one().frozen_reason).toContain("no such account");
      expect(state.storage.sql.exec("SELECT count(*) AS n FROM bet").one().n).toBe(0);
    });
    expect((await wallet.bets({ status: "ALL", limit: 1, offset: 0 })).total).toBe(0);
    expect((await wallet.statement({ limit: 10, offset: 0 })).total).toBe(1);
  });

  it("a wallet that is not open refuses and stores nothing", async () => {
    const wallet = env.WALLET.getByName(`KE:${mint("usr")}`);
    expect(await wallet.read()).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
    expect(await wallet.placeBet(knownBet())).toEqual({ ok: false, error: { reason: "wallet_not_open" } });
    await runInDurableObject(wallet, (_instance, state) => {
      expect(state.storage.sql.exec("SELECT count(*) AS n FROM idempotency").one().n).toBe(0);
    });
  });

  it("a command out of shape is refused at the door, and the wallet is not frozen by it", async () => {
    const { wallet } = await newWallet(95_000);
    const bet = knownBet();
    must(await wallet.placeBet(bet));
    const before = await wallet.digest();
    await runInDurableObject(wallet, async (instance) => {
      const result = resultFor(bet, fixtureId, 1, "half_lot" as never);
      await expect(instance.settleBet(result)).rejects.toThrow("not an outcome");
      await expect(instance.settleBets({ fixtureId, bets: [result] })).rejects.toThrow("not an outcome");
      for (const expiresAtMs of [-1, 0.5, 8_640_000_000_000_001]) {
        const hold = { key: mint("key"), purpose: "stake", ref: mint("offer"), amountMinor: 1_000, expiresAtMs } as const;
        await expect(instance.reserve(hold)).rejects.toThrow("not an instant");
      }
      for (const stakeMinor of [0, -100, 0.5, Number.NaN, 2 ** 53]) {
        await expect(instance.placeBet(knownBet({ stakeMinor }))).rejects.toThrow(TypeError);
      }
      await expect(instance.placeBet(knownBet({ selections: [] }))).rejects.toThrow(TypeError);
      await expect(instance.placeBet(knownBet({ selections: [selection({ fixtureId, oddsThousandths: 2.5 })] }))).rejects.toThrow("odds");
      await expect(instance.placeBet(knownBet({ kind: "SYSTEM", systemSizes: [9] }))).rejects.toThrow();
      await expect(instance.placeBet(knownBet({ key: "" }))).rejects.toThrow(TypeError);
      for (const provider of ["", "_daraja", "Daraja", "a:b"]) {
        const credit = { intentId: mint("dep"), provider, receipt: mint("R"), grossMinor: 1_000, occurredAtMs: Date.now() };
        await expect(instance.creditDeposit(credit)).rejects.toThrow("not a provider");
      }
    });
    expect(await wallet.digest()).toEqual(before);
  });
});

describe("settlement on the object", () => {
  it("won, told twice, corrected and taken back ends where the last result says", async () => {
    const { wallet } = await newWallet(95_000);
    const command = knownBet({ stakeMinor: 10_000 });
    must(await wallet.placeBet(command));
    const cash = async (version: number, outcome: "won" | "lost" | null) => {
      const reply = await wallet.settleBet(resultFor(command, fixtureId, version, outcome));
      return reply.ok ? reply.value.balances.cashMinor : reply.error;
    };
    expect(await cash(1, "won")).toBe(105_000);
    expect(await cash(1, "won")).toBe(105_000);
    expect(await cash(2, "lost")).toBe(85_000);
    expect(await cash(1, "won")).toBe(85_000);
    expect(await cash(3, null)).toBe(85_000);
    expect(await cash(4, "won")).toBe(105_000);
    expect(await wallet.digest()).toMatchObject({ violations: [] });
    expect(await wallet.shownBetByKey(command.key)).toMatchObject({ status: "WON", paidMinor: 20_000, settlements: [{}, {}, {}, {}] });
  });

  it("shows a deposit, a bet and its win on the statement with balances before and after", async () => {
    const { wallet } = await newWallet(0);
    await deposit(wallet, 10_000);
    const command = knownBet({ stakeMinor: 5_000 });
    must(await wallet.placeBet(command));
    must(await wallet.settleBet(resultFor(command, fixtureId, 1, "won")));
    const { rows, total } = await wallet.statement({ limit: 2, offset: 0 });
    expect(total).toBe(3);
    expect(rows).toMatchObject([
      { type: "BET_WON", amountMinor: 10_000, balanceBeforeMinor: 4_500, balanceAfterMinor: 14_500, referenceId: command.betId },
      { type: "BET_PLACED", amountMinor: -5_000, balanceBeforeMinor: 9_500, balanceAfterMinor: 4_500, referenceType: "bet" },
    ]);
    expect((await wallet.statement({ limit: 2, offset: 2 })).rows).toMatchObject([{ type: "DEPOSIT", amountMinor: 9_500 }]);
  });
});
