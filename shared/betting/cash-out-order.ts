/**
 * What becomes of an order to cash a bet out when its price is known (betting-rules 2.5).
 *
 * A request is about the offer that the player saw: it is taken at that price or a better one, and otherwise answered with the new
 * price, once. A rule waits for a price that is good enough, and no other word ends it. Neither is taken of a bet that has changed since
 * it was priced: a result and a cash-out may cross, and the result is then first.
 */
import type { CashOutAnswer, CashOutOrderEnd, CashOutOrderKind, CashOutPrice, CashOutVerdict } from "../protocol/rpc/wallet-cash-out.ts";
import type { BetStatus } from "./types.ts";

export interface OrderTerms {
  readonly kind: CashOutOrderKind;
  readonly leastMinor: number;
  readonly takesBetter: boolean;
  readonly stateVersion: number | null;
  readonly endsAtMs: number | null;
}

/** The bet as it stands now. */
export interface OrderedBet {
  readonly status: BetStatus;
  readonly stateVersion: number;
}

export type OrderStep =
  | { readonly step: "wait" }
  | { readonly step: "pay"; readonly payoutMinor: number }
  | { readonly step: "end"; readonly answer: Extract<CashOutAnswer, { isTaken: false }> };

const WAIT: OrderStep = { step: "wait" };

/** Says what an open order does at this verdict. */
export function orderStep(order: OrderTerms, bet: OrderedBet, verdict: CashOutVerdict, nowMs: number): OrderStep {
  if (bet.status !== "PENDING") return ended(bet.status === "CASHED_OUT" ? "cashed_out" : "settled");
  if (order.endsAtMs !== null && order.endsAtMs <= nowMs) return ended("not_decided");
  const isRule = order.kind === "rule";
  if (verdict.verdict === "none") return isRule ? WAIT : ended(verdict.reason);
  const isOfNow = verdict.stateVersion === bet.stateVersion;
  const isAsPriced = isOfNow && (order.stateVersion === null || order.stateVersion === verdict.stateVersion);
  if (isAsPriced && verdict.amountMinor >= order.leastMinor)
    return { step: "pay", payoutMinor: order.takesBetter ? verdict.amountMinor : order.leastMinor };
  return isRule ? WAIT : ended("changed", isOfNow ? priceOf(verdict) : null);
}

/** The end of an order that pays nothing. */
export function ended(reason: CashOutOrderEnd, offer: CashOutPrice | null = null): Extract<OrderStep, { step: "end" }> {
  return { step: "end", answer: { isTaken: false, reason, offer } };
}

function priceOf({ stateVersion, amountMinor, fullMinor }: CashOutPrice): CashOutPrice {
  return { stateVersion, amountMinor, fullMinor };
}
