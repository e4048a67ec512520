import { describe, expect, it } from "vitest";
import { commitHold, expireHolds, releaseHold, reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { freeze, selfExclude, setVerified, unfreeze } from "../../../durable-objects/wallet/commands/player.ts";
import { startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import type { Reserve, WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { mint, withdrawalCommand } from "../../support/wallet-commands.ts";
import { balance, commitCommand, freezeAccount, held, reserveCommand, worldWith } from "./ledger-commands.ts";
import { must, refusal, type WalletWorld } from "./wallet-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function release(holdId: string) {
  return { key: mint("key"), holdId, reason: "taken back" };
}

const REFUSALS: readonly [name: string, arrange: (world: WalletWorld) => Partial<Reserve>, expected: WalletRefusal][] = [
  [
    "a frozen wallet",
    (world) => {
      must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
      return {};
    },
    { reason: "wallet_frozen" },
  ],
  [
    "a stake of a player who is not verified",
    (world) => {
      must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
      return {};
    },
    { reason: "not_verified" },
  ],
  [
    "a stake of an excluded player",
    (world) => {
      must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "enough" }, world.moment()));
      return {};
    },
    { reason: "self_excluded", untilMs: null },
  ],
  ["a time that is over", (world) => ({ expiresAtMs: world.nowMs }), { reason: "hold_expired" }],
  [
    "what only a frozen account could give",
    (world) => {
      freezeAccount(world, "user:bonus:g1");
      return { amountMinor: 95_001 };
    },
    { reason: "account_frozen", account: "user:bonus:g1" },
  ],
  [
    "more than all accounts of the purpose have",
    () => ({ amountMinor: 95_501 }),
    { reason: "insufficient_funds", requiredMinor: 95_501, availableMinor: 95_500 },
  ],
  [
    "a charge on a bonus",
    () => ({ purpose: "charge", amountMinor: 95_001 }),
    { reason: "insufficient_funds", requiredMinor: 95_001, availableMinor: 95_000 },
  ],
];

