/**
 * Cash-outs that are decided later: requests that wait for the delay of their matches, and the player's rules. The wallet keeps them,
 * so that no lost message, restart or disconnected player loses one; prices come from outside, and what they lead to is decided here,
 * in the one command that also pays. Every order is answered once.
 */
import { type OrderStep, orderStep } from "../../../shared/betting/cash-out-order.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type {
  CashOutAnswer,
  CashOutOrderView,
  CashOutReply,
  CashOutToDecide,
  DecideCashOut,
  RequestCashOut,
  SetCashOutRule,
} from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { sha256Bytes } from "../../platform/hash.ts";
import { openStakeOf, stateVersionOf, toBetView } from "../bet-store.ts";
import { type CashOutOrder, toOrderView } from "../cash-out-order-store.ts";
import { checkRange, firstRefusal } from "../eligibility.ts";
import { factKey } from "../idempotency-store.ts";
import { type CommandScope, type CommandSpec, type Moment, runCommand, runOnState } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { cashOutSpec, checkOpen, checkPart, checkUnchanged, payCashOut, payoutRange } from "./cash-out.ts";

/**
 * Keeps a cash-out that is priced again after `delayMs`. Refuses what `cashOut` refuses, and `cash_out_waits` while another request of
 * the bet is open. Idempotent by key.
 */
