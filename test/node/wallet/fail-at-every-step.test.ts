/**
 * Each command of a wallet with the power going at every statement, begin and commit, before it and after it: what did not commit left
 * nothing, and the same request asked of a new instance has its effect once.
 */
import { describe, expect, it } from "vitest";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { openAccount, setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { acceptBonus, expireBonuses, giveUpBonus, grantBonus } from "../../../durable-objects/wallet/commands/bonus.ts";
import { grantBoost } from "../../../durable-objects/wallet/commands/boost.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import {
  decideCashOut,
  removeCashOutRule,
  requestCashOut,
  setCashOutRule,
} from "../../../durable-objects/wallet/commands/cash-out-orders.ts";
import { answerOffer, decideBet, endOverdueBets, setCustomerFactor } from "../../../durable-objects/wallet/commands/decide-bet.ts";
import { creditDeposit, endDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { editBet } from "../../../durable-objects/wallet/commands/edit-bet.ts";
import { decideEdit, requestEdit } from "../../../durable-objects/wallet/commands/edit-requests.ts";
import { grantFreeBet } from "../../../durable-objects/wallet/commands/free-bet.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import { commitHold, expireHolds, releaseHold, reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { postManual, reverseEntry } from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import {
  freeze,
  openWallet,
  selfExclude,
  setDepositLimits,
  setVerified,
  unfreeze,
} from "../../../durable-objects/wallet/commands/player.ts";
import { recordRefusal } from "../../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { reserveStake, settleStake } from "../../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { exportPage } from "../../../durable-objects/wallet/export.ts";
import { importPage } from "../../../durable-objects/wallet/import.ts";
import { WALLET_MIGRATIONS } from "../../../durable-objects/wallet/wallet-schema.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { DAY_MS, unixMs } from "../../../shared/kernel/time.ts";
import type { SettleBet } from "../../../shared/protocol/rpc/wallet.ts";
import type { HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { type CashOutVerdict, type DecideEdit, isEditRequest, isOrder } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { nodeSql } from "../../support/node-sql.ts";
import {
  betCommand,
  bonusCommand,
  boostCommand,
  cashOutCommand,
  decisionFor,
  editCommand,
  freeBetCommand,
  holdCommand,
  mint,
  requestCommand,
  resultFor,
  selection,
  stakeCommand,
  withdrawalCommand,
} from "../../support/wallet-commands.ts";
import type { Request } from "../../support/wallet-history.ts";
import {
  accountCommand,
  commitCommand,
  grantCommand,
  held,
  limitCommand,
  manualCommand,
  reserveCommand,
  worldWith,
} from "./ledger-commands.ts";
import { type Breakable, breakEverywhere } from "./power-cuts.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

const HOURS_2_MS = 7_200_000;

/** Prepares a wallet for one command and answers with the request to be broken. */
const REQUESTS: Readonly<Record<string, (world: WalletWorld) => Request>> = {
  openAccount: () => asking(openAccount, accountCommand()),
  setLimit: () => asking(setLimit, limitCommand({ account: "user:bonus:g1", frozen: true })),
  startDeposit: () => asking(startDeposit, { key: mint("key"), intentId: mint("dep"), method: "mpesa", amountMinor: 10_000 }),
  creditDeposit: (world) => {
    const intentId = startedDeposit(world);
    const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: 10_000, occurredAtMs: world.nowMs };
    return asking(creditDeposit, credit);
  },
  endDeposit: (world) => asking(endDeposit, { intentId: startedDeposit(world) }),
  placeBet: () => asking(placeBet, betCommand()),
  holdBet: () => asking(holdBet, holdCommand()),
  acceptHeldBet: (world) => asking(decideBet, decisionFor(waitedBet(world))),
  refuseHeldBet: (world) => {
    const { betId } = waitedBet(world);
    const decision = { verdict: "refused", code: "MARKET_SUSPENDED", details: "{}" } as const;
    return asking(decideBet, { betId, round: 1, decision });
  },
  offerHeldBet: (world) => asking(decideBet, decisionFor(waitedBet(world), { asksAgain: true })),
  takeOffer: (world) => asking(answerOffer, { key: mint("key"), fingerprint: "print", betId: offeredBet(world), round: 1, accept: true }),
  declineOffer: (world) =>
    asking(answerOffer, { key: mint("key"), fingerprint: "print", betId: offeredBet(world), round: 1, accept: false }),
  endOverdueBet: (world) => {
    waitedBet(world);
    world.pass(HOURS_2_MS);
    return (wallet, moment) => endOverdueBets(wallet, moment);
  },
  grantFreeBet: () => asking(grantFreeBet, freeBetCommand()),
  grantBoost: () => asking(grantBoost, boostCommand()),
  placeBoostedBet: (world) => {
    const { boostId } = must(grantBoost(world.stores, boostCommand(), world.moment()));
    return asking(placeBet, betCommand({ selections: [selection({ boost: { boostId, oddsThousandths: 1_900 } })] }));
  },
  placeFreeBet: (world) => asking(placeBet, betCommand({ stakeMinor: 5_000, freeBetId: grantedToken(world) })),
  holdFreeBet: (world) => asking(holdBet, holdCommand({ stakeMinor: 5_000, freeBetId: grantedToken(world) })),
  refuseHeldFreeBet: (world) => {
    const bet = holdCommand({ stakeMinor: 5_000, freeBetId: grantedToken(world) });
    must(holdBet(world.stores, bet, world.moment()));
    world.pass(bet.delayMs);
    const decision = { verdict: "refused", code: "MARKET_SUSPENDED", details: "{}" } as const;
    return asking(decideBet, { betId: bet.betId, round: 1, decision });
  },
  voidFreeBet: (world) => asking(settleBet, resultOfFreeBet(world, 1, "void")),
  correctVoidFreeBet: (world) => {
    const result = resultOfFreeBet(world, 1, "void");
    must(settleBet(world.stores, result, world.moment()));
    return asking(settleBet, {
      ...result,
      resultVersion: 2,
      results: result.results.map((each) => ({ ...each, outcome: "won" as const })),
    });
  },
  offerBonus: () => asking(grantBonus, bonusCommand()),
  claimBonus: (world) => asking(grantBonus, bonusCommand({ depositId: world.deposit(10_000), offerDays: null })),
  acceptBonus: (world) => asking(acceptBonus, must(grantBonus(world.stores, bonusCommand(), world.moment()))),
  giveUpBonus: (world) => asking(giveUpBonus, { bonusId: activeBonus(world) }),
  expireBonus: (world) => {
    activeBonus(world);
    world.pass(14 * DAY_MS);
    return (wallet, moment) => expireBonuses(wallet, moment);
  },
  placeBetUnderBonus: (world) => {
    activeBonus(world);
    return asking(placeBet, betCommand());
  },
  countBetForBonus: (world) => asking(settleBet, resultUnderBonus(world, 10_000)),
  completeBonus: (world) => asking(settleBet, resultUnderBonus(world, 30_000)),
  takeBetBackFromBonus: (world) => {
    const result = resultUnderBonus(world, 10_000);
    must(settleBet(world.stores, result, world.moment()));
    return asking(settleBet, {
      ...{ ...result, resultVersion: 2 },
      results: result.results.map((each) => ({ ...each, outcome: "void" as const })),
    });
  },
  withdrawalUnderBonus: (world) => {
    activeBonus(world);
    const intentId = startedWithdrawal(world);
    return asking(confirmWithdrawal, { intentId, provider: "daraja", receipt: mint("B2C"), occurredAtMs: world.nowMs });
  },
  setCustomerFactor: () => asking(setCustomerFactor, { key: mint("key"), basisPoints: 2_500 }),
  settleBet: (world) => {
    const bet = betCommand();
    must(placeBet(world.stores, bet, world.moment()));
    return asking(settleBet, resultFor(bet, bet.selections[0]?.fixtureId ?? "none", 1, "won"));
  },
  correctBet: (world) => {
    const bet = betCommand();
    const fixtureId = bet.selections[0]?.fixtureId ?? "none";
    must(placeBet(world.stores, bet, world.moment()));
    must(settleBet(world.stores, resultFor(bet, fixtureId, 1, "won"), world.moment()));
    return asking(settleBet, resultFor(bet, fixtureId, 2, "lost"));
  },
  cashOut: (world) => asking(cashOut, cashOutCommand(openBet(world))),
  cashOutPart: (world) => asking(cashOut, cashOutCommand(openBet(world), { percent: 40, payoutMinor: 3_600 })),
  cashOutBesideOrders: (world) => {
    const betId = openBet(world);
    waitingRequest(world, betId);
    standingRule(world, betId);
    return asking(cashOut, cashOutCommand(betId));
  },
  requestCashOut: (world) => asking(requestCashOut, requestCommand(openBet(world))),
  payRequest: (world) => asking(decideCashOut, { orderId: waitingRequest(world, openBet(world)), verdict: priced(9_500) }),
  refuseRequest: (world) => asking(decideCashOut, { orderId: waitingRequest(world, openBet(world)), verdict: priced(8_000) }),
  setCashOutRule: (world) => asking(setCashOutRule, { betId: openBet(world), percent: 100, leastMinor: 9_000, delayMs: 0 }),
  replaceCashOutRule: (world) => {
    const betId = openBet(world);
    standingRule(world, betId);
    return asking(setCashOutRule, { betId, percent: 50, leastMinor: 9_000, delayMs: 0 });
  },
  removeCashOutRule: (world) => {
    const betId = openBet(world);
    standingRule(world, betId);
    return asking(removeCashOutRule, { betId });
  },
  payRule: (world) => asking(decideCashOut, { orderId: standingRule(world, openBet(world)), verdict: priced(9_500) }),
  settleBetWithRule: (world) => {
    const bet = betCommand();
    must(placeBet(world.stores, bet, world.moment()));
    standingRule(world, bet.betId);
    return asking(settleBet, resultFor(bet, bet.selections[0]?.fixtureId ?? "none", 1, "won"));
  },
  editBet: (world) => asking(editBet, editCommand(openBet(world))),
  editBetForLess: (world) => {
    const betId = openBet(world);
    standingRule(world, betId);
    return asking(editBet, editCommand(betId, { stakeMinor: 4_000 }));
  },
  requestEdit: (world) => asking(requestEdit, { ...editCommand(openBet(world)), delayMs: 5_000 }),
  carryOutEdit: (world) => asking(decideEdit, waitedEdit(world, 9_500)),
  refuseEdit: (world) => asking(decideEdit, waitedEdit(world, 9_400)),
  recordRefusal: () => asking(recordRefusal, { key: mint("key"), fingerprint: "print", code: "ODDS_CHANGED", details: { now: 1_950 } }),
  reserveStake: () => asking(reserveStake, stakeCommand()),
  settleStake: (world) => {
    const stake = stakeCommand();
    must(reserveStake(world.stores, stake, world.moment()));
    return asking(settleStake, { key: mint("end"), holdId: stake.holdId, payoutMinor: 9_000, ref: stake.ref });
  },
  startWithdrawal: () => asking(startWithdrawal, withdrawalCommand()),
  confirmWithdrawal: (world) => {
    const intentId = startedWithdrawal(world);
    return asking(confirmWithdrawal, { intentId, provider: "daraja", receipt: mint("B2C"), occurredAtMs: world.nowMs });
  },
  failWithdrawal: (world) => asking(failWithdrawal, { intentId: startedWithdrawal(world), reason: "refused by the provider" }),
  postManual: () => asking(postManual, manualCommand()),
  reverseEntry: (world) => {
    must(postManual(world.stores, grantCommand("user:bonus:g1", 500), world.moment()));
    return asking(reverseEntry, { key: mint("key"), seq: world.stores.journal.book().head.seq, reason: "by mistake" });
  },
  reserve: (world) => asking(reserve, reserveCommand(world)),
  commitPart: (world) => asking(commitHold, commitCommand(held(world), { amountMinor: 4_000 })),
  commitAndClose: (world) => asking(commitHold, commitCommand(held(world), { amountMinor: 4_000, close: true })),
  releaseHold: (world) => asking(releaseHold, { key: mint("key"), holdId: held(world).holdId, reason: "not needed" }),
  expireHolds: (world) => {
    held(world);
    world.pass(HOURS_2_MS);
    return (wallet, moment) => expireHolds(wallet, moment);
  },
  expireSeveralHolds: (world) => {
    held(world);
    held(world);
    world.pass(HOURS_2_MS);
    return (wallet, moment) => expireHolds(wallet, moment);
  },
  setVerified: () => asking(setVerified, { key: mint("key"), verified: false }),
  setDepositLimits: () => asking(setDepositLimits, { key: mint("key"), day: 100_000, week: 500_000 }),
  selfExclude: (world) => asking(selfExclude, { key: mint("key"), untilMs: world.nowMs + HOURS_2_MS, reason: "a pause" }),
  freeze: () => asking(freeze, { key: mint("key"), reason: "a doubt" }),
  unfreeze: (world) => {
    must(freeze(world.stores, { key: mint("key"), reason: "a doubt" }, world.moment()));
    return asking(unfreeze, { key: mint("key"), reason: "no doubt" });
  },
};

