/**
 * Maps a wallet's refusal to what the client is told: one mapper for every route and every socket frame that touches money.
 */
import type { BoostGrantProblem } from "../../betting/boost-grant.ts";
import { assertNever } from "../../kernel/invariant.ts";
import { toRfc3339, unixMs } from "../../kernel/time.ts";
import { toMajor } from "../../money/amount.ts";
import { minor } from "../../money/minor.ts";
import type { WalletRefusal } from "../rpc/wallet.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";

/** What a client is told of a refusal, before it takes the shape of an answer or a frame. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

/** Says which pair of codes an amount out of range has: stakes have their own. */
export type AmountKind = "stake" | "amount";

export function walletError(refusal: WalletRefusal, kind: AmountKind = "amount"): PublicError {
  switch (refusal.reason) {
    case "idempotency_key_reused":
      return { code: "IDEMPOTENCY_CONFLICT" };
    case "wallet_not_open":
      return { code: "PHONE_NOT_VERIFIED" };
    case "wallet_frozen":
      return { code: "WALLET_FROZEN" };
    case "rate_limited": {
      const seconds = Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000));
      return { code: "RATE_LIMIT_EXCEEDED", details: { retry_after: seconds }, retryAfterSeconds: seconds };
    }
    case "not_verified":
      return { code: "USER_NOT_VERIFIED" };
    case "self_excluded":
      return { code: "SELF_EXCLUDED", details: { until: refusal.untilMs === null ? null : toRfc3339(unixMs(refusal.untilMs)) } };
    case "limit_reached":
      return {
        code: "LIMIT_REACHED",
        details: { which: refusal.which, until: toRfc3339(unixMs(refusal.untilMs)), headroom: toMajor(minor(refusal.headroomMinor)) },
      };
    case "amount_too_low":
      return { code: kind === "stake" ? "STAKE_TOO_LOW" : "AMOUNT_TOO_LOW", details: { min: toMajor(minor(refusal.minMinor)) } };
    case "amount_too_high":
      return { code: kind === "stake" ? "STAKE_TOO_HIGH" : "AMOUNT_TOO_HIGH", details: { max: toMajor(minor(refusal.maxMinor)) } };
    case "reservation_expired":
      return { code: "OFFER_EXPIRED" };
    case "insufficient_funds":
      return {
        code: "INSUFFICIENT_BALANCE",
        details: { required: toMajor(minor(refusal.requiredMinor)), available: toMajor(minor(refusal.availableMinor)) },
      };
    case "not_found":
      return { code: "NOT_FOUND" };
    case "unbalanced":
    case "posting_not_permitted":
    case "account_exists":
    case "account_not_open":
    case "account_frozen":
    case "not_reversible":
    case "already_reversed": {
      const { reason, ...details } = refusal;
      return { code: "LEDGER_REFUSED", details: { reason, ...details } };
    }
    case "hold_closed":
    case "hold_expired":
    case "hold_exceeded":
      return { code: "BET_NOT_ACTIVE", details: { status: refusal.reason } };
    case "bet_not_open":
      return { code: "CASH_OUT_CLOSED", details: { reason: "settled", status: refusal.status } };
    case "bet_not_eligible":
      return { code: "CASH_OUT_CLOSED", details: { reason: "not_eligible" } };
    case "free_bet_refused":
      return { code: "FREE_BET_REFUSED", details: { reason: refusal.why } };
    case "boost_refused":
      return boostRefused(refusal.why);
    case "bonus_refused":
      return { code: "PROMOTION_REFUSED", details: { reason: refusal.why } };
    case "bet_changed":
      return { code: "CASH_OUT_CHANGED" };
    case "cash_out_waits":
      return { code: "CASH_OUT_PENDING", details: { request_id: refusal.orderId } };
    case "offer_over":
      return { code: "OFFER_EXPIRED", details: { status: refusal.status } };
    case "refused_before":
      return { code: isErrorCode(refusal.code) ? refusal.code : "INVALID_BET", details: refusal.details };
    default:
      return assertNever(refusal, "walletError");
  }
}

function boostRefused(why: BoostGrantProblem): PublicError {
  return {
    code: "BOOST_REFUSED",
    details: why.reason === "stake" ? { reason: why.reason, max: toMajor(minor(why.maxMinor)) } : { ...why },
  };
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERRORS;
}
