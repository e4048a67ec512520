import { describe, expect, it } from "vitest";
import { creditDeposit, depositedToday, endDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { releaseHold } from "../../../durable-objects/wallet/commands/holds.ts";
import { openWallet, selfExclude, setDepositLimits, setVerified } from "../../../durable-objects/wallet/commands/player.ts";
import { reserveStake, settleStake } from "../../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { balancesOf } from "../../../durable-objects/wallet/wallet-stores.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { mint, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const DAY = 86_400_000;
const start = (world: WalletWorld, amountMinor: number, intentId = mint("dep")) =>
  startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor }, world.moment());
const balances = (world: WalletWorld) => balancesOf(world.stores.journal.book());
const accounts = (world: WalletWorld) =>
  Object.fromEntries([...world.stores.journal.book().accounts.values()].map((each) => [each.code, each.postedMinor]));

describe("deposits", () => {
  it("100.00 paid credits 95.00 beside an excise line of 5.00", () => {
    const world = new WalletWorld();
    world.deposit(10_000);
    expect(accounts(world)).toEqual({ "clearing:daraja": -10_000, "user:cash": 9_500, "tax:excise": 500 });
    expect(world.stores.journal.statement(10, 0)).toMatchObject({
      total: 1,
      rows: [{ type: "DEPOSIT", amountMinor: 9_500, balanceBeforeMinor: 0, balanceAfterMinor: 9_500, taxLines: [{ taxMinor: 500 }] }],
    });
  });

  it("one receipt credits once, and one intent has one receipt", () => {
    const world = new WalletWorld();
    const intentId = mint("dep");
    must(start(world, 10_000, intentId));
    const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 10_000, occurredAtMs: world.nowMs };
    const first = creditDeposit(world.stores, credit, world.moment());
    const before = world.digest();
    expect(creditDeposit(world.stores, credit, world.moment())).toEqual({
      ok: true,
      value: { ...(first.ok ? first.value : {}), replayed: true },
    });
    const reused = { reason: "idempotency_key_reused" };
    expect(refusal(creditDeposit(world.stores, { ...credit, receipt: mint("R") }, world.moment()))).toEqual(reused);
    must(start(world, 10_000, "other"));
    expect(refusal(creditDeposit(world.stores, { ...credit, intentId: "other" }, world.moment()))).toEqual(reused);
    expect(world.digest().balances).toEqual(before.balances);
  });

  it("a client's key can't take the place of a receipt", () => {
    const world = new WalletWorld();
    const [intentId, receipt] = [mint("dep"), mint("R")];
    const amountMinor = 10_000;
    must(startDeposit(world.stores, { key: `deposit:daraja:${receipt}`, intentId, method: "mpesa", amountMinor }, world.moment()));
    const credit = { intentId, provider: "daraja", receipt, grossMinor: amountMinor, occurredAtMs: world.nowMs };
    expect(must(creditDeposit(world.stores, credit, world.moment())).creditedMinor).toBe(9_500);
  });

  it("money that comes after the deposit was ended is credited all the same", () => {
    const world = new WalletWorld();
    const intentId = mint("dep");
    must(start(world, 10_000, intentId));
    must(endDeposit(world.stores, { intentId }, world.moment()));
    must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "for good" }, world.moment()));
    const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 10_000, occurredAtMs: world.nowMs };
    expect(must(creditDeposit(world.stores, credit, world.moment())).creditedMinor).toBe(9_500);
  });

  it("deposits on their way count: parallel ones can't pass a limit together, ended ones free it", () => {
    const world = new WalletWorld();
    must(setDepositLimits(world.stores, { key: mint("key"), day: 100_000 }, world.moment()));
    const intents = Array.from({ length: 50 }, () => mint("dep"));
    const accepted = intents.filter((intentId) => start(world, 10_000, intentId).ok);
    expect(accepted).toHaveLength(10);
    const before = world.digest();
    expect(refusal(start(world, 1_000))).toEqual({
      reason: "limit_reached",
      which: "deposit_day",
      untilMs: Date.parse("2026-11-22T21:00:00Z"),
      headroomMinor: 0,
    });
    expect(world.digest()).toEqual(before);
    must(endDeposit(world.stores, { intentId: accepted[0] ?? "" }, world.moment()));
    must(start(world, 10_000));
  });

  it("limits count local days, weeks from Monday and calendar months; the boundary itself is allowed", () => {
    const world = new WalletWorld("KE", "2026-11-22T20:59:00Z");
    must(setDepositLimits(world.stores, { key: mint("key"), day: 20_000, week: 30_000, month: 35_000 }, world.moment()));
    world.deposit(20_000);
    expect(refusal(start(world, 1_001))).toMatchObject({ which: "deposit_day", headroomMinor: 0 });
    expect(depositedToday(world.stores, unixMs(world.nowMs), 180)).toBe(20_000);
    // Sunday 23:59 in Nairobi becomes Monday: a new day and a new week of the same month.
    world.pass(60_000);
    expect(depositedToday(world.stores, unixMs(world.nowMs), 180)).toBe(0);
    expect(refusal(start(world, 15_001))).toEqual({
      reason: "limit_reached",
      which: "deposit_month",
      untilMs: Date.parse("2026-11-30T21:00:00Z"),
      headroomMinor: 15_000,
    });
    world.deposit(15_000);
    world.pass(8 * DAY);
    must(start(world, 20_000));
  });

  it("a lower limit holds at once, a higher one or none after 24 hours", () => {
    const world = new WalletWorld();
    const set = (day: number | null) =>
      must(setDepositLimits(world.stores, { key: mint("key"), day }, world.moment())).depositLimitsMinor.day;
    expect(set(50_000)).toBe(50_000);
    expect(set(20_000)).toBe(20_000);
    expect(set(80_000)).toBe(20_000);
    world.pass(DAY - 1);
    expect(world.stores.profiles.playerState(world.nowMs).depositLimitsMinor.day).toBe(20_000);
    world.pass(1);
    expect(world.stores.profiles.playerState(world.nowMs).depositLimitsMinor.day).toBe(80_000);
    expect(set(null)).toBe(80_000);
    expect(set(10_000)).toBe(10_000);
    world.pass(2 * DAY);
    expect(world.stores.profiles.playerState(world.nowMs).depositLimitsMinor.day).toBe(10_000);
  });

  it.each([
    ["an unverified player", { reason: "not_verified" }, 10_000, "mpesa"],
    ["an amount under the method's minimum", { reason: "amount_too_low", minMinor: 1_000 }, 999, "mpesa"],
    ["an amount over its maximum", { reason: "amount_too_high", maxMinor: 25_000_000 }, 25_000_001, "mpesa"],
    ["a method of another country", { reason: "not_found" }, 10_000, "flutterwave_bank_transfer"],
  ] as const)("refuses %s and changes nothing", (_name, expected, amountMinor, method) => {
    const world = new WalletWorld();
    if (expected.reason === "not_verified") must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
    const before = world.digest();
    const command = { key: mint("key"), intentId: mint("dep"), method, amountMinor };
    expect(refusal(startDeposit(world.stores, command, world.moment()))).toEqual(expected);
    expect(world.digest()).toEqual(before);
  });

  it("refuses money for an intent that it never started", () => {
    const world = new WalletWorld();
    const credit = { intentId: mint("dep"), provider: "daraja", receipt: mint("R"), grossMinor: 10_000, occurredAtMs: world.nowMs };
    expect(refusal(creditDeposit(world.stores, credit, world.moment()))).toEqual({ reason: "not_found" });
  });
});

