/**
 * A history of one wallet as data: each step becomes a command that can be run on any wallet at any time, so that two wallets can be
 * given the very same request.
 */
import fc from "fast-check";
import { stateVersionOf } from "../../durable-objects/wallet/bet-store.ts";
import { openAccount, setLimit } from "../../durable-objects/wallet/commands/accounts.ts";
import { acceptBonus, expireBonuses, giveUpBonus, grantBonus } from "../../durable-objects/wallet/commands/bonus.ts";
import { grantBoost } from "../../durable-objects/wallet/commands/boost.ts";
import { cashOut } from "../../durable-objects/wallet/commands/cash-out.ts";
import { decideCashOut, removeCashOutRule, requestCashOut, setCashOutRule } from "../../durable-objects/wallet/commands/cash-out-orders.ts";
import { answerOffer, decideBet, endOverdueBets, setCustomerFactor } from "../../durable-objects/wallet/commands/decide-bet.ts";
import { creditDeposit, endDeposit, startDeposit } from "../../durable-objects/wallet/commands/deposits.ts";
import { editBet } from "../../durable-objects/wallet/commands/edit-bet.ts";
import { decideEdit, requestEdit } from "../../durable-objects/wallet/commands/edit-requests.ts";
import { grantFreeBet } from "../../durable-objects/wallet/commands/free-bet.ts";
import { holdBet } from "../../durable-objects/wallet/commands/hold-bet.ts";
import { commitHold, expireHolds, releaseHold, reserve } from "../../durable-objects/wallet/commands/holds.ts";
import { postManual, reverseEntry } from "../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../durable-objects/wallet/commands/place-bet.ts";
import { freeze, selfExclude, setDepositLimits, unfreeze } from "../../durable-objects/wallet/commands/player.ts";
import { recordRefusal } from "../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet } from "../../durable-objects/wallet/commands/settle-bet.ts";
import { reserveStake, settleStake } from "../../durable-objects/wallet/commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../durable-objects/wallet/commands/withdrawals.ts";
import type { Moment } from "../../durable-objects/wallet/run-command.ts";
import type { WalletStores } from "../../durable-objects/wallet/wallet-stores.ts";
import { MINUTE_MS } from "../../shared/kernel/time.ts";
import type { PlaceBet, Reserve } from "../../shared/protocol/rpc/wallet.ts";
import type { HoldBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import {
  betCommand,
  bonusCommand,
  boostCommand,
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
} from "./wallet-commands.ts";

/** Runs a request; what it answers is compared as text. */
export type Request = (wallet: WalletStores, moment: Moment) => unknown;

const OUTCOMES = ["won", "lost", "void", null] as const;

export interface HistoryStep {
  readonly verb: keyof typeof VERBS;
  readonly amount: number;
  readonly n: number;
}

/** What earlier steps made, for later ones to speak of. */
interface Story {
  readonly deposits: string[];
  readonly bets: PlaceBet[];
  readonly heldBets: HoldBet[];
  readonly withdrawals: string[];
  readonly stakes: string[];
  readonly tokens: Pick<Required<PlaceBet>, "freeBetId" | "stakeMinor">[];
  readonly bonuses: string[];
  readonly grants: string[];
  readonly charges: Reserve[];
}

type Verb = (story: Story, step: HistoryStep) => Request;

const VERBS = {
  deposit: (story, { amount }) => {
    const intentId = added(story.deposits, mint("dep"));
    const start = { key: mint("key"), intentId, method: "mpesa", amountMinor: amount };
    return (wallet, moment) => startDeposit(wallet, start, moment);
  },
  credit: (story, { amount, n }) => {
    const intentId = recent(story.deposits, n) ?? "none";
    const credit = { intentId, provider: "daraja", receipt: mint("R"), grossMinor: amount };
    return (wallet, moment) => creditDeposit(wallet, { ...credit, occurredAtMs: moment.nowMs }, moment);
  },
  endDeposit: (story, { n }) => {
    const intentId = recent(story.deposits, n) ?? "none";
    return (wallet, moment) => endDeposit(wallet, { intentId }, moment);
  },
  bet: (story, { amount, n }) => {
    const odds = 1_500 + n * 100;
    const boosted = { oddsThousandths: odds + 250, boost: { boostId: "derby", oddsThousandths: odds } };
    const price = amount % 3 === 0 ? boosted : { oddsThousandths: odds };
    const selections = Array.from({ length: 1 + (n % 3) }, () => selection(price));
    const bet = added(story.bets, betCommand({ stakeMinor: amount, selections, kind: selections.length === 1 ? "SINGLE" : "MULTI" }));
    return (wallet, moment) => placeBet(wallet, bet, moment);
  },
  holdBet: (story, { amount, n }) => {
    const bet = added(story.heldBets, holdCommand({ stakeMinor: amount, selections: [selection({ oddsThousandths: 1_500 + n * 100 })] }));
    added(story.bets, bet);
    return (wallet, moment) => holdBet(wallet, bet, moment);
  },
  decideBet: (story, { amount, n }) => {
    const bet = recent(story.heldBets, n) ?? holdCommand();
    return (wallet, moment) => {
      const round = wallet.pendingBets.find(bet.betId)?.round ?? 1;
      if (n === 0)
        return decideBet(
          wallet,
          { betId: bet.betId, round, decision: { verdict: "refused", code: "MARKET_CLOSED", details: "{}" } },
          moment,
        );
      return decideBet(wallet, decisionFor(bet, { asksAgain: n === 1, stakeMaxMinor: n === 2 ? amount : null }, round), moment);
    };
  },
  answerOffer: (story, { n }) => {
    const { betId } = recent(story.heldBets, n) ?? holdCommand();
    const answer = { key: mint("key"), fingerprint: "print", betId, round: null, accept: n % 2 === 0 };
    return (wallet, moment) => answerOffer(wallet, answer, moment);
  },
  endBets: () => (wallet, moment) => endOverdueBets(wallet, moment),
  factor: (_story, { amount }) => {
    const factor = { key: mint("key"), basisPoints: amount % 20_000 };
    return (wallet, moment) => setCustomerFactor(wallet, factor, moment);
  },
  result: (story, { amount, n }) => {
    const bet = recent(story.bets, n) ?? betCommand();
    const fixtureId = bet.selections[amount % bet.selections.length]?.fixtureId ?? "none";
    const result = resultFor(bet, fixtureId, 1 + (amount % 4), OUTCOMES[n % OUTCOMES.length] ?? null);
    return (wallet, moment) => settleBet(wallet, result, moment);
  },
  cashOut: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    const key = mint("key");
    return (wallet, moment) => {
      const bet = wallet.bets.find(betId);
      const stateVersion = bet === null ? 0 : stateVersionOf(bet);
      return cashOut(
        wallet,
        { key, fingerprint: "print", betId, stateVersion, percent: n % 2 === 0 ? 100 : 40, payoutMinor: amount },
        moment,
      );
    };
  },
  requestCashOut: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    const request = requestCommand(betId, { percent: n % 2 === 0 ? 100 : 40, payoutMinor: offerOf(amount), takesBetter: n < 3 });
    return (wallet, moment) => {
      const bet = wallet.bets.find(betId);
      return requestCashOut(wallet, { ...request, stateVersion: bet === null ? 0 : stateVersionOf(bet) }, moment);
    };
  },
  cashOutRule: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    const rule = { betId, percent: n % 2 === 0 ? 100 : 40, leastMinor: offerOf(amount), delayMs: 0 };
    return (wallet, moment) => (n === 5 ? removeCashOutRule(wallet, { betId }, moment) : setCashOutRule(wallet, rule, moment));
  },
  editBet: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    const edit = editCommand(betId, { stakeMinor: 2_000 + (amount % 20_000), valueMinor: offerOf(amount) });
    added(story.bets, edit);
    return (wallet, moment) => {
      const bet = wallet.bets.find(betId);
      return editBet(wallet, { ...edit, stateVersion: bet === null ? 0 : stateVersionOf(bet) }, moment);
    };
  },
  requestEdit: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    const edit = editCommand(betId, { stakeMinor: 2_000 + (amount % 20_000), valueMinor: offerOf(amount) });
    return (wallet, moment) => {
      const bet = wallet.bets.find(betId);
      return requestEdit(wallet, { ...edit, stateVersion: bet === null ? 0 : stateVersionOf(bet), delayMs: 0 }, moment);
    };
  },
  decideEdit: (story, { n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    return (wallet, moment) => {
      const open = wallet.editRequests.openOf(betId);
      const { stateVersion = 0, valueMinor = 0, selections = [] } = open?.terms ?? {};
      const verdict = {
        verdict: "priced",
        stateVersion,
        valueMinor: valueMinor - (n === 0 ? 1 : 0),
        selections,
        stakeMaxMinor: null,
      } as const;
      return decideEdit(wallet, { requestId: open?.requestId ?? "none", verdict }, moment);
    };
  },
  decideCashOut: (story, { amount, n }) => {
    const { betId } = recent(story.bets, n) ?? betCommand();
    return (wallet, moment) => {
      const order = wallet.cashOutOrders.openOfBets([betId])[0];
      const bet = wallet.bets.find(betId);
      const stateVersion = bet === null ? 0 : stateVersionOf(bet);
      const verdict =
        n === 0
          ? ({ verdict: "none", state: "SUSPENDED", reason: "market_suspended" } as const)
          : ({ verdict: "priced", stateVersion, amountMinor: offerOf(amount), fullMinor: offerOf(amount) } as const);
      return decideCashOut(wallet, { orderId: order?.orderId ?? "none", verdict }, moment);
    };
  },
  grantFreeBet: (story, { amount }) => {
    const grant = freeBetCommand({ amountMinor: amount });
    added(story.tokens, { freeBetId: grant.freeBetId, stakeMinor: amount });
    return (wallet, moment) => grantFreeBet(wallet, grant, moment);
  },
  freeBet: (story, { n }) => {
    const bet = added(
      story.bets,
      betCommand({ ...recent(story.tokens, n), selections: [selection({ oddsThousandths: 1_500 + n * 100 })] }),
    );
    return (wallet, moment) => placeBet(wallet, bet, moment);
  },
  grantBoost: () => {
    const grant = boostCommand();
    return (wallet, moment) => grantBoost(wallet, grant, moment);
  },
  boostedBet: (story, { amount }) => {
    const boost = { boostId: boostCommand().boostId, oddsThousandths: 1_900 };
    const bet = added(story.bets, betCommand({ stakeMinor: amount, selections: [selection({ boost })] }));
    return (wallet, moment) => placeBet(wallet, bet, moment);
  },
  holdFreeBet: (story, { n }) => {
    const bet = added(story.heldBets, holdCommand({ ...recent(story.tokens, n) }));
    added(story.bets, bet);
    return (wallet, moment) => holdBet(wallet, bet, moment);
  },
  grantBonus: (story, { amount, n }) => {
    const depositId = n === 0 ? (recent(story.deposits, n) ?? null) : null;
    const grant = bonusCommand({ amountMinor: amount, requiredMinor: amount, depositId, offerDays: n % 2 === 0 ? null : 1 });
    added(story.bonuses, grant.bonusId);
    return (wallet, moment) => grantBonus(wallet, grant, moment);
  },
  answerBonus: (story, { n }) => {
    const bonus = { bonusId: recent(story.bonuses, n) ?? "none" };
    return (wallet, moment) => (n < 4 ? acceptBonus : giveUpBonus)(wallet, bonus, moment);
  },
  expireBonuses: () => (wallet, moment) => expireBonuses(wallet, moment),
  refusedBet: () => {
    const refused = { key: mint("key"), fingerprint: "print", code: "ODDS_CHANGED", details: { now: 1_950 } };
    return (wallet, moment) => recordRefusal(wallet, refused, moment);
  },
  withdraw: (story, { amount }) => {
    const withdrawal = withdrawalCommand({ amountMinor: amount });
    added(story.withdrawals, withdrawal.intentId);
    return (wallet, moment) => startWithdrawal(wallet, withdrawal, moment);
  },
  endWithdrawal: (story, { n }) => {
    const intentId = recent(story.withdrawals, n) ?? "none";
    const paid = { intentId, provider: "daraja", receipt: `B2C-${intentId}` };
    return (wallet, moment) =>
      n % 2 === 0
        ? confirmWithdrawal(wallet, { ...paid, occurredAtMs: moment.nowMs }, moment)
        : failWithdrawal(wallet, { intentId, reason: "refused by the provider" }, moment);
  },
  stake: (story, { amount }) => {
    const stake = stakeCommand({ amountMinor: amount });
    added(story.stakes, stake.holdId);
    return (wallet, moment) => reserveStake(wallet, stake, moment);
  },
  endStake: (story, { amount, n }) => {
    const holdId = recent(story.stakes, n) ?? "none";
    const end = { key: `end:${holdId}:${amount}`, holdId, payoutMinor: n % 2 === 0 ? 0 : amount, ref: "crash:1" };
    return (wallet, moment) => settleStake(wallet, end, moment);
  },
  grant: (story, { amount }) => {
    const account = added(story.grants, `user:bonus:${mint("grant")}`);
    const open = { key: mint("key"), account };
    const postings = [
      { account, amountMinor: amount },
      { account: "promo:cost", amountMinor: -amount },
    ];
    const grant = { key: mint("key"), kind: "BONUS_GRANTED", ref: account, reason: "welcome", postings, occurredAtMs: null };
    return (wallet, moment) => [openAccount(wallet, open, moment), postManual(wallet, grant, moment)];
  },
  reverse: (_story, { n }) => {
    const reverse = { key: mint("key"), reason: "by mistake" };
    return (wallet, moment) => {
      const seq = wallet.journal.entries(1, 1_000).findLast((entry) => entry.kind === "BONUS_GRANTED")?.seq ?? n;
      return reverseEntry(wallet, { ...reverse, seq }, moment);
    };
  },
  limit: (story, { amount, n }) => {
    const account = recent(story.grants, n) ?? "user:cash";
    const limit = { key: mint("key"), account, floorMinor: n % 2 === 0 ? amount % 500 : 0, frozen: n === 3 };
    return (wallet, moment) => setLimit(wallet, limit, moment);
  },
  charge: (story, { amount, n }) => {
    const key = mint("key");
    const charge = { key, purpose: n % 2 === 0 ? "stake" : "charge", ref: mint("ref"), amountMinor: amount } as const;
    added(story.charges, { ...charge, expiresAtMs: 0 });
    return (wallet, moment) => reserve(wallet, { ...charge, expiresAtMs: moment.nowMs + 30 * MINUTE_MS }, moment);
  },
  endCharge: (story, { amount, n }) => {
    const ref = recent(story.charges, n)?.ref ?? "none";
    const key = mint("key");
    return (wallet, moment) => {
      const holdId = wallet.holds.allOpen().find((hold) => hold.ref === ref)?.holdId ?? "none";
      return n % 3 === 0
        ? releaseHold(wallet, { key, holdId, reason: "not needed" }, moment)
        : commitHold(wallet, { key, holdId, amountMinor: amount, close: n % 3 === 1 }, moment);
    };
  },
  expire: () => (wallet, moment) => expireHolds(wallet, moment),
  limits: (_story, { amount, n }) => {
    const limits = { key: mint("key"), day: n % 2 === 0 ? amount * 20 : null, week: amount * 50 };
    return (wallet, moment) => setDepositLimits(wallet, limits, moment);
  },
  exclude: (_story, { n }) => {
    const key = mint("key");
    return (wallet, moment) => selfExclude(wallet, { key, untilMs: moment.nowMs + n * MINUTE_MS, reason: "a pause" }, moment);
  },
  freeze: () => {
    const [key, after] = [mint("key"), mint("key")];
    return (wallet, moment) => [
      freeze(wallet, { key, reason: "a doubt" }, moment),
      unfreeze(wallet, { key: after, reason: "no doubt" }, moment),
    ];
  },
} as const satisfies Record<string, Verb>;

