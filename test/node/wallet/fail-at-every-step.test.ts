/**
 * Each command of a wallet with the power going at every statement, begin and commit, before it and after it: what did not commit left
 * nothing, and the same request asked of a new instance has its effect once.
 */
import { describe, expect, it } from "vitest";
import { openAccount, setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { creditDeposit, endDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { commitHold, expireHolds, releaseHold, reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { postManual, reverseEntry } from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze, selfExclude, setDepositLimits, setVerified, unfreeze } from "../../../durable-objects/wallet/commands/player.ts";
import { recordRefusal } from "../../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { reserveStake, settleStake } from "../../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { FailingSql, PowerLost, type Side } from "../../support/failing-sql.ts";
import { betCommand, mint, resultFor, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
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

/** Everything stored: an attempt that did not commit must leave not even a key behind. */
function stored(world: WalletWorld): unknown {
  const tables = world.sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return tables.map(({ name }) => [name, world.sql.all(`SELECT * FROM "${name}"`)]);
}

class Undone extends Error {}

/** Runs `work` and gives the world back as it was, so that every point is broken on the same state. */
function undoing(world: WalletWorld, work: () => void): void {
  try {
    world.sql.transaction(() => {
      work();
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  } finally {
    world.evict();
  }
}

/** What a request leaves when nothing fails, and in how many commits: a command has one, a job one for each thing it does. */
interface Whole {
  readonly stored: unknown;
  readonly points: number;
  readonly commits: number;
}

function whole(world: WalletWorld, request: Request): Whole {
  const counting = new FailingSql(world.sql, 0, "before");
  request(new WalletStores(counting.sql), world.moment());
  return { stored: stored(world), points: counting.points, commits: counting.commits };
}

function breakAt(world: WalletWorld, request: Request, point: number, side: Side, once: Whole): void {
  const before = stored(world);
  const failing = new FailingSql(world.sql, point, side);
  expect(() => request(new WalletStores(failing.sql), world.moment())).toThrow(PowerLost);
  if (failing.commits === 0) expect(stored(world)).toEqual(before);
  if (failing.commits === once.commits) expect(stored(world)).toEqual(once.stored);
  world.evict();
  expect(world.digest().violations).toEqual([]);
  request(world.stores, world.moment());
  expect(stored(world)).toEqual(once.stored);
  expect(world.digest().violations).toEqual([]);
}

describe("the power goes at every step of a command", () => {
  it.each(Object.keys(REQUESTS))("%s leaves nothing or all of it, and has its effect once when asked again", (name) => {
    const world = worldWith(1_000);
    const request = REQUESTS[name]?.(world);
    if (request === undefined) throw new Error("no such request");
    world.evict();
    const before = stored(world);
    const runs: Whole[] = [];
    undoing(world, () => runs.push(whole(world, request)));
    const once = runs[0];
    if (once === undefined) throw new Error("nothing ran");
    expect(once.stored).not.toEqual(before);
    expect(once.commits).toBe(name === "expireSeveralHolds" ? 2 : 1);
    for (let point = 1; point <= once.points; point += 1) {
      for (const side of ["before", "after"] as const) undoing(world, () => breakAt(world, request, point, side, once));
    }
    expect(stored(world)).toEqual(before);
  });
});