describe("withdrawals", () => {
  const paid = (intentId: string, world: WalletWorld) => ({
    intentId,
    provider: "daraja",
    receipt: mint("B2C"),
    occurredAtMs: world.nowMs,
  });

  it("190.00 holds 189.47, pays 180.00 with 9.47 of tax, and leaves 0.53", () => {
    const world = new WalletWorld();
    world.deposit(20_000);
    const command = withdrawalCommand({ amountMinor: 19_000 });
    expect(must(startWithdrawal(world.stores, command, world.moment()))).toMatchObject({ grossMinor: 18_947, netMinor: 18_000 });
    expect(balances(world)).toMatchObject({ cashMinor: 19_000, heldMinor: 18_947, availableMinor: 53 });
    const confirm = paid(command.intentId, world);
    const first = confirmWithdrawal(world.stores, confirm, world.moment());
    expect(accounts(world)).toEqual({ "clearing:daraja": -2_000, "user:cash": 53, "tax:excise": 1_000, "tax:wht": 947 });
    expect(balances(world).heldMinor).toBe(0);
    const again = confirmWithdrawal(world.stores, confirm, world.moment());
    expect(again).toEqual({ ok: true, value: { ...(first.ok ? first.value : {}), replayed: true } });
    expect(refusal(failWithdrawal(world.stores, { intentId: command.intentId, reason: "late" }, world.moment()))).toEqual({
      reason: "hold_closed",
    });
    expect(world.digest().violations).toEqual([]);
  });

  it("a failed one comes back whole, once, and can't be paid afterwards", () => {
    const world = new WalletWorld();
    world.deposit(20_000);
    const command = withdrawalCommand({ amountMinor: 19_000 });
    must(startWithdrawal(world.stores, command, world.moment()));
    must(failWithdrawal(world.stores, { intentId: command.intentId, reason: "refused" }, world.moment()));
    must(failWithdrawal(world.stores, { intentId: command.intentId, reason: "refused" }, world.moment()));
    expect(balances(world)).toMatchObject({ cashMinor: 19_000, heldMinor: 0 });
    const before = world.digest();
    expect(refusal(confirmWithdrawal(world.stores, paid(command.intentId, world), world.moment()))).toEqual({ reason: "hold_closed" });
    expect(world.digest()).toEqual(before);
  });

  it("stays open to an excluded player", () => {
    const world = new WalletWorld();
    world.deposit(20_000);
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "for good" }, world.moment()));
    must(startWithdrawal(world.stores, withdrawalCommand(), world.moment()));
  });

  it("refuses the fourth in an hour, and holds nothing for it", () => {
    const world = new WalletWorld();
    world.rateLimits = true;
    world.deposit(200_000);
    for (let i = 0; i < 3; i += 1) must(startWithdrawal(world.stores, withdrawalCommand({ amountMinor: 5_000 }), world.moment()));
    const before = world.digest();
    expect(refusal(startWithdrawal(world.stores, withdrawalCommand(), world.moment()))).toEqual({
      reason: "rate_limited",
      retryAfterMs: 3_600_000,
    });
    expect(world.digest()).toEqual(before);
  });

  it.each([
    [4_999, { reason: "amount_too_low", minMinor: 5_000 }],
    [25_000_001, { reason: "amount_too_high", maxMinor: 25_000_000 }],
    [19_001, { reason: "insufficient_funds", requiredMinor: 19_001, availableMinor: 19_000 }],
  ])("refuses %s minor units of 19,000 and changes nothing", (amountMinor, expected) => {
    const world = new WalletWorld();
    world.deposit(20_000);
    const before = world.digest();
    expect(refusal(startWithdrawal(world.stores, withdrawalCommand({ amountMinor }), world.moment()))).toEqual(expected);
    expect(world.digest()).toEqual(before);
  });
});

