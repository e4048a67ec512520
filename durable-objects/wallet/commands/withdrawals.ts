/**
 * Withdrawals: the gross is held until the provider's answer is known, then it leaves in one entry (paid and tax), or comes back whole.
 *
 * The quote is made once, when the hold is opened, and the same amounts are posted at the end: what the player was shown is what happens.
 */
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { HOUR_MS } from "../../../shared/kernel/time.ts";
import { hold, move, taxPostings } from "../../../shared/ledger/entry.ts";
import { minor, negate } from "../../../shared/money/minor.ts";
import type { StartWithdrawal, WalletReply, WithdrawalQuote } from "../../../shared/protocol/rpc/wallet.ts";
import { quoteWithdrawal } from "../../../shared/tax/payments.ts";
import { sha256Bytes } from "../../platform/hash.ts";
import { checkFunds, checkRange, checkRate, checkVerified, firstRefusal } from "../eligibility.ts";
import { clientKey, factKey } from "../idempotency-store.ts";
import type { Withdrawal } from "../payment-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { endForWithdrawal } from "./bonus-wagering.ts";
import { paymentMethod } from "./payment-method.ts";

/**
 * Quotes and holds a withdrawal (minor units). Refuses `rate_limited`, `not_verified`, `not_found` (no such method here),
 * `amount_too_low`, `amount_too_high`, `account_frozen`, `insufficient_funds`; never an exclusion: money can always leave. Idempotent by
 * key.
 */
export function startWithdrawal(wallet: WalletStores, command: StartWithdrawal, moment: Moment): WalletReply<WithdrawalQuote> {
  const spec = { name: "withdrawal", key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand(wallet, moment, spec, (scope) => {
    const { tenant, walletId } = scope.profile;
    // A key that was forgotten made this withdrawal long ago: it can't make another.
    if (wallet.payments.withdrawal(command.intentId) !== null) return err({ reason: "idempotency_key_reused" });
    const requestedMinor = minor(command.amountMinor);
    const method = paymentMethod(tenant, command.method);
    const refusal = firstRefusal(
      () => checkRate(moment, wallet.payments.withdrawalStartedAtMs(tenant.requestLimits.withdrawalsPerHour), HOUR_MS),
      () => checkVerified(scope, "withdrawal"),
      () => (method === null ? err({ reason: "not_found" }) : checkRange(requestedMinor, method.withdrawal)),
      () => checkFunds(wallet.journal.book(), "withdrawal", requestedMinor),
    );
    if (refusal !== null) return refusal;
    if (method === null) return err({ reason: "not_found" });
    const quote = quoteWithdrawal(tenant, requestedMinor, method.unitMinor, moment.nowMs);
    if (quote.grossMinor === 0) return err({ reason: "amount_too_low", minMinor: method.withdrawal.minMinor });

    // From here it must succeed.
    const holdId = idFromDigest("hold", sha256Bytes(`${walletId}:withdrawal:${command.intentId}`));
    const entry = scope.post({
      kind: "WITHDRAWAL_HELD",
      ref: command.intentId,
      refType: "withdrawal",
      postings: [hold(quote.grossMinor)],
      facts: { holdId, method: command.method, requestedMinor },
    });
    const ref = command.intentId;
    wallet.holds.open(entry.seq, { holdId, purpose: "withdrawal", ref, amountMinor: quote.grossMinor, openedAtMs: moment.nowMs });
    wallet.payments.startWithdrawal(entry.seq, { intentId: ref, holdId, provider: method.provider, ...quote }, moment.nowMs);
    return ok({ holdId, ...quote });
  });
}

/** Posts a withdrawal that the provider paid. Refuses `not_found`, and `hold_closed` when it had failed. Idempotent by intent. */
export function confirmWithdrawal(
  wallet: WalletStores,
  command: { readonly intentId: string; readonly provider: string; readonly receipt: string; readonly occurredAtMs: number },
  moment: Moment,
): WalletReply<WithdrawalQuote> {
  const { intentId, provider, receipt } = command;
  const spec = { name: "confirm_withdrawal", key: factKey(`withdrawal:${intentId}:confirm`), fingerprint: receipt };
  return runCommand(wallet, moment, spec, (scope) => {
    const withdrawal = wallet.payments.withdrawal(intentId);
    if (withdrawal === null) return err({ reason: "not_found" });
    if (withdrawal.state !== "held") return err({ reason: "hold_closed" });

    // From here it must succeed.
    const { grossMinor, netMinor, taxLines } = withdrawal;
    scope.post({
      kind: "WITHDRAWAL",
      ref: intentId,
      refType: "withdrawal",
      postings: [
        { account: "user:cash", amountMinor: negate(grossMinor), heldMinor: negate(grossMinor) },
        move(`clearing:${provider}`, netMinor),
        ...taxPostings(taxLines),
      ],
      taxLines,
      facts: { receipt },
      occurredAtMs: command.occurredAtMs,
    });
    wallet.holds.close(withdrawal.holdId, "committed", moment.nowMs);
    wallet.payments.endWithdrawal(intentId, "confirmed");
    endForWithdrawal(wallet, scope);
    return ok(quoteOf(withdrawal));
  });
}

/** Gives a withdrawal's money back whole. Refuses `not_found`, and `hold_closed` when it was paid. Idempotent by intent. */
export function failWithdrawal(
  wallet: WalletStores,
  command: { readonly intentId: string; readonly reason: string },
  moment: Moment,
): WalletReply<null> {
  const { intentId, reason } = command;
  const spec = { name: "fail_withdrawal", key: factKey(`withdrawal:${intentId}:fail`), fingerprint: "" };
  return runCommand(wallet, moment, spec, (scope) => {
    const withdrawal = wallet.payments.withdrawal(intentId);
    if (withdrawal === null) return err({ reason: "not_found" });
    if (withdrawal.state !== "held") return err({ reason: "hold_closed" });

    // From here it must succeed.
    scope.post({
      kind: "WITHDRAWAL_RELEASED",
      ref: intentId,
      refType: "withdrawal",
      postings: [hold(negate(withdrawal.grossMinor))],
      facts: { reason },
    });
    wallet.holds.close(withdrawal.holdId, "released", moment.nowMs);
    wallet.payments.endWithdrawal(intentId, "failed");
    return ok(null);
  });
}

function quoteOf({ holdId, grossMinor, netMinor, taxLines }: Withdrawal): WithdrawalQuote {
  return { holdId, grossMinor, netMinor, taxLines };
}