/** A request that gives one command to whichever wallet it is run on. */
function asking<C>(verb: (wallet: WalletStores, command: C, moment: Parameters<Request>[1]) => unknown, command: C): Request {
  return (wallet, moment) => verb(wallet, command, moment);
}

/** A held bet whose delay is over. */
function waitedBet(world: WalletWorld): HoldBet {
  const bet = holdCommand();
  must(holdBet(world.stores, bet, world.moment()));
  world.pass(bet.delayMs);
  return bet;
}

function openBet(world: WalletWorld): string {
  const bet = betCommand();
  must(placeBet(world.stores, bet, world.moment()));
  return bet.betId;
}

/** A request of 90.00 whose delay is over. */
function waitingRequest(world: WalletWorld, betId: string): string {
  const request = requestCommand(betId);
  const reply = must(requestCashOut(world.stores, request, world.moment()));
  world.pass(request.delayMs);
  return isOrder(reply) ? reply.orderId : "none";
}

function standingRule(world: WalletWorld, betId: string): string {
  return must(setCashOutRule(world.stores, { betId, percent: 100, leastMinor: 9_000, delayMs: 0 }, world.moment())).orderId;
}

/** The decision of an edit whose delay is over, at this value of the old bet. */
function waitedEdit(world: WalletWorld, valueMinor: number): DecideEdit {
  const edit = editCommand(openBet(world));
  const reply = must(requestEdit(world.stores, { ...edit, delayMs: 5_000 }, world.moment()));
  world.pass(5_000);
  const verdict = { verdict: "priced", stateVersion: 0, valueMinor, selections: edit.selections, stakeMaxMinor: null } as const;
  return { requestId: isEditRequest(reply) ? reply.requestId : "none", verdict };
}

