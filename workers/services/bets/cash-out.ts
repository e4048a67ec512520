/**
 * Offers and takes cash-outs. A taken offer is priced again, after the delay of the matches that run: it stands when the new price is not
 * lower, and otherwise the player gets the new one. Whether the bet is still the one that was priced is the wallet's word alone.
 */
import type * as z from "zod";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { CashOutRequest, cashOutResult, cashOutState } from "../../../shared/protocol/http/cash-out.ts";
import { walletError } from "../../../shared/protocol/http/wallet-error.ts";
import type { BetView, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { isHeld } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { walletOf } from "../../adapters/objects.ts";
import { liveDelayAt } from "../../env.ts";
import { refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { type CashOutAmount, cashOutAmount } from "./cash-out-offer.ts";
import { makeOffer, readOffer } from "./cash-out-token.ts";
import { getBet } from "./get-bet.ts";

type State = z.input<typeof cashOutState>;

/** The state of a bet's cash-out; refuses NOT_FOUND. Reads only. */
export async function readCashOut(ctx: ServiceContext, betId: string, percent: number): Promise<ServiceResult<State>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const bet = await acceptedBet(ctx, betId);
  if (!bet.ok) return bet;
  if (!bet.value.isAccepted) {
    const state = bet.value.isWaiting ? "PENDING" : "CLOSED";
    return ok({ bet_id: betId, state, reason: "not_accepted", offer: null });
  }
  const { country } = scope.value.actor;
  const amount = await cashOutAmount(ctx.env, country, bet.value.bet, percent);
  return ok(amount.ok ? available(ctx, country, bet.value.bet, amount.value) : { bet_id: betId, ...amount.error, offer: null });
}

export interface TakeCashOut {
  readonly betId: string;
  readonly request: CashOutRequest;
  readonly idempotencyKey: string | null;
}

export interface TakenCashOut {
  readonly body: z.input<typeof cashOutResult>;
  readonly replayed: boolean;
}

/**
 * Takes an offer. Refuses NOT_FOUND, VALIDATION_FAILED (an offer that is none of ours, or another amount), CASH_OUT_CLOSED,
 * CASH_OUT_SUSPENDED, CASH_OUT_CHANGED with the new offer. Idempotent by key; without one an offer can be taken once.
 */
export async function takeCashOut(
  ctx: ServiceContext,
  { betId, request, idempotencyKey }: TakeCashOut,
): Promise<ServiceResult<TakenCashOut>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const terms = readOffer(ctx.config.TICKET_SECRET, request.offer_id);
  const isItsOwn =
    terms !== null && terms.betId === betId && terms.amountMinor === request.amount && isPart(request.fraction, terms.percent);
  if (!isItsOwn) return refuse("VALIDATION_FAILED", { fields: { offer_id: "is no offer of this bet, amount and fraction" } });
  const fingerprint = sha256Hex(canonical([betId, request.offer_id, request.policy]));
  const key = idempotencyKey === null ? `cash-out:${sha256Hex(request.offer_id)}` : `cash-out-key:${idempotencyKey}`;
  const wallet = walletOf(ctx.env, actor);
  const known = await wallet.knownCashOut({ key, fingerprint });
  if (known !== null) return resultOf(known as WalletReply<BetView>);

  const found = await acceptedBet(ctx, betId);
  if (!found.ok) return found;
  if (!found.value.isAccepted) return refuse("CASH_OUT_CLOSED", { reason: "not_accepted" });
  const { bet } = found.value;
  const priced = await pricedAfterDelay(ctx, actor.country, bet, terms.percent);
  if (!priced.ok)
    return refuse(priced.error.state === "CLOSED" ? "CASH_OUT_CLOSED" : "CASH_OUT_SUSPENDED", { reason: priced.error.reason });
  const isAsGood = priced.value.amountMinor >= terms.amountMinor && priced.value.stateVersion === terms.stateVersion;
  if (!isAsGood || ctx.nowMs > terms.expiresAtMs) return changed(ctx, actor.country, bet, priced.value);
  const payoutMinor = request.policy === "better" ? priced.value.amountMinor : terms.amountMinor;
  const { stateVersion, percent } = terms;
  const reply = await wallet.cashOut({ key, fingerprint, betId, stateVersion, percent, payoutMinor });
  return resultOf(reply as WalletReply<BetView>);
}

