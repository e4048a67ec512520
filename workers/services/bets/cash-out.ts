/**
 * Offers and takes cash-outs. An offer is priced again when it is taken: at once, or, while a match of the bet runs, after its delay, for
 * which the wallet keeps the request. It stands when the price of then is not lower; otherwise the player gets the new one. Whether the
 * bet is still the one that was priced is the wallet's word alone.
 */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { isId } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { CashOutRequest } from "../../../shared/protocol/http/cash-out.ts";
import { walletError } from "../../../shared/protocol/http/wallet-error.ts";
import type { BetView, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { type CashOutOrderView, type CashOutReply, isOrder } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { walletOf } from "../../adapters/objects.ts";
import { type Actor, refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { acceptedBet } from "./accepted-bet.ts";
import { cashOutAmount, cashOutDelayMs, openFixtures } from "./cash-out-offer.ts";
import { type OfferTerms, readOffer } from "./cash-out-token.ts";
import {
  type CashOutRequestOut,
  type CashOutResult,
  type CashOutState,
  offerOut,
  refusedError,
  requestOut,
  resultOut,
  ruleOut,
} from "./present-cash-out.ts";

/** The state of a bet's cash-out; refuses NOT_FOUND. Reads only. */
export async function readCashOut(ctx: ServiceContext, betId: string, percent: number): Promise<ServiceResult<CashOutState>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  const nothing = { bet_id: betId, offer: null, request_id: null, automatic: null };
  if (!found.value.isAccepted) return ok({ ...nothing, state: found.value.isWaiting ? "PENDING" : "CLOSED", reason: "not_accepted" });
  const { bet } = found.value;
  if (bet.status !== "PENDING") return ok({ ...nothing, state: "CLOSED", reason: bet.status === "CASHED_OUT" ? "cashed_out" : "settled" });
  const [orders, fixtures] = await Promise.all([walletOf(ctx.env, actor).cashOutOrders(betId), openFixtures(ctx.env, actor.country, bet)]);
  const open = (orders as readonly CashOutOrderView[]).filter(({ answer }) => answer === null);
  const request = open.find(({ kind }) => kind === "request");
  const rule = open.find(({ kind }) => kind === "rule");
  const automatic = rule === undefined ? null : ruleOut(rule);
  if (request !== undefined) return ok({ ...nothing, state: "PENDING", reason: null, request_id: request.orderId, automatic });
  const amount = cashOutAmount(actor.country, bet, percent, fixtures);
  if (!amount.ok) return ok({ ...nothing, ...amount.error, automatic });
  const offer = offerOut(ctx, actor.country, bet, { ...amount.value, fromMs: ctx.nowMs });
  return ok({ ...nothing, state: "AVAILABLE", reason: null, offer, automatic });
}

export interface TakeCashOut {
  readonly betId: string;
  readonly request: CashOutRequest;
  readonly idempotencyKey: string | null;
}

/** Paid, or waiting for the delay of its matches. */
export interface TakenCashOut {
  readonly body: CashOutResult | CashOutRequestOut;
  readonly isWaiting: boolean;
  readonly replayed: boolean;
}

/**
 * Takes an offer. Refuses NOT_FOUND, VALIDATION_FAILED (an offer that is none of ours, or another amount), CASH_OUT_CLOSED,
 * CASH_OUT_SUSPENDED, CASH_OUT_CHANGED with the new offer, CASH_OUT_PENDING while another one waits. Idempotent by key; without one an
 * offer can be taken once.
 */
export async function takeCashOut(ctx: ServiceContext, input: TakeCashOut): Promise<ServiceResult<TakenCashOut>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const { betId, request, idempotencyKey } = input;
  const terms = readOffer(ctx.config.TICKET_SECRET, request.offer_id);
  const isItsOwn =
    terms !== null && terms.betId === betId && terms.amountMinor === request.amount && isPart(request.fraction, terms.percent);
  if (!isItsOwn) return refuse("VALIDATION_FAILED", { fields: { offer_id: "is no offer of this bet, amount and fraction" } });
  const fingerprint = sha256Hex(canonical([betId, request.offer_id, request.policy]));
  const key = idempotencyKey === null ? `cash-out:${sha256Hex(request.offer_id)}` : `cash-out-key:${idempotencyKey}`;
  const known = await walletOf(ctx.env, actor).knownCashOut({ key, fingerprint });
  if (known !== null) return answerOf(ctx, actor, known as WalletReply<CashOutReply>);

  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return refuse("CASH_OUT_CLOSED", { reason: "not_accepted" });
  return send(ctx, actor, found.value.bet, { key, fingerprint, terms, takesBetter: request.policy === "better" });
}