function priced(amountMinor: number): CashOutVerdict {
  return { verdict: "priced", stateVersion: 0, amountMinor, fullMinor: amountMinor };
}

function grantedToken(world: WalletWorld): string {
  return must(grantFreeBet(world.stores, freeBetCommand(), world.moment())).freeBetId;
}

function resultOfFreeBet(world: WalletWorld, version: number, outcome: "void" | "won"): SettleBet {
  const bet = betCommand({ stakeMinor: 5_000, freeBetId: grantedToken(world) });
  must(placeBet(world.stores, bet, world.moment()));
  return resultFor(bet, bet.selections[0]?.fixtureId ?? "none", version, outcome);
}

function activeBonus(world: WalletWorld): string {
  return must(grantBonus(world.stores, bonusCommand({ offerDays: null }), world.moment())).bonusId;
}

/** The lost result of a bet that counts for a bonus, which wants 30,000. */
function resultUnderBonus(world: WalletWorld, stakeMinor: number): SettleBet {
  activeBonus(world);
  const bet = betCommand({ stakeMinor });
  must(placeBet(world.stores, bet, world.moment()));
  return resultFor(bet, bet.selections[0]?.fixtureId ?? "none", 1, "lost");
}

function offeredBet(world: WalletWorld): string {
  const bet = waitedBet(world);
  must(decideBet(world.stores, decisionFor(bet, { asksAgain: true }), world.moment()));
  return bet.betId;
}

