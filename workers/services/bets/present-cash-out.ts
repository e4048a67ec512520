/** Cash-outs as the wire shows them: signed offers, requests that wait, rules, and what was paid; in major units. */
import type * as z from "zod";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { cashOutRequest, cashOutResult, cashOutRule, cashOutState, NoCashOutReason } from "../../../shared/protocol/http/cash-out.ts";
import { ERRORS, type ErrorCode } from "../../../shared/protocol/http/errors.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import type { CashOutAnswer, CashOutOrderEnd, CashOutOrderView, CashOutPrice } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { ServiceContext, ServiceError } from "../context.ts";
import { makeOffer } from "./cash-out-token.ts";

export type CashOutState = z.input<typeof cashOutState>;
export type CashOutResult = z.input<typeof cashOutResult>;
export type CashOutRequestOut = z.input<typeof cashOutRequest>;
export type CashOutRuleOut = z.input<typeof cashOutRule>;
type Offer = NonNullable<CashOutState["offer"]>;

/** What is offered for a part of a bet from `fromMs` on, signed. */
export interface OfferToSign extends CashOutPrice {
  readonly percent: number;
  readonly fromMs: number;
}

/** Signs an offer; null when its time is over. */
export function offerOut(ctx: ServiceContext, country: Country, bet: BetView, offer: OfferToSign): Offer | null {
  const { stateVersion, percent, amountMinor, fullMinor, fromMs } = offer;
  const expiresAtMs = fromMs + sportsRulesOf(country).cashOut.offerMs;
  if (expiresAtMs <= ctx.nowMs || stateVersion !== bet.stateVersion || bet.status !== "PENDING") return null;
  const netStakeMinor = minor(Number((BigInt(bet.openNetStakeMinor) * BigInt(percent)) / 100n));
  const { paidMinor } = taxWinnings(tenantOf(country), "sports", minor(amountMinor), netStakeMinor, ctx.nowMs);
  return {
    offer_id: makeOffer(ctx.config.TICKET_SECRET, { betId: bet.betId, stateVersion, percent, amountMinor, expiresAtMs }),
    percent,
    amount: major(amountMinor),
    tax: major(amountMinor - paidMinor),
    net_amount: major(paidMinor),
    full_amount: major(fullMinor),
    expires_at: time(expiresAtMs),
  };
}

/** What a part brought. */
export interface PaidPart {
  readonly betId: string;
  readonly percent: number;
  readonly payoutMinor: number;
  readonly paidMinor: number;
  readonly remainingStakeMinor: number;
}

export function resultOut({ betId, percent, payoutMinor, paidMinor, remainingStakeMinor }: PaidPart): CashOutResult {
  const isWhole = remainingStakeMinor === 0;
  return {
    bet_id: betId,
    status: isWhole ? "CASHED_OUT" : "PENDING",
    percent,
    amount: major(payoutMinor),
    net_amount: major(paidMinor),
    remaining_stake: major(remainingStakeMinor),
    message: isWhole ? "Bet cashed out" : "Part of the bet cashed out",
  };
}

/** A cash-out that waited, or waits. */
export function requestOut(ctx: ServiceContext, country: Country, bet: BetView, order: CashOutOrderView): CashOutRequestOut {
  const { betId, orderId, percent, leastMinor, decidesAtMs, answer } = order;
  return {
    bet_id: betId,
    request_id: orderId,
    status: answer === null ? "PENDING" : answer.isTaken ? "TAKEN" : "REFUSED",
    percent,
    amount: major(leastMinor),
    decides_at: time(decidesAtMs),
    result: answer?.isTaken === true ? resultOut({ betId, percent, ...answer }) : null,
    refusal: answer === null || answer.isTaken ? null : refusalOut(ctx, country, bet, order, answer),
  };
}

type Refused = Extract<CashOutAnswer, { isTaken: false }>;

function refusalOut(ctx: ServiceContext, country: Country, bet: BetView, order: CashOutOrderView, answer: Refused) {
  const code = codeOf(answer.reason);
  return { code, message: ERRORS[code][1], reason: answer.reason, offer: newOffer(ctx, country, bet, order, answer) };
}

/** The error that a request which came to nothing is answered with. */
export function refusedError(ctx: ServiceContext, country: Country, bet: BetView, order: CashOutOrderView, answer: Refused): ServiceError {
  const code = codeOf(answer.reason);
  if (code === "CASH_OUT_CHANGED") return { code, details: { offer: newOffer(ctx, country, bet, order, answer) } };
  return { code, details: { reason: answer.reason } };
}

function newOffer(ctx: ServiceContext, country: Country, bet: BetView, order: CashOutOrderView, { offer }: Refused): Offer | null {
  const { percent, decidedAtMs } = order;
  return offer === null || decidedAtMs === null ? null : offerOut(ctx, country, bet, { ...offer, percent, fromMs: decidedAtMs });
}

const CLOSED: ReadonlySet<CashOutOrderEnd> = new Set<NoCashOutReason>(["settled", "cashed_out", "not_accepted", "not_eligible"]);

function codeOf(reason: CashOutOrderEnd): ErrorCode {
  if (reason === "changed") return "CASH_OUT_CHANGED";
  return CLOSED.has(reason) ? "CASH_OUT_CLOSED" : "CASH_OUT_SUSPENDED";
}

/** A player's rule. */
export function ruleOut({ orderId, percent, leastMinor, placedAtMs, decidedAtMs, answer }: CashOutOrderView): CashOutRuleOut {
  return {
    rule_id: orderId,
    percent,
    amount: major(leastMinor),
    status: answer === null ? "ACTIVE" : answer.isTaken ? "TAKEN" : "ENDED",
    reason: answer === null || answer.isTaken ? null : answer.reason,
    taken_amount: answer?.isTaken === true ? major(answer.payoutMinor) : null,
    net_amount: answer?.isTaken === true ? major(answer.paidMinor) : null,
    set_at: time(placedAtMs),
    decided_at: decidedAtMs === null ? null : time(decidedAtMs),
  };
}

function major(amountMinor: number): number {
  return toMajor(minor(amountMinor));
}

function time(atMs: number): string {
  return toRfc3339(unixMs(atMs));
}
