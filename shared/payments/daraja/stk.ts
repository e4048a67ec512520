/**
 * STK push (the prompt on the player's phone): what its synchronous answer, its callback and its query say.
 *
 * "Accepted" is never money. Where an answer could mean more than one thing it means `unknown`.
 */
import type { CallOutcome, ProviderReport } from "../report.ts";
import { darajaInstant } from "./clock.ts";
import { answerSummary, darajaError, type HttpAnswer, isRefusedAtDoor } from "./http-answer.ts";
import { stkFinding } from "./result-codes.ts";
import { namedValue, wireAmount, wireBody, wireList, wireObject, wireText } from "./wire-value.ts";

const STILL_PROCESSING = "4999";

/** Reads the answer to a push. `refused` only when no prompt can have been sent. */
export function readStkPushAnswer(answer: HttpAnswer): CallOutcome {
  const detail = answerSummary(answer);
  if (!answer.answered) return { outcome: "unknown", detail };
  const reference = wireText(answer.body?.CheckoutRequestID);
  if (answer.status === 200 && wireText(answer.body?.ResponseCode) === "0" && reference !== null) return { outcome: "accepted", reference };
  if (isRefusedAtDoor(answer)) return { outcome: "refused", failure: "provider_unavailable", detail };
  const error = darajaError(answer);
  if (error?.code === "500.001.1001") {
    if (/unable to lock subscriber/i.test(error.message)) return { outcome: "refused", failure: "another_payment_open", detail };
    if (/merchant does not exist|wrong credentials/i.test(error.message))
      return { outcome: "refused", failure: "provider_unavailable", detail };
  }
  // Both are raised by the gateway in front of the service.
  const isBrake = error !== null && /spike arrest|quota violation/i.test(error.message);
  return isBrake ? { outcome: "refused", failure: "provider_unavailable", detail } : { outcome: "unknown", detail };
}

/** The CheckoutRequestID of a callback's text; null when the text is no STK callback. */
export function stkCallbackReference(text: string): string | null {
  return wireText(stkCallback(text)?.CheckoutRequestID);
}

/** Reads a callback; null when it is none. A success without an amount or receipt is unclear: the query decides. */
export function readStkCallback(text: string): ProviderReport | null {
  const callback = stkCallback(text);
  const reference = wireText(callback?.CheckoutRequestID);
  const code = wireText(callback?.ResultCode);
  if (callback === null || reference === null || code === null) return null;
  if (code !== "0") return { source: "callback", reference, finding: stkFinding(code, "callback") };
  const items = wireList(wireObject(callback.CallbackMetadata)?.Item);
  const amountMinor = wireAmount(namedValue(items, "Name", "Amount"));
  const receipt = wireText(namedValue(items, "Name", "MpesaReceiptNumber"));
  if (amountMinor === null || receipt === null) return { source: "callback", reference, finding: { found: "unclear", code: "incomplete" } };
  const occurredAtMs = darajaInstant(wireText(namedValue(items, "Name", "TransactionDate")) ?? "");
  return { source: "callback", reference, finding: { found: "paid", amountMinor, receipt, occurredAtMs } };
}

/** Reads the answer to a status query; it never has an amount or a receipt. */
export function readStkQueryAnswer(answer: HttpAnswer): ProviderReport {
  const finding = stkQueryFinding(answer);
  return { source: "query", reference: answer.answered ? wireText(answer.body?.CheckoutRequestID) : null, finding };
}

function stkQueryFinding(answer: HttpAnswer): ProviderReport["finding"] {
  const error = darajaError(answer);
  if (error?.code === "500.001.1001" && /being processed|under processing/i.test(error.message))
    return { found: "open", detail: STILL_PROCESSING };
  const body = answer.answered && answer.status === 200 ? answer.body : null;
  const code = wireText(body?.ResultCode);
  if (code === null || wireText(body?.ResponseCode) !== "0") return { found: "open", detail: answerSummary(answer) };
  if (code === "0") return { found: "paid", amountMinor: null, receipt: null, occurredAtMs: null };
  return code === STILL_PROCESSING ? { found: "open", detail: code } : stkFinding(code, "query");
}

function stkCallback(text: string) {
  return wireObject(wireObject(wireBody(text)?.Body)?.stkCallback);
}