function startedDeposit(world: WalletWorld): string {
  const intentId = mint("dep");
  must(startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor: 10_000 }, world.moment()));
  return intentId;
}

function startedWithdrawal(world: WalletWorld): string {
  const command = withdrawalCommand();
  must(startWithdrawal(world.stores, command, world.moment()));
  return command.intentId;
}

/** A wallet that nobody opened yet: what the first request of all and an import meet. */
function unopened(): Breakable {
  const sql = nodeSql();
  migrate(sql, WALLET_MIGRATIONS);
  return { sql, moment: () => ({ nowMs: unixMs(Date.parse("2026-11-22T09:00:00Z")), rateLimits: false }) };
}

/** A wallet's export and its owner's name, with lines of deposits, bets, results, holds, grants and bonuses. */
function exported(): { readonly name: string; readonly lines: readonly string[] } {
  const world = worldWith(1_000);
  activeBonus(world);
  const bet = betCommand();
  must(placeBet(world.stores, bet, world.moment()));
  must(settleBet(world.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "none", 1, "won"), world.moment()));
  held(world);
  const page = exportPage(world.stores, null);
  if (!page.ok) throw new Error(page.error.reason);
  expect(page.value.cursor).toBeNull();
  return { name: world.stores.profiles.profile()?.walletId ?? "", lines: page.value.lines };
}

