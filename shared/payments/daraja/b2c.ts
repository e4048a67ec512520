/**
 * B2C (payouts): what the synchronous answer, the result and the time-out message say, and what a TransactionStatus result says of
 * a payout. A payout that may have been sent is never called failed.
 */
import type { CallOutcome, Finding, PaymentFailure, ProviderReport } from "../report.ts";
import { darajaInstant } from "./clock.ts";
import { answerSummary, darajaError, type HttpAnswer, isRefusedAtDoor } from "./http-answer.ts";
import { b2cFinding } from "./result-codes.ts";
import { namedValue, type WireObject, wireAmount, wireBody, wireList, wireObject, wireText } from "./wire-value.ts";

interface PaidKeys {
  readonly amount: string;
  readonly receipt: string;
  readonly time: string;
}

const B2C_KEYS: PaidKeys = { amount: "TransactionAmount", receipt: "TransactionReceipt", time: "TransactionCompletedDateTime" };
const STATUS_KEYS: PaidKeys = { amount: "Amount", receipt: "ReceiptNo", time: "FinalisedTime" };
const NO_MONEY: Readonly<Record<string, PaymentFailure>> = { Cancelled: "declined", Declined: "declined", Expired: "declined" };

/**
 * Reads the answer to a payout request. A duplicate of our OriginatorConversationID means that the first request was accepted; every
 * other 5xx is unknown, because a repeat with the same id is safe and a wrong "refused" is not.
 */
export function readB2cAnswer(answer: HttpAnswer): CallOutcome {
  const detail = answerSummary(answer);
  if (!answer.answered) return { outcome: "unknown", detail };
  if (answer.status === 200 && wireText(answer.body?.ResponseCode) === "0") {
    return { outcome: "accepted", reference: wireText(answer.body?.ConversationID) };
  }
  const error = darajaError(answer);
  if (error?.code === "500.002.1001" && /duplicate/i.test(error.message)) return { outcome: "accepted", reference: null };
  return isRefusedAtDoor(answer) ? { outcome: "refused", failure: "provider_unavailable", detail } : { outcome: "unknown", detail };
}

/** The ids of a result's text, ours first; null when the text is no result. */
export function b2cResultReferences(text: string): { readonly originatorId: string | null; readonly conversationId: string | null } | null {
  const result = wireObject(wireBody(text)?.Result);
  if (result === null) return null;
  return { originatorId: wireText(result.OriginatorConversationID), conversationId: wireText(result.ConversationID) };
}

/** Reads a payout's result; null when the text is none. */
export function readB2cResult(text: string): ProviderReport | null {
  const result = wireObject(wireBody(text)?.Result);
  const code = wireText(result?.ResultCode);
  if (result === null || code === null) return null;
  const finding = code === "0" ? paidFinding(result, B2C_KEYS) : b2cFinding(code);
  return { source: "callback", reference: wireText(result.ConversationID), finding };
}

/**
 * Reads a TransactionStatus result. ResultCode 0 means that the query worked; the payment's own state is a parameter, and only
 * its final states say something about the money. It carries the query's ids, not the payout's: no reference.
 */
export function readStatusResult(text: string): ProviderReport | null {
  const result = wireObject(wireBody(text)?.Result);
  const code = wireText(result?.ResultCode);
  if (result === null || code === null) return null;
  return {
    source: "query",
    reference: null,
    finding: code === "0" ? statusFinding(result) : { found: "open", detail: `query ended with ${code}` },
  };
}

function statusFinding(result: WireObject): Finding {
  const status = wireText(namedValue(parametersOf(result), "Key", "TransactionStatus"));
  if (status === "Completed") return paidFinding(result, STATUS_KEYS);
  const failure = status === null ? undefined : NO_MONEY[status];
  return failure === undefined ? { found: "open", detail: status ?? "no status" } : { found: "not_paid", failure };
}

function paidFinding(result: WireObject, keys: PaidKeys): Finding {
  const parameters = parametersOf(result);
  const amountMinor = wireAmount(namedValue(parameters, "Key", keys.amount));
  const receipt = wireText(namedValue(parameters, "Key", keys.receipt));
  if (amountMinor === null || receipt === null) return { found: "unclear", code: "incomplete" };
  return { found: "paid", amountMinor, receipt, occurredAtMs: darajaInstant(wireText(namedValue(parameters, "Key", keys.time)) ?? "") };
}

function parametersOf(result: WireObject): readonly WireObject[] {
  return wireList(wireObject(result.ResultParameters)?.ResultParameter);
}