interface Attempt {
  readonly key: string;
  readonly fingerprint: string;
  readonly terms: OfferTerms;
  readonly takesBetter: boolean;
}

/** Prices the offer again and has it paid, or kept until its delay is over. What is lower already need not wait to be refused. */
async function send(
  ctx: ServiceContext,
  actor: Actor,
  bet: BetView,
  { key, fingerprint, terms, takesBetter }: Attempt,
): Promise<ServiceResult<TakenCashOut>> {
  const { country } = actor;
  const { betId, stateVersion, percent, amountMinor, expiresAtMs } = terms;
  const fixtures = await openFixtures(ctx.env, country, bet);
  const priced = cashOutAmount(country, bet, percent, fixtures);
  if (!priced.ok) {
    const { state, reason } = priced.error;
    return refuse(state === "CLOSED" ? "CASH_OUT_CLOSED" : "CASH_OUT_SUSPENDED", { reason });
  }
  const isAsGood = priced.value.amountMinor >= amountMinor && priced.value.stateVersion === stateVersion;
  if (!isAsGood || ctx.nowMs > expiresAtMs)
    return refuse("CASH_OUT_CHANGED", { offer: offerOut(ctx, country, bet, { ...priced.value, fromMs: ctx.nowMs }) });
  const wallet = walletOf(ctx.env, actor);
  const command = { key, fingerprint, betId, stateVersion, percent };
  const delayMs = cashOutDelayMs(ctx.config, country, fixtures);
  const reply =
    delayMs === 0
      ? await wallet.cashOut({ ...command, payoutMinor: takesBetter ? priced.value.amountMinor : amountMinor })
      : await wallet.requestCashOut({ ...command, payoutMinor: amountMinor, takesBetter, delayMs });
  return answerOf(ctx, actor, reply as WalletReply<CashOutReply>);
}

/** A cash-out that waited or waits, as it stands now; refuses NOT_FOUND. Reads only. */
export async function readCashOutRequest(ctx: ServiceContext, betId: string, requestId: string): Promise<ServiceResult<CashOutRequestOut>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  if (!isId("cor", requestId)) return refuse("NOT_FOUND");
  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  const orders = (await walletOf(ctx.env, actor).cashOutOrders(betId)) as readonly CashOutOrderView[];
  const order = orders.find(({ orderId, kind }) => orderId === requestId && kind === "request");
  if (order === undefined || !found.value.isAccepted) return refuse("NOT_FOUND");
  return ok(requestOut(ctx, actor.country, found.value.bet, order));
}

/** In steps of a hundredth; an offer without a fraction in the request is taken as it was made. */
function isPart(fraction: number | undefined, percent: number): boolean {
  return fraction === undefined || Math.round(fraction * 100) === percent;
}

/** A repeat of a request that waited is told what became of it. */
async function answerOf(ctx: ServiceContext, actor: Actor, reply: WalletReply<CashOutReply>): Promise<ServiceResult<TakenCashOut>> {
  if (!reply.ok) return err(walletError(reply.error));
  const { value, replayed } = reply.value;
  if (!isOrder(value)) return paidAnswer(value, replayed);
  const wallet = walletOf(ctx.env, actor);
  const [orders, bet] = await Promise.all([wallet.cashOutOrders(value.betId), wallet.bet(value.betId)]);
  const order = (orders as readonly CashOutOrderView[]).find(({ orderId }) => orderId === value.orderId) ?? value;
  if (bet === null) return refuse("NOT_FOUND");
  const { answer, percent } = order;
  if (answer === null) return ok({ body: requestOut(ctx, actor.country, bet, order), isWaiting: true, replayed });
  if (!answer.isTaken) return err(refusedError(ctx, actor.country, bet, order, answer));
  return ok({ body: resultOut({ betId: order.betId, percent, ...answer }), isWaiting: false, replayed });
}

function paidAnswer(bet: BetView, replayed: boolean): ServiceResult<TakenCashOut> {
  const part = bet.cashOuts.at(-1);
  if (part === undefined) return refuse("NOT_FOUND");
  const { betId, openStakeMinor: remainingStakeMinor } = bet;
  return ok({ body: resultOut({ betId, ...part, remainingStakeMinor }), isWaiting: false, replayed });
}
