/**
 * Free bets: a token is granted, staked on one bet at the cost of promotions, and given back when that bet comes to nothing.
 *
 * The money stays on `promo:cost` until a bet takes it, so that a token that is never used costs nothing. A bet that waits holds it
 * there. A corrected result takes a token that was given back again, unless it is staked elsewhere by then: the player keeps both.
 */
import { type FreeBetProblem, termsProblem } from "../../../shared/betting/free-bet-terms.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { move } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import { type Minor, minor, negate, ZERO } from "../../../shared/money/minor.ts";
import type { PlaceBet, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { FreeBetView, GrantFreeBet } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { sha256Hex } from "../../platform/hash.ts";
import type { Bet, TakenResult } from "../bet-store.ts";
import { checkFunds, checkNotExcluded, checkRange, checkVerified, firstRefusal } from "../eligibility.ts";
import { endOf, toFreeBetView } from "../free-bet-store.ts";
import { callerKey } from "../idempotency-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { checkMovements } from "./manual.ts";

/**
 * Grants a token (minor units). Refuses, in this order: `not_verified`, `self_excluded` (nobody is drawn back to play),
 * `amount_too_low` and `amount_too_high` for an amount that could not be staked. Idempotent by key.
 */
export function grantFreeBet(wallet: WalletStores, command: GrantFreeBet, moment: Moment): WalletReply<FreeBetView> {
  const { key, freeBetId, campaignId, amountMinor, terms, days, reason } = command;
  const print = fingerprint("grant_free_bet", { freeBetId, campaignId, amountMinor, terms, days, reason }, sha256Hex);
  return runCommand(wallet, moment, { name: "grant_free_bet", key: callerKey(key), fingerprint: print }, (scope) => {
    // A key that was forgotten made this grant long ago: it can't make another.
    if (wallet.freeBets.find(freeBetId) !== null) return err({ reason: "idempotency_key_reused" });
    const refusal = firstRefusal(
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
      () => checkRange(amountMinor, scope.profile.tenant.stake),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const termsText = canonical(terms);
    const expiresAtMs = moment.nowMs + days * DAY_MS;
    const facts = { campaignId, amountMinor, expiresAtMs, reason, terms: sha256Hex(termsText) };
    const { seq } = scope.post({ kind: "FREE_BET_GRANTED", ref: freeBetId, refType: "promotion", facts });
    const token = { seq, freeBetId, campaignId, amountMinor: minor(amountMinor), terms, grantedAtMs: moment.nowMs, expiresAtMs };
    wallet.freeBets.add(token, termsText);
    return ok(toFreeBetView({ ...token, betId: null, returnedAtMs: null }, moment.nowMs));
  });
}

type AskedBet = Pick<PlaceBet, "kind" | "stakeMinor" | "selections" | "freeBetId">;

/** Refuses `free_bet_refused` when the bet names a token that can't be staked on it. */
export function checkFreeBet(wallet: WalletStores, bet: AskedBet, { nowMs }: Moment): Result<null, WalletRefusal> {
  if (bet.freeBetId === undefined) return ok(null);
  const token = wallet.freeBets.find(bet.freeBetId);
  const problem = (): FreeBetProblem | null => {
    if (token === null) return "unknown";
    if (token.betId !== null) return "used";
    return endOf(token) <= nowMs ? "expired" : termsProblem(token.terms, token.amountMinor, bet);
  };
  const why = problem();
  return why === null ? ok(null) : err({ reason: "free_bet_refused", why });
}

/** The term of its token that a held bet does not meet any more at these prices, or null. */
export function heldBetProblem(wallet: WalletStores, bet: AskedBet): FreeBetProblem | null {
  const token = bet.freeBetId === undefined ? null : wallet.freeBets.find(bet.freeBetId);
  return token === null ? null : termsProblem(token.terms, token.amountMinor, bet);
}

/** Refuses `account_frozen` and `insufficient_funds` where the stake can't be paid: by the player, or by promotions for a token. */
export function checkStakeFunds(wallet: WalletStores, bet: Pick<PlaceBet, "stakeMinor" | "freeBetId">): Result<null, WalletRefusal> {
  const book = wallet.journal.book();
  if (bet.freeBetId === undefined) return checkFunds(book, "bet", bet.stakeMinor);
  return checkMovements(book, [move("promo:cost", negate(minor(bet.stakeMinor)))]) ?? ok(null);
}

/** Which account pays a bet's stake. */
export function payerOf(bet: Pick<PlaceBet, "freeBetId">): "user:cash" | "promo:cost" {
  return bet.freeBetId === undefined ? "user:cash" : "promo:cost";
}

/** Moves the token of a bet whose result gives it back or takes it again; the bet as it stands then. */
export function withToken(wallet: WalletStores, before: Bet, taken: TakenResult, { nowMs }: Moment): TakenResult {
  const { freeBetId } = before.terms;
  const [was, is] = [returnedOf(before), returnedOf(taken.bet)];
  if (freeBetId === undefined || was === is) return taken;
  if (is > 0) {
    wallet.freeBets.giveBack(before.betId, nowMs);
    return taken;
  }
  const isElsewhere = wallet.freeBets.find(freeBetId)?.betId !== null;
  // What promotions may cost is a limit that an operator set: a correction does not pass it.
  if (isElsewhere || checkMovements(wallet.journal.book(), [move("promo:cost", negate(was))]) !== null)
    return { ...taken, bet: { ...taken.bet, promoMinor: was } };
  wallet.freeBets.takeAgain(freeBetId, before.betId);
  return taken;
}

function returnedOf(bet: Bet): Minor {
  return bet.promoMinor ?? ZERO;
}