describe("the power goes at every step of a command", () => {
  it.each(Object.keys(REQUESTS))("%s leaves nothing or all of it, and has its effect once when asked again", (name) => {
    const world = worldWith(1_000);
    const request = REQUESTS[name]?.(world);
    if (request === undefined) throw new Error("no such request");
    breakEverywhere(world, request, name === "expireSeveralHolds" ? 2 : 1);
  });

  it("openWallet leaves nothing or all of it, and has its effect once when asked again", () => {
    breakEverywhere(unopened(), asking(openWallet, { key: mint("open"), userId: mint("usr"), country: "KE" as const }));
  });

  it("an import's pages, first, middle, last and only one, are taken once when sent again", () => {
    const { name, lines } = exported();
    const third = Math.floor(lines.length / 3);
    const pages = [
      [0, third],
      [third, 2 * third],
      [2 * third, lines.length],
      [lines.length - 1, lines.length],
      [0, lines.length],
    ] as const;
    for (const [from, to] of pages) {
      const world = unopened();
      if (from > 0) expect(importPage(new WalletStores(world.sql), name, lines.slice(0, from)).ok).toBe(true);
      expect(breakEverywhere(world, (wallet) => importPage(wallet, name, lines.slice(from, to)))).toBeGreaterThan(5);
      expect(importPage(new WalletStores(world.sql), name, lines.slice(from)), `lines ${from} to ${to}`).toMatchObject({
        ok: true,
        value: { isDone: true },
      });
    }
  });
});
