/**
 * The callbacks as they look on the wire, oddities included: amounts in three spellings, a Balance without a value, bare objects where
 * lists are expected.
 */

import { unixMs } from "../../shared/kernel/time.ts";
import { darajaTimestamp } from "../../shared/payments/daraja/clock.ts";
import type { Outcome, Payout, Prompt } from "./world.ts";

/** `1`, `1.00` and `"1.00"` in turn: JSON.stringify would only ever write the first. */
function amountText(amount: number, turn: number): string {
  const decimals = amount.toLocaleString("en", { minimumFractionDigits: 2, useGrouping: false });
  return [String(amount), decimals, `"${decimals}"`][turn % 3] ?? String(amount);
}

/** An STK callback; `turn` picks the spelling of the amount. */
export function stkCallbackText(prompt: Prompt, outcome: Outcome, turn: number): string {
  const head = {
    MerchantRequestID: prompt.merchantRequestId,
    CheckoutRequestID: prompt.checkoutRequestId,
    ResultCode: outcome.code,
    ResultDesc: outcome.description,
  };
  if (outcome.receipt === null) return JSON.stringify({ Body: { stkCallback: head } });
  const items = [
    `{"Name":"Amount","Value":${amountText(outcome.amount, turn)}}`,
    `{"Name":"MpesaReceiptNumber","Value":"${outcome.receipt}"}`,
    `{"Name":"Balance"}`,
    `{"Name":"TransactionDate","Value":${darajaTimestamp(unixMs(outcome.atMs))}}`,
    `{"Name":"PhoneNumber","Value":${prompt.msisdn}}`,
  ];
  return JSON.stringify({ Body: { stkCallback: head } }).replace(/}}}$/, `,"CallbackMetadata":{"Item":[${items.join(",")}]}}}}`);
}

/** The result of a payout. */
export function b2cResultText(payout: Payout, outcome: Outcome): string {
  const reference = { ReferenceItem: { Key: "QueueTimeoutURL", Value: payout.timeoutUrl } };
  const head = {
    ResultType: 0,
    ResultCode: outcome.code,
    ResultDesc: outcome.description,
    OriginatorConversationID: payout.originatorId,
    ConversationID: payout.conversationId,
    TransactionID: outcome.receipt ?? "SIM0000000",
  };
  if (outcome.receipt === null) return JSON.stringify({ Result: { ...head, ReferenceData: reference } });
  const parameters = [
    { Key: "TransactionAmount", Value: outcome.amount },
    { Key: "TransactionReceipt", Value: outcome.receipt },
    { Key: "ReceiverPartyPublicName", Value: `${payout.msisdn} - SIMULATED PLAYER` },
    { Key: "TransactionCompletedDateTime", Value: dottedTime(outcome.atMs) },
    { Key: "B2CUtilityAccountAvailableFunds", Value: 8_959_269.6 },
    { Key: "B2CWorkingAccountAvailableFunds", Value: 1_199_371 },
    { Key: "B2CRecipientIsRegisteredCustomer", Value: "Y" },
    { Key: "B2CChargesPaidAccountAvailableFunds", Value: -1_980 },
  ];
  return JSON.stringify({ Result: { ...head, ResultParameters: { ResultParameter: parameters }, ReferenceData: reference } });
}

/** What comes to the time-out address: the state of the payout is not known. */
export function b2cTimeoutText(payout: Payout): string {
  return JSON.stringify({
    Result: {
      ResultType: 1,
      ResultCode: 1,
      ResultDesc: "The service request timed out in the queue.",
      OriginatorConversationID: payout.originatorId,
      ConversationID: payout.conversationId,
    },
  });
}

/** The result of asking for a payout's state; null stands for a payout that M-Pesa does not know. */
export function statusResultText(query: { readonly originatorId: string; readonly conversationId: string }, payout: Payout | null): string {
  const head = {
    ResultType: 0,
    OriginatorConversationID: query.originatorId,
    ConversationID: query.conversationId,
    TransactionID: "SIM0000000",
  };
  if (payout === null) return JSON.stringify({ Result: { ...head, ResultCode: 25, ResultDesc: "The transaction was not found." } });
  const { outcome } = payout;
  const status = outcome === null ? "Authorized" : outcome.receipt === null ? "Declined" : "Completed";
  const parameters = [
    { Key: "DebitPartyName", Value: "600992 - Simulated organisation" },
    { Key: "DebitPartyName", Value: `${payout.msisdn} - SIMULATED PLAYER` },
    { Key: "OriginatorConversationID", Value: payout.originatorId },
    { Key: "InitiatedTime", Value: darajaTimestamp(unixMs(payout.createdAtMs)) },
    { Key: "TransactionReason" },
    { Key: "TransactionStatus", Value: status },
    ...(outcome === null ? [] : [{ Key: "FinalisedTime", Value: darajaTimestamp(unixMs(outcome.atMs)) }]),
    { Key: "Amount", Value: String(outcome?.amount ?? payout.amount) },
    { Key: "ConversationID", Value: payout.conversationId },
    ...(outcome?.receipt == null ? [] : [{ Key: "ReceiptNo", Value: outcome.receipt }]),
  ];
  return JSON.stringify({
    Result: {
      ...head,
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      ResultParameters: { ResultParameter: parameters },
      ReferenceData: { ReferenceItem: { Key: "Occasion" } },
    },
  });
}

/** `06.07.2024 22:48:52`, East Africa Time. */
function dottedTime(atMs: number): string {
  const [year, month, day, time] = (/^(\d{4})(\d{2})(\d{2})(\d{6})$/.exec(darajaTimestamp(unixMs(atMs))) ?? []).slice(1);
  return `${day}.${month}.${year} ${time?.replace(/(\d{2})(?=\d)/g, "$1:")}`;
}
