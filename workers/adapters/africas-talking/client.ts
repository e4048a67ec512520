/**
 * The Africa's Talking client: one text message to one number. One code for production, the provider's sandbox and our simulator; only
 * the base URL differs.
 *
 * The provider has no idempotency key: a repeat after a time-out can send twice, which is harmless for a code. Partial success is
 * normal there, so the answer is judged by its recipient, never by its HTTP status alone.
 */
import * as z from "zod";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { Config } from "../../env.ts";
import { meaningOf, type SmsMeaning } from "./status-codes.ts";

export interface SmsFailure {
  readonly meaning: Exclude<SmsMeaning, "accepted">;
  /** `407`, `http_503`, `timeout`: names no number and no text. */
  readonly problem: string;
}

const CALL_TIMEOUT_MS = 10_000;
const ANSWER_CHARS_MAX = 100_000;

const answerSchema = z.object({
  SMSMessageData: z.object({
    Recipients: z.array(z.object({ statusCode: z.number(), messageId: z.string().catch("None") })),
  }),
});

/** Hands a message to the provider; answers its message id. `to` is E.164 with the plus. Not idempotent. */
export async function sendSms(
  config: Config,
  message: { readonly to: string; readonly text: string },
): Promise<Result<{ readonly messageId: string }, SmsFailure>> {
  const form = new URLSearchParams({ username: config.AFRICAS_TALKING_USERNAME, to: message.to, message: message.text, bulkSMSMode: "1" });
  if (config.AFRICAS_TALKING_SENDER_ID !== "") form.set("from", config.AFRICAS_TALKING_SENDER_ID);
  try {
    const response = await fetch(`${config.AFRICAS_TALKING_BASE_URL}/version1/messaging`, {
      method: "POST",
      headers: {
        apiKey: config.AFRICAS_TALKING_API_KEY,
        Accept: "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: form.toString(),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    return readAnswer(response.status, await response.text());
  } catch (error) {
    const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
    return err({ meaning: "retry", problem: isTimeout ? "timeout" : "network" });
  }
}

function readAnswer(status: number, text: string): Result<{ readonly messageId: string }, SmsFailure> {
  const recipient = answerSchema.safeParse(jsonOf(text)).data?.SMSMessageData.Recipients[0];
  if (recipient !== undefined) {
    const meaning = meaningOf(recipient.statusCode);
    return meaning === "accepted" ? ok({ messageId: recipient.messageId }) : err({ meaning, problem: String(recipient.statusCode) });
  }
  return err({ meaning: status === 401 || status === 403 ? "account" : "retry", problem: `http_${status}` });
}

function jsonOf(text: string): unknown {
  if (text.length > ANSWER_CHARS_MAX) return null;
  try {
    return JSON.parse(text);
  } catch {
    // The provider answers some errors in plain text; the HTTP status then says all there is.
    return null;
  }
}