export function requestCashOut(wallet: WalletStores, command: RequestCashOut, moment: Moment): WalletReply<CashOutReply> {
  const spec = cashOutSpec(command);
  return runCommand<CashOutReply>(wallet, moment, spec, (scope) => {
    const { betId, percent, payoutMinor, stateVersion, takesBetter, delayMs } = command;
    const orderId = idFromDigest("cor", sha256Bytes(`${scope.profile.walletId}:${spec.key}`));
    // A key that was forgotten made this request long ago: it can't make another.
    if (wallet.cashOutOrders.find(orderId) !== null) return err({ reason: "idempotency_key_reused" });
    const bet = wallet.bets.find(betId);
    if (bet === null) return err({ reason: "not_found" });
    const open = wallet.cashOutOrders.openOf(betId, "request");
    const refusal = firstRefusal(
      () => checkOpen(bet),
      () => checkUnchanged(bet, stateVersion),
      () => (open === null ? ok(null) : err({ reason: "cash_out_waits", orderId: open.orderId })),
      () => checkPart(bet, command, scope),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const decidesAtMs = moment.nowMs + delayMs;
    const endsAtMs = decidesAtMs + sportsRulesOf(scope.profile.country).acceptance.decisionMs;
    const terms = { orderId, betId, kind: "request", percent, leastMinor: minor(payoutMinor), takesBetter, stateVersion } as const;
    return ok(place(wallet, { ...terms, decidesAtMs, endsAtMs }, scope));
  });
}

/**
 * Sets the amount (minor units, before taxes) at which a part of a bet is cashed out by itself, in the place of the bet's rule if it has
 * one. Refuses, in this order: `not_found`, `bet_not_open`, `bet_not_eligible`, `amount_too_low` and `amount_too_high` for an amount
 * that no offer for this part reaches, `amount_too_low` for what would remain of the stake. Idempotent: the rule that stands stays.
 */
export function setCashOutRule(wallet: WalletStores, command: SetCashOutRule, moment: Moment): WalletReply<CashOutOrderView> {
  return runOnState<CashOutOrderView>(wallet, moment, ruleSpec(command.betId), (scope) => {
    const { betId, percent, delayMs } = command;
    const leastMinor = minor(command.leastMinor);
    const bet = wallet.bets.find(betId);
    if (bet === null) return err({ reason: "not_found" });
    const { minMinor, maxMinor } = payoutRange(bet, scope);
    const partMaxMinor = minor(Number((BigInt(maxMinor) * BigInt(percent)) / 100n));
    const refusal = firstRefusal(
      () => checkOpen(bet),
      () => checkRange(leastMinor, { minMinor, maxMinor: partMaxMinor }),
      () => checkPart(bet, { percent, payoutMinor: leastMinor }, scope),
    );
    if (refusal !== null) return refusal;
    const before = wallet.cashOutOrders.openOf(betId, "rule");
    if (before?.percent === percent && before.leastMinor === leastMinor) return ok({ value: toOrderView(before), replayed: true });

    // From here it must succeed.
    const seq = wallet.journal.book().head.seq + 1;
    const orderId = idFromDigest("cor", sha256Bytes(`${scope.profile.walletId}:${betId}:rule:${seq}`));
    if (before !== null) wallet.cashOutOrders.answer(before.orderId, { isTaken: false, reason: "replaced", offer: null }, moment.nowMs);
    const terms = { orderId, betId, kind: "rule", percent, leastMinor, takesBetter: true, stateVersion: null } as const;
    return ok({ value: place(wallet, { ...terms, decidesAtMs: moment.nowMs + delayMs, endsAtMs: null }, scope), replayed: false });
  });
}

/** Ends the bet's rule. Refuses `not_found` for a bet that is not here. Idempotent: without a rule nothing changes. */
export function removeCashOutRule(wallet: WalletStores, { betId }: { readonly betId: string }, moment: Moment): WalletReply<null> {
  return runOnState<null>(wallet, moment, ruleSpec(betId), (scope) => {
    if (!wallet.bets.has(betId)) return err({ reason: "not_found" });
    const rule = wallet.cashOutOrders.openOf(betId, "rule");
    if (rule === null) return ok({ value: null, replayed: true });

    // From here it must succeed.
    end(wallet, rule, { isTaken: false, reason: "removed", offer: null }, scope);
    return ok({ value: null, replayed: false });
  });
}

/** An order that is due and the bet that it is about; null when there is nothing to decide now. */
export function cashOutToDecide(wallet: WalletStores, orderId: string, { nowMs }: Moment): CashOutToDecide | null {
  const order = wallet.cashOutOrders.find(orderId);
  if (order === null || order.answer !== null || order.decidesAtMs > nowMs) return null;
  const bet = wallet.bets.find(order.betId);
  return bet === null ? null : { order: toOrderView(order), bet: toBetView(bet) };
}

/**
 * Applies what prices say to an order: pays it, ends a request, or leaves a rule standing. Refuses `not_found`. Idempotent: `replayed`
 * says that nothing has changed.
 */
export function decideCashOut(wallet: WalletStores, command: DecideCashOut, moment: Moment): WalletReply<CashOutOrderView> {
  const { orderId, verdict } = command;
  return runOnState<CashOutOrderView>(wallet, moment, decideSpec(orderId), (scope) => {
    const order = wallet.cashOutOrders.find(orderId);
    if (order === null) return err({ reason: "not_found" });
    const unchanged = ok({ value: toOrderView(order), replayed: true });
    if (order.answer !== null || order.decidesAtMs > moment.nowMs) return unchanged;
    const bet = wallet.bets.find(order.betId);
    invariant(bet !== null, `cash-out order ${orderId} is of no bet`);
    const step = orderStep(order, { status: bet.status, stateVersion: stateVersionOf(bet) }, verdict, moment.nowMs);
    const possible = step.step === "pay" && !checkPart(bet, { ...step, percent: order.percent }, scope).ok ? unpayable(order) : step;
    switch (possible.step) {
      case "wait":
        return unchanged;
      case "end":
        return ok({ value: end(wallet, order, possible.answer, scope), replayed: false });
      case "pay":
        return ok({ value: pay(wallet, order, possible.payoutMinor, scope), replayed: false });
    }
  });
}

function ruleSpec(betId: string): CommandSpec {
  return { name: "cash_out_rule", key: factKey(`cash-out-rule:${betId}`), fingerprint: "" };
}

function decideSpec(orderId: string): CommandSpec {
  return { name: "decide_cash_out", key: factKey(`cash-out:${orderId}`), fingerprint: "" };
}

type NewOrder = Omit<CashOutOrder, "seq" | "placedAtMs" | "answer" | "decidedAtMs">;

function place(wallet: WalletStores, order: NewOrder, scope: CommandScope): CashOutOrderView {
  const { orderId, betId, kind, percent, leastMinor, decidesAtMs } = order;
  const { seq } = scope.post({
    kind: "CASH_OUT_ORDERED",
    key: factKey(`cash-out-order:${orderId}`),
    ref: betId,
    refType: "bet",
    facts: { orderId, kind, percent, leastMinor, decidesAtMs },
  });
  const placed: CashOutOrder = { ...order, seq, placedAtMs: scope.moment.nowMs, answer: null, decidedAtMs: null };
  wallet.cashOutOrders.add(placed);
  return toOrderView(placed);
}

function end(wallet: WalletStores, order: CashOutOrder, answer: Extract<CashOutAnswer, { isTaken: false }>, scope: CommandScope) {
  const { orderId, betId } = order;
  const facts = { orderId, reason: answer.reason };
  scope.post({ kind: "CASH_OUT_ORDER_ENDED", key: decideSpec(orderId).key, ref: betId, refType: "bet", facts });
  return answered(wallet, order, answer, scope);
}

function pay(wallet: WalletStores, order: CashOutOrder, payoutMinor: number, scope: CommandScope): CashOutOrderView {
  const { orderId, betId, percent } = order;
  const before = wallet.bets.find(betId);
  invariant(before !== null, `cash-out order ${orderId} is of no bet`);
  const bet = payCashOut(wallet, before, { percent, payoutMinor }, scope, { orderId });
  const paidMinor = bet.cashOuts.at(-1)?.paidMinor ?? 0;
  return answered(wallet, order, { isTaken: true, payoutMinor, paidMinor, remainingStakeMinor: openStakeOf(bet).stakeMinor }, scope);
}

function answered(wallet: WalletStores, order: CashOutOrder, answer: CashOutAnswer, { moment }: CommandScope): CashOutOrderView {
  wallet.cashOutOrders.answer(order.orderId, answer, moment.nowMs);
  return toOrderView({ ...order, answer, decidedAtMs: moment.nowMs });
}

/** A price that the wallet's own bounds do not let it pay: a rule waits for another, a request has come to nothing. */
function unpayable({ kind }: CashOutOrder): OrderStep {
  return kind === "rule" ? { step: "wait" } : { step: "end", answer: { isTaken: false, reason: "no_price", offer: null } };
}