const WEIGHTS: Readonly<Partial<Record<keyof typeof VERBS, number>>> = {
  deposit: 4,
  credit: 4,
  bet: 5,
  result: 8,
  requestCashOut: 2,
  cashOutRule: 2,
  decideCashOut: 2,
  editBet: 3,
  requestEdit: 2,
  decideEdit: 2,
  charge: 3,
  endCharge: 3,
};

/** Steps of every verb. */
export const historyStep: fc.Arbitrary<HistoryStep> = fc.record({
  verb: fc.oneof(
    ...(Object.keys(VERBS) as (keyof typeof VERBS)[]).map((verb) => ({ weight: WEIGHTS[verb] ?? 1, arbitrary: fc.constant(verb) })),
  ),
  amount: fc.oneof(fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1_000, max: 50_000 })),
  n: fc.nat({ max: 5 }),
});

/** Makes requests out of steps, each speaking of what earlier ones made. */
export class WalletHistory {
  readonly #story: Story = {
    deposits: [],
    bets: [],
    heldBets: [],
    withdrawals: [],
    stakes: [],
    tokens: [],
    bonuses: [],
    grants: [],
    charges: [],
  };

  request(step: HistoryStep): Request {
    const verb: Verb = VERBS[step.verb];
    return verb(this.#story, step);
  }
}

/** What a small bet may bring before it is decided. */
function offerOf(amount: number): number {
  return 1_000 + (amount % 5_000);
}

function added<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

function recent<T>(list: readonly T[], n: number): T | undefined {
  return list.at(-1 - (n % 3)) ?? list.at(-1);
}
