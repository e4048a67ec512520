/** One call to Daraja: JSON in, JSON out, a bounded wait. Never throws; what the answer means is decided in shared/payments. */
import type { HttpAnswer } from "../../../shared/payments/daraja/http-answer.ts";
import { wireBody } from "../../../shared/payments/daraja/wire-value.ts";

/** `fetch`, as an argument. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** Longer than the provider usually needs; after it the outcome is unknown, not failed. */
export const CALL_TIMEOUT_MS = 30_000;
const ANSWER_CHARS_MAX = 64 * 1024;

/** Sends the request and reads the answer's status and JSON body; a body that is longer than expected is not read. */
export async function callDaraja(
  fetcher: Fetch,
  url: string,
  init: RequestInit,
  { timeoutMs = CALL_TIMEOUT_MS, charsMax = ANSWER_CHARS_MAX } = {},
): Promise<HttpAnswer> {
  try {
    const response = await fetcher(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    return { answered: true, status: response.status, body: text.length > charsMax ? null : wireBody(text) };
  } catch (error) {
    const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
    return { answered: false, problem: isTimeout ? "timeout" : "network" };
  }
}