describe("reserving", () => {
  it.each(REFUSALS)("refuses %s, changes nothing, and remembers it", (_name, arrange, expected) => {
    const world = worldWith(500);
    const command = reserveCommand(world, arrange(world));
    const before = world.digest();
    const first = reserve(world.stores, command, world.moment());
    expect(refusal(first)).toEqual(expected);
    expect(reserve(world.stores, command, world.moment())).toEqual(first);
    expect(world.digest()).toEqual(before);
  });

  it("holds once; a repeat that asks for another time gets the first answer", () => {
    const world = worldWith();
    const command = reserveCommand(world);
    const first = reserve(world.stores, command, world.moment());
    world.pass(1_000);
    const again = reserve(world.stores, { ...command, expiresAtMs: command.expiresAtMs + 5 }, world.moment());
    expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), replayed: true } });
    expect(balance(world, "user:cash")).toEqual([95_000, 10_000]);
    expect(refusal(reserve(world.stores, { ...command, amountMinor: 1 }, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
  });

  it("holds charges of players who may not play", () => {
    const world = worldWith();
    must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "enough" }, world.moment()));
    expect(held(world, { purpose: "charge" }).isOpen).toBe(true);
  });

  it("never holds more than there is: of six holds of 20,000 on 95,000 four stand", () => {
    const world = worldWith();
    const replies = Array.from({ length: 6 }, () => reserve(world.stores, reserveCommand(world, { amountMinor: 20_000 }), world.moment()));
    expect(replies.map((reply) => reply.ok)).toEqual([true, true, true, true, false, false]);
    expect(balance(world, "user:cash")).toEqual([95_000, 80_000]);
    expect(world.digest().violations).toEqual([]);
  });

  it("does not make a hold again under a key that was forgotten", () => {
    const world = worldWith();
    const command = reserveCommand(world);
    must(reserve(world.stores, command, world.moment()));
    world.pass(31 * DAY_MS);
    world.sql.transaction(() => world.stores.keys.sweep(world.nowMs));
    const before = world.digest();
    const late = { ...command, expiresAtMs: world.nowMs + HOUR_MS };
    expect(refusal(reserve(world.stores, late, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(world.digest()).toEqual(before);
  });
});

describe("the life of a hold over cash and several grants", () => {
  /** 95,000 in cash, then 300 and 200 of grants: 95,450 held takes 150 of the second grant. */
  const spread = (world: WalletWorld) => held(world, { amountMinor: 95_450 });
  const state = (world: WalletWorld) => ["user:cash", "user:bonus:g1", "user:bonus:g2", "house:stakes"].map((code) => balance(world, code));

  it("takes from accounts in spending order and gives back to where it came from", () => {
    const world = worldWith(300, 200);
    const before = state(world);
    const hold = spread(world);
    expect(hold.shares).toEqual([
      { account: "user:cash", amountMinor: 95_000 },
      { account: "user:bonus:g1", amountMinor: 300 },
      { account: "user:bonus:g2", amountMinor: 150 },
    ]);
    expect(state(world)).toEqual([
      [95_000, 95_000],
      [300, 300],
      [200, 150],
      [0, 0],
    ]);
    must(releaseHold(world.stores, release(hold.holdId), world.moment()));
    expect(state(world)).toEqual(before);
    expect(world.digest().violations).toEqual([]);
  });

  it("spends as many grants as there are, in one hold, one commit and what the commit gives back", () => {
    const world = worldWith(...Array.from({ length: 40 }, () => 1_000));
    const hold = held(world, { amountMinor: 95_000 + 39_500 });
    expect(hold.shares).toHaveLength(41);
    const committed = must(commitHold(world.stores, commitCommand(hold, { amountMinor: 95_000 + 20_500, close: true }), world.moment()));
    expect(committed.isOpen).toBe(false);
    expect(balance(world, "house:stakes")).toEqual([115_500, 0]);
    expect(["g20", "g21", "g22", "g40"].map((name) => balance(world, `user:bonus:${name}`))).toEqual([
      [0, 0],
      [500, 0],
      [1_000, 0],
      [1_000, 0],
    ]);
    world.evict();
    expect(world.digest().violations).toEqual([]);
  });

  it("commits in parts, in the same order, until it is used up and closes by itself", () => {
    const world = worldWith(300, 200);
    const hold = spread(world);
    const part = (amountMinor: number) => must(commitHold(world.stores, commitCommand(hold, { amountMinor }), world.moment()));
    expect(part(95_100)).toMatchObject({ committedMinor: 95_100, isOpen: true });
    expect(state(world)).toEqual([
      [0, 0],
      [200, 200],
      [200, 150],
      [95_100, 0],
    ]);
    expect(world.digest().violations).toEqual([]);
    const before = world.digest();
    const tooMuch = commitCommand(hold, { amountMinor: 351 });
    expect(refusal(commitHold(world.stores, tooMuch, world.moment()))).toEqual({ reason: "hold_exceeded", remainingMinor: 350 });
    expect(world.digest()).toEqual(before);
    expect(part(350)).toMatchObject({ committedMinor: 95_450, isOpen: false });
    expect(state(world)).toEqual([
      [0, 0],
      [0, 0],
      [50, 0],
      [95_450, 0],
    ]);
    const closed = { reason: "hold_closed" };
    expect(refusal(commitHold(world.stores, commitCommand(hold, { amountMinor: 1 }), world.moment()))).toEqual(closed);
    expect(refusal(releaseHold(world.stores, release(hold.holdId), world.moment()))).toEqual(closed);
    expect(world.digest().violations).toEqual([]);
  });

  it("gives the rest back in the entry that closes it, and what a part took stays taken", () => {
    const world = worldWith(300, 200);
    const hold = spread(world);
    must(commitHold(world.stores, commitCommand(hold, { amountMinor: 100 }), world.moment()));
    const { seq } = world.stores.journal.book().head;
    const last = must(commitHold(world.stores, commitCommand(hold, { amountMinor: 100, close: true }), world.moment()));
    expect(last).toMatchObject({ committedMinor: 200, isOpen: false });
    expect(world.stores.journal.book().head.seq).toBe(seq + 1);
    expect(state(world)).toEqual([
      [94_800, 0],
      [300, 0],
      [200, 0],
      [200, 0],
    ]);
    expect(world.digest().violations).toEqual([]);
  });

  it("releases what parts have left", () => {
    const world = worldWith(300, 200);
    const hold = spread(world);
    must(commitHold(world.stores, commitCommand(hold, { amountMinor: 95_200 }), world.moment()));
    must(releaseHold(world.stores, release(hold.holdId), world.moment()));
    expect(state(world)).toEqual([
      [0, 0],
      [100, 0],
      [200, 0],
      [95_200, 0],
    ]);
    expect(world.digest().violations).toEqual([]);
  });

  it("sends a charge to suspense", () => {
    const world = worldWith();
    const hold = held(world, { purpose: "charge" });
    must(commitHold(world.stores, commitCommand(hold), world.moment()));
    expect([balance(world, "user:cash"), balance(world, "suspense")]).toEqual([
      [85_000, 0],
      [10_000, 0],
    ]);
    expect(world.stores.journal.statement(1, 0).rows).toMatchObject([{ type: "CHARGED", amountMinor: -10_000 }]);
  });

  it("answers repeats of commits and releases with the first answers, and refuses other requests under their keys", () => {
    const world = worldWith();
    const hold = held(world);
    const commit = commitCommand(hold, { amountMinor: 4_000 });
    const first = commitHold(world.stores, commit, world.moment());
    expect(commitHold(world.stores, commit, world.moment())).toEqual({ ok: true, value: { ...(first.ok && first.value), replayed: true } });
    expect(refusal(commitHold(world.stores, { ...commit, close: true }, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    const back = release(hold.holdId);
    must(releaseHold(world.stores, back, world.moment()));
    expect(releaseHold(world.stores, back, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(refusal(releaseHold(world.stores, { ...back, holdId: "hold_other" }, world.moment()))).toEqual({
      reason: "idempotency_key_reused",
    });
    expect(balance(world, "user:cash")).toEqual([91_000, 0]);
  });

  it("knows no hold of another wallet, and leaves a withdrawal's hold to its withdrawal", () => {
    const world = worldWith();
    const { holdId } = must(startWithdrawal(world.stores, withdrawalCommand(), world.moment()));
    const before = world.digest();
    for (const id of [holdId, "hold_of_another"]) {
      const commit = commitCommand({ holdId: id, amountMinor: 1 });
      expect(refusal(commitHold(world.stores, commit, world.moment()))).toEqual({ reason: "not_found" });
      expect(refusal(releaseHold(world.stores, release(id), world.moment()))).toEqual({ reason: "not_found" });
    }
    expect(world.digest()).toEqual(before);
  });

  it("commits what was held before its account was frozen", () => {
    const world = worldWith();
    const hold = held(world);
    freezeAccount(world, "user:cash");
    must(commitHold(world.stores, commitCommand(hold), world.moment()));
    expect(balance(world, "user:cash")).toEqual([85_000, 0]);
  });
});

describe("a hold past its time", () => {
  it("can't be committed before the alarm has run, nor after, and goes back whole", () => {
    const world = worldWith(300);
    const hold = held(world, { amountMinor: 95_200 });
    world.pass(HOUR_MS);
    const before = world.digest();
    expect(refusal(commitHold(world.stores, commitCommand(hold), world.moment()))).toEqual({ reason: "hold_expired" });
    expect(world.digest()).toEqual(before);
    expect(expireHolds(world.stores, world.moment())).toBe(1);
    expect([balance(world, "user:cash"), balance(world, "user:bonus:g1")]).toEqual([
      [95_000, 0],
      [300, 0],
    ]);
    expect(refusal(commitHold(world.stores, commitCommand(hold), world.moment()))).toEqual({ reason: "hold_closed" });
    expect(expireHolds(world.stores, world.moment())).toBe(0);
    expect(world.digest().violations).toEqual([]);
  });

  it("gives back only what parts have left, and no hold whose time has not come", () => {
    const world = worldWith();
    const hold = held(world, { amountMinor: 10_000 });
    held(world, { amountMinor: 7_000, expiresAtMs: world.nowMs + HOUR_MS + 1 });
    must(commitHold(world.stores, commitCommand(hold, { amountMinor: 4_000 }), world.moment()));
    world.pass(HOUR_MS);
    expect(expireHolds(world.stores, world.moment())).toBe(1);
    expect(balance(world, "user:cash")).toEqual([91_000, 7_000]);
    expect(world.digest().violations).toEqual([]);
  });

  it("is given back on a frozen wallet too", () => {
    const world = worldWith();
    const hold = held(world);
    must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
    expect(refusal(commitHold(world.stores, commitCommand(hold), world.moment()))).toEqual({ reason: "wallet_frozen" });
    expect(refusal(releaseHold(world.stores, release(hold.holdId), world.moment()))).toEqual({ reason: "wallet_frozen" });
    world.pass(HOUR_MS);
    expect(expireHolds(world.stores, world.moment())).toBe(1);
    expect(balance(world, "user:cash")).toEqual([95_000, 0]);
    must(unfreeze(world.stores, { key: mint("key"), reason: "checked" }, world.moment()));
    expect(world.digest().violations).toEqual([]);
  });
});
