/** Deposits and withdrawals as the wire shows them: major units, RFC 3339, and one word for what the player need not tell apart. */
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor, sum } from "../../../shared/money/minor.ts";
import type { DepositOut, StartedDeposit, StartedWithdrawal, WithdrawalOut } from "../../../shared/protocol/http/payments.ts";
import type { IntentStatus, IntentView } from "../../../shared/protocol/rpc/payment-intent.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { presentTaxLine } from "../bets/present-bet.ts";

const DEPOSIT_MESSAGES: Readonly<Record<IntentStatus, string>> = {
  CREATED: "We are asking the provider.",
  PENDING: "STK Push sent. Please enter M-Pesa PIN on your phone.",
  PENDING_UNKNOWN: "The provider has not answered yet. If a prompt appears, you may enter your PIN; do not start again.",
  COMPLETED: "The deposit has arrived.",
  FAILED: "The deposit did not go through; nothing was taken.",
  REVIEW: "We are checking this deposit.",
};

const WITHDRAWAL_MESSAGES: Readonly<Record<IntentStatus, string>> = {
  CREATED: "We are asking the provider.",
  PENDING: "Withdrawal initiated. M-Pesa payout in progress.",
  PENDING_UNKNOWN: "The provider has not confirmed the payout yet. The money stays set aside until it does.",
  COMPLETED: "The money has been paid to your phone.",
  FAILED: "The payout did not go through; the money is back in your wallet.",
  REVIEW: "We are checking this withdrawal.",
};

export function presentStartedDeposit(intent: IntentView): StartedDeposit {
  return {
    deposit_id: intent.intentId,
    checkout_request_id: intent.providerReference,
    status: presentStatus(intent.status),
    amount: major(intent.amountMinor),
    message: DEPOSIT_MESSAGES[intent.status],
  };
}

export function presentStartedWithdrawal(intent: IntentView): StartedWithdrawal {
  const lines = intent.taxLines.map(presentTaxLine);
  return {
    withdrawal_id: intent.intentId,
    transaction_id: intent.intentId,
    status: presentStatus(intent.status),
    gross_amount: major(intent.amountMinor),
    net_amount: major(intent.netMinor ?? intent.amountMinor),
    tax: { total: toMajor(sum(intent.taxLines.map((line) => minor(line.taxMinor)))), lines },
    estimated_time: "60 seconds",
    message: WITHDRAWAL_MESSAGES[intent.status],
  };
}

export function presentDeposit(intent: IntentView): DepositOut {
  return { deposit_id: intent.intentId, checkout_request_id: intent.providerReference, ...presentPayment(intent) };
}

export function presentWithdrawal(intent: IntentView): WithdrawalOut {
  return { withdrawal_id: intent.intentId, gross_amount: major(intent.amountMinor), ...presentPayment(intent) };
}

function presentPayment(intent: IntentView) {
  return {
    status: presentStatus(intent.status),
    method: intent.method,
    currency: tenantOf(intent.country).currency,
    amount: major(intent.amountMinor),
    net_amount: intent.netMinor === null ? null : major(intent.netMinor),
    tax_lines: intent.taxLines.map(presentTaxLine),
    receipt: intent.receipt,
    failure: intent.failure,
    created_at: toRfc3339(unixMs(intent.createdAtMs)),
    updated_at: toRfc3339(unixMs(intent.updatedAtMs)),
  };
}

/** That the provider has not been called yet is no news to a player. */
function presentStatus(status: IntentStatus): Exclude<IntentStatus, "CREATED"> {
  return status === "CREATED" ? "PENDING" : status;
}

function major(amount: number): number {
  return toMajor(minor(amount));
}
