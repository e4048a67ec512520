/**
 * The wallet's commands over node:sqlite against the reference model. MODEL_RUNS and MODEL_SEED choose how many histories and which.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { openAccount, setLimit } from "../../../../durable-objects/wallet/commands/accounts.ts";
import { cashOut } from "../../../../durable-objects/wallet/commands/cash-out.ts";
import { decideCashOut, removeCashOutRule, setCashOutRule } from "../../../../durable-objects/wallet/commands/cash-out-orders.ts";
import { answerOffer, decideBet, endOverdueBets } from "../../../../durable-objects/wallet/commands/decide-bet.ts";
import { creditDeposit, startDeposit } from "../../../../durable-objects/wallet/commands/deposits.ts";
import { editBet } from "../../../../durable-objects/wallet/commands/edit-bet.ts";
import { holdBet } from "../../../../durable-objects/wallet/commands/hold-bet.ts";
import { commitHold, expireHolds, releaseHold, reserve } from "../../../../durable-objects/wallet/commands/holds.ts";
import { postManual, reverseEntry } from "../../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze, selfExclude, unfreeze } from "../../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../../durable-objects/wallet/commands/settle-bet.ts";
import { reserveStake, settleStake } from "../../../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../../durable-objects/wallet/commands/withdrawals.ts";
import { previewOf } from "../../../../durable-objects/wallet/run-command.ts";
import { balancesOf } from "../../../../durable-objects/wallet/wallet-stores.ts";
import type { WalletReply } from "../../../../shared/protocol/rpc/wallet.ts";
import { WalletModel } from "../../../support/wallet-model/model.ts";
import type { Request } from "../../../support/wallet-model/request.ts";
import { newCounts, type RealWallet, runHistory } from "../../../support/wallet-model/run.ts";
import { stepWithHeldBets } from "../../../support/wallet-model/steps.ts";
import { WalletWorld } from "../wallet-world.ts";

const RUNS = Number(process.env.MODEL_RUNS ?? 1_000);
const STEPS = 100;

function call(world: WalletWorld, { verb, command }: Request): WalletReply<unknown> {
  const { stores } = world;
  const moment = world.moment();
  switch (verb) {
    case "startDeposit":
      return startDeposit(stores, command, moment);
    case "creditDeposit":
      return creditDeposit(stores, command, moment);
    case "placeBet":
      return placeBet(stores, command, moment);
    case "holdBet":
      return holdBet(stores, command, moment);
    case "decideBet":
      return decideBet(stores, command, moment);
    case "answerOffer":
      return answerOffer(stores, command, moment);
    case "settleBet":
      return settleBet(stores, command, moment);
    case "cashOut":
      return cashOut(stores, command, moment);
    case "setCashOutRule":
      return setCashOutRule(stores, command, moment);
    case "removeCashOutRule":
      return removeCashOutRule(stores, command, moment);
    case "decideCashOut":
      return decideCashOut(stores, command, moment);
    case "editBet":
      return editBet(stores, command, moment);
    case "startWithdrawal":
      return startWithdrawal(stores, command, moment);
    case "confirmWithdrawal":
      return confirmWithdrawal(stores, command, moment);
    case "failWithdrawal":
      return failWithdrawal(stores, command, moment);
    case "reserveStake":
      return reserveStake(stores, command, moment);
    case "settleStake":
      return settleStake(stores, command, moment);
    case "releaseHold":
      return releaseHold(stores, command, moment);
    case "openAccount":
      return openAccount(stores, command, moment);
    case "setLimit":
      return setLimit(stores, command, moment);
    case "post":
      return postManual(stores, command, moment);
    case "reverse":
      return reverseEntry(stores, command, moment);
    case "reserve":
      return reserve(stores, command, moment);
    case "commit":
      return commitHold(stores, command, moment);
    case "selfExclude":
      return selfExclude(stores, command, moment);
    case "freeze":
      return freeze(stores, command, moment);
    case "unfreeze":
      return unfreeze(stores, command, moment);
  }
}

function realWallet(world: WalletWorld): RealWallet {
  return {
    call: (request) => call(world, request),
    preview: (request) => previewOf(world.stores, () => call(world, request)),
    standing: () => {
      const book = world.stores.journal.book();
      const { currency: _currency, ...balances } = balancesOf(book);
      return { seq: book.head.seq, ...balances };
    },
    pass: (ms) => world.pass(ms),
    expire: () => {
      expireHolds(world.stores, world.moment());
      endOverdueBets(world.stores, world.moment());
    },
    evict: () => world.evict(),
  };
}

it("answers and balances are those that the model predicts, whatever the history", async () => {
  const counts = newCounts();
  await fc.assert(
    fc.asyncProperty(fc.array(stepWithHeldBets, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      const world = new WalletWorld("KE");
      const model = new WalletModel(world.nowMs, world.stores.journal.book().head.seq);
      await runHistory(steps, model, realWallet(world), "m", counts);
      expect(world.digest().violations).toEqual([]);
    }),
    { numRuns: RUNS, ...(process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) }) },
  );
  const { accepted, refused, replayed, reasons } = counts;
  console.log(
    `model: ${accepted + refused + replayed} commands, ${accepted} taken, ${replayed} repeated, refused ${JSON.stringify(Object.fromEntries(reasons))}`,
  );
  // A run that hardly takes, refuses or repeats anything proves nothing.
  expect(Math.min(accepted, refused, replayed)).toBeGreaterThan(RUNS);
  expect(reasons.size).toBeGreaterThanOrEqual(18);
}, 120_000);