describe("crash stakes", () => {
  it("a stake is held, and a win moves it to the house and the payout back in one entry", () => {
    const world = new WalletWorld();
    world.deposit(100_000);
    const { holdId, ...command } = stakeCommand({ amountMinor: 10_000 });
    must(reserveStake(world.stores, { holdId, ...command }, world.moment()));
    expect(balances(world)).toMatchObject({ cashMinor: 95_000, heldMinor: 10_000, availableMinor: 85_000 });
    const settle = { key: mint("round"), holdId, payoutMinor: 25_000, ref: "crash-ke:1:A" };
    expect(must(settleStake(world.stores, settle, world.moment())).payoutMinor).toBe(25_000);
    must(settleStake(world.stores, settle, world.moment()));
    expect(balances(world)).toMatchObject({ cashMinor: 110_000, heldMinor: 0 });
    expect(world.stores.journal.statement(2, 0).rows.map((line) => [line.type, line.amountMinor])).toEqual([
      ["CRASH_WON", 25_000],
      ["CRASH_BET", -10_000],
    ]);
    const before = world.digest();
    expect(refusal(settleStake(world.stores, { ...settle, payoutMinor: 99_000 }, world.moment()))).toEqual({
      reason: "idempotency_key_reused",
    });
    expect(refusal(settleStake(world.stores, { ...settle, key: mint("round") }, world.moment()))).toEqual({ reason: "hold_closed" });
    expect(world.digest()).toEqual(before);
  });

  it("a lost stake stays with the house; a released one comes back once", () => {
    const world = new WalletWorld();
    world.deposit(100_000);
    const [lost, voided] = [stakeCommand(), stakeCommand()];
    must(reserveStake(world.stores, lost, world.moment()));
    must(reserveStake(world.stores, voided, world.moment()));
    must(settleStake(world.stores, { key: mint("round"), holdId: lost.holdId, payoutMinor: 0, ref: lost.ref }, world.moment()));
    const release = { key: mint("void"), holdId: voided.holdId, reason: "round voided" };
    must(releaseHold(world.stores, release, world.moment()));
    must(releaseHold(world.stores, release, world.moment()));
    expect(refusal(releaseHold(world.stores, { ...release, key: mint("void") }, world.moment()))).toEqual({ reason: "hold_closed" });
    expect(balances(world)).toMatchObject({ cashMinor: 90_000, heldMinor: 0 });
  });

  it("Nigerian winnings are taxed in the same entry", () => {
    const world = new WalletWorld("NG");
    world.deposit(1_000_000, "flutterwave_bank_transfer", "flutterwave");
    const command = stakeCommand({ amountMinor: 100_000 });
    must(reserveStake(world.stores, command, world.moment()));
    must(settleStake(world.stores, { key: mint("round"), holdId: command.holdId, payoutMinor: 300_000, ref: command.ref }, world.moment()));
    expect(accounts(world)).toMatchObject({ "user:cash": 1_190_000, "tax:wht": 10_000 });
  });

  it("a withdrawal's hold is no stake", () => {
    const world = new WalletWorld();
    world.deposit(20_000);
    const { holdId } = must(startWithdrawal(world.stores, withdrawalCommand(), world.moment()));
    const before = world.digest();
    expect(refusal(releaseHold(world.stores, { key: mint("void"), holdId, reason: "mistake" }, world.moment()))).toEqual({
      reason: "not_found",
    });
    expect(refusal(settleStake(world.stores, { key: mint("r"), holdId, payoutMinor: 0, ref: "x" }, world.moment()))).toEqual({
      reason: "not_found",
    });
    expect(world.digest()).toEqual(before);
  });
});

describe("player", () => {
  it("an exclusion grows and never shrinks", () => {
    const world = new WalletWorld();
    const exclude = (untilMs: number | null) =>
      must(selfExclude(world.stores, { key: mint("key"), untilMs, reason: "a pause" }, world.moment())).untilMs;
    const day = world.nowMs + DAY;
    expect(exclude(day)).toBe(day);
    expect(exclude(world.nowMs + 1)).toBe(day);
    expect(exclude(day + 1)).toBe(day + 1);
    expect(exclude(null)).toBe(null);
    expect(exclude(day)).toBe(null);
    world.pass(365 * DAY);
    expect(refusal(start(world, 10_000))).toEqual({ reason: "self_excluded", untilMs: null });
  });

  it("a wallet opens once, for one player", () => {
    const world = new WalletWorld();
    const profile = world.stores.profiles.profile();
    const before = world.digest();
    must(openWallet(world.stores, { key: mint("key"), userId: profile?.userId ?? "", country: "KE" }, world.moment()));
    const other = { key: mint("key"), userId: mint("usr"), country: "KE" } as const;
    expect(refusal(openWallet(world.stores, other, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(world.digest()).toEqual(before);
  });
});
