import { describe, expect, it } from "vitest";
import { openAccount, setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import type { SetLimit, WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor, withdrawalCommand } from "../../support/wallet-commands.ts";
import { accountCommand, balance, freezeAccount, grant, held, limitCommand, worldWith } from "./ledger-commands.ts";
import { must, refusal } from "./wallet-world.ts";

describe("opening an account", () => {
  it("opens an empty bonus account that can't go below zero, once, and answers a repeat with the first answer", () => {
    const world = worldWith();
    const command = accountCommand();
    const first = openAccount(world.stores, command, world.moment());
    const { seq } = world.stores.journal.book().head;
    expect(openAccount(world.stores, command, world.moment())).toEqual({
      ok: true,
      value: { ...(first.ok && first.value), replayed: true },
    });
    expect(world.stores.journal.book().head.seq).toBe(seq);
    expect(world.stores.journal.book().accounts.get("user:bonus:welcome")).toMatchObject({ postedMinor: 0, floorMinor: 0, frozen: false });
    expect(world.digest().violations).toEqual([]);
  });

  it.each(["user:cash", "tax:excise", "clearing:daraja", "user:bonus:", "user:bonus:Big One", "nonsense"])(
    "refuses %s, which no command opens, changes nothing, and remembers it",
    (account) => {
      const world = worldWith();
      const command = accountCommand({ account });
      const before = world.digest();
      const first = openAccount(world.stores, command, world.moment());
      expect(refusal(first)).toEqual({ reason: "posting_not_permitted", account });
      expect(openAccount(world.stores, command, world.moment())).toEqual(first);
      expect(world.digest()).toEqual(before);
    },
  );

  it("refuses an account that is there, another request under the key, and a frozen wallet", () => {
    const world = worldWith(0);
    const command = accountCommand();
    must(openAccount(world.stores, command, world.moment()));
    const before = world.digest();
    expect(refusal(openAccount(world.stores, accountCommand(), world.moment()))).toEqual({
      reason: "account_exists",
      account: "user:bonus:welcome",
    });
    const other = { ...command, account: "user:bonus:other" };
    expect(refusal(openAccount(world.stores, other, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(world.digest()).toEqual(before);
    must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
    expect(refusal(openAccount(world.stores, accountCommand({ account: "user:bonus:late" }), world.moment()))).toEqual({
      reason: "wallet_frozen",
    });
  });
});

/** Each limit that is refused on a wallet of 95,000 in cash, 500 in a grant and a cost of 500. */
const LIMIT_REFUSALS: readonly [name: string, changes: Partial<SetLimit>, expected: WalletRefusal][] = [
  ["an account that facts move", { account: "receivable" }, { reason: "posting_not_permitted", account: "receivable" }],
  ["an account of no chart", { account: "nonsense" }, { reason: "posting_not_permitted", account: "nonsense" }],
  ["credit to a player", { floorMinor: -1 }, { reason: "posting_not_permitted", account: "user:cash" }],
  ["no floor for a player", { floorMinor: null }, { reason: "posting_not_permitted", account: "user:cash" }],
  ["a bonus that is not open", { account: "user:bonus:none" }, { reason: "account_not_open", account: "user:bonus:none" }],
  ["a floor above what is there", { floorMinor: 95_001 }, { reason: "insufficient_funds", requiredMinor: 95_001, availableMinor: 95_000 }],
  [
    "a budget that is spent",
    { account: "promo:cost", floorMinor: -499 },
    { reason: "insufficient_funds", requiredMinor: -499, availableMinor: -500 },
  ],
];

describe("limiting an account", () => {
  it.each(LIMIT_REFUSALS)("refuses %s, changes nothing, and remembers it", (_name, changes, expected) => {
    const world = worldWith(500);
    const command = limitCommand(changes);
    const before = world.digest();
    const first = setLimit(world.stores, command, world.moment());
    expect(refusal(first)).toEqual(expected);
    expect(setLimit(world.stores, command, world.moment())).toEqual(first);
    expect(world.digest()).toEqual(before);
  });

  it("sets a limit in one entry, survives an eviction, and is part of the fold", () => {
    const world = worldWith();
    const command = limitCommand({ floorMinor: 20_000 });
    must(setLimit(world.stores, command, world.moment()));
    const before = world.digest();
    expect(setLimit(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(refusal(setLimit(world.stores, { ...command, floorMinor: 0 }, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    world.evict();
    expect(world.digest()).toEqual(before);
    expect(before.violations).toEqual([]);
    expect(before.balances).toMatchObject({ cashMinor: 95_000, availableMinor: 75_000 });
  });

  it("counts what is held: a floor may not be set into it", () => {
    const world = worldWith();
    held(world, { amountMinor: 90_000 });
    expect(refusal(setLimit(world.stores, limitCommand({ floorMinor: 5_001 }), world.moment()))).toMatchObject({ availableMinor: 5_000 });
    must(setLimit(world.stores, limitCommand({ floorMinor: 5_000 }), world.moment()));
  });

  it("keeps bets and withdrawals above the floor", () => {
    const world = worldWith();
    must(setLimit(world.stores, limitCommand({ floorMinor: 85_000 }), world.moment()));
    const tooMuch = { reason: "insufficient_funds", requiredMinor: 10_001, availableMinor: 10_000 };
    expect(refusal(placeBet(world.stores, betCommand({ stakeMinor: 10_001 }), world.moment()))).toEqual(tooMuch);
    expect(refusal(startWithdrawal(world.stores, withdrawalCommand({ amountMinor: 10_001 }), world.moment()))).toEqual(tooMuch);
    must(placeBet(world.stores, betCommand({ stakeMinor: 10_000 }), world.moment()));
  });

  it("lets a claw-back take down to the floor and owes the rest, which a lower floor repays at once", () => {
    const world = worldWith();
    const bet = betCommand({ stakeMinor: 95_000 });
    const fixtureId = bet.selections[0]?.fixtureId ?? "";
    must(placeBet(world.stores, bet, world.moment()));
    must(settleBet(world.stores, resultFor(bet, fixtureId, 1, "won"), world.moment()));
    const wonMinor = balance(world, "user:cash")[0];
    must(setLimit(world.stores, limitCommand({ floorMinor: 10_000 }), world.moment()));
    must(settleBet(world.stores, resultFor(bet, fixtureId, 2, "lost"), world.moment()));
    expect([balance(world, "user:cash")[0], balance(world, "receivable")[0]]).toEqual([10_000, -10_000]);
    expect(wonMinor).toBeGreaterThan(10_000);
    expect(world.digest().violations).toEqual([]);
    must(setLimit(world.stores, limitCommand({ floorMinor: 4_000 }), world.moment()));
    expect([balance(world, "user:cash")[0], balance(world, "receivable")[0]]).toEqual([4_000, -4_000]);
    expect(world.digest().violations).toEqual([]);
  });

  it("lets money into a frozen account and none out", () => {
    const world = worldWith();
    freezeAccount(world, "user:cash");
    const frozen = { reason: "account_frozen", account: "user:cash" };
    expect(refusal(placeBet(world.stores, betCommand(), world.moment()))).toEqual(frozen);
    expect(refusal(startWithdrawal(world.stores, withdrawalCommand(), world.moment()))).toEqual(frozen);
    world.deposit(100_000);
    expect(balance(world, "user:cash")).toEqual([190_000, 0]);
    must(setLimit(world.stores, limitCommand(), world.moment()));
    must(placeBet(world.stores, betCommand(), world.moment()));
    expect(world.digest().violations).toEqual([]);
  });

  it("names the frozen account that is spent first, before and after an eviction", () => {
    const world = worldWith();
    grant(world, "user:bonus:zeta", 100);
    grant(world, "user:bonus:alpha", 100);
    freezeAccount(world, "user:bonus:alpha");
    freezeAccount(world, "user:bonus:zeta");
    const refused = () => {
      const command = { key: mint("key"), purpose: "stake" as const, ref: "r", amountMinor: 95_001, expiresAtMs: world.nowMs + 1 };
      return refusal(reserve(world.stores, command, world.moment()));
    };
    expect(refused()).toEqual({ reason: "account_frozen", account: "user:bonus:zeta" });
    world.evict();
    expect(refused()).toEqual({ reason: "account_frozen", account: "user:bonus:zeta" });
  });
});