type Found = { readonly isAccepted: true; readonly bet: BetView } | { readonly isAccepted: false; readonly isWaiting: boolean };

/** The player's bet, or whether one that is not accepted may still be. */
async function acceptedBet(ctx: ServiceContext, betId: string): Promise<ServiceResult<Found>> {
  const shown = await getBet(ctx, { betId });
  if (!shown.ok) return shown;
  const bet = shown.value;
  if (!isHeld(bet)) return ok({ isAccepted: true, bet });
  return ok({ isAccepted: false, isWaiting: bet.status === "DELAYED" || bet.status === "OFFERED" });
}

/** In steps of a hundredth; an offer without a fraction in the request is taken as it was made. */
function isPart(fraction: number | undefined, percent: number): boolean {
  return fraction === undefined || Math.round(fraction * 100) === percent;
}

/** Waits as long as a bet on these matches would, and prices again: a goal that everybody has seen but the feed must not pay. */
async function pricedAfterDelay(ctx: ServiceContext, country: Country, bet: BetView, percent: number): ReturnType<typeof cashOutAmount> {
  const first = await cashOutAmount(ctx.env, country, bet, percent);
  if (!first.ok || first.value.liveSports.length === 0) return first;
  const { liveDelayMs } = sportsRulesOf(country).acceptance;
  const delayMs = Math.max(...first.value.liveSports.map((sport) => liveDelayMs[sport] ?? liveDelayMs.other));
  await scheduler.wait(liveDelayAt(ctx.config, delayMs));
  return cashOutAmount(ctx.env, country, bet, percent);
}

function changed(ctx: ServiceContext, country: Country, bet: BetView, amount: CashOutAmount): ServiceResult<never> {
  return err({ code: "CASH_OUT_CHANGED", details: { offer: available(ctx, country, bet, amount).offer } });
}

function available(ctx: ServiceContext, country: Country, bet: BetView, amount: CashOutAmount): State {
  const { stateVersion, percent, amountMinor, fullMinor } = amount;
  const expiresAtMs = ctx.nowMs + sportsRulesOf(country).cashOut.offerMs;
  const netStakeMinor = minor(Number((BigInt(bet.openNetStakeMinor) * BigInt(percent)) / 100n));
  const { paidMinor } = taxWinnings(tenantOf(country), "sports", amountMinor, netStakeMinor, ctx.nowMs);
  return {
    bet_id: bet.betId,
    state: "AVAILABLE",
    reason: null,
    offer: {
      offer_id: makeOffer(ctx.config.TICKET_SECRET, { betId: bet.betId, stateVersion, percent, amountMinor, expiresAtMs }),
      percent,
      amount: toMajor(amountMinor),
      tax: toMajor(minor(amountMinor - paidMinor)),
      net_amount: toMajor(paidMinor),
      full_amount: toMajor(fullMinor),
      expires_at: toRfc3339(unixMs(expiresAtMs)),
    },
  };
}

function resultOf(reply: WalletReply<BetView>): ServiceResult<TakenCashOut> {
  if (!reply.ok) return err(walletError(reply.error));
  const { value: bet, replayed } = reply.value;
  const part = bet.cashOuts.at(-1);
  if (part === undefined) return refuse("NOT_FOUND");
  return ok({
    replayed,
    body: {
      bet_id: bet.betId,
      status: bet.status === "CASHED_OUT" ? "CASHED_OUT" : "PENDING",
      percent: part.percent,
      amount: toMajor(minor(part.payoutMinor)),
      net_amount: toMajor(minor(part.paidMinor)),
      remaining_stake: toMajor(minor(bet.openStakeMinor)),
      message: bet.status === "CASHED_OUT" ? "Bet cashed out" : "Part of the bet cashed out",
    },
  });
}
