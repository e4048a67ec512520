/**
 * An answer to one of our calls, before it is given a meaning, and the provider's error envelope
 * `{requestId, errorCode, errorMessage}`. One code (`500.001.1001`) has several meanings: callers look at the message too.
 */
import { type WireObject, wireText } from "./wire-value.ts";

export type HttpAnswer =
  | { readonly answered: true; readonly status: number; readonly body: WireObject | null }
  | { readonly answered: false; readonly problem: "timeout" | "network" };

const TOKEN_ERRORS: ReadonlySet<string> = new Set(["400.003.01", "404.001.03", "401.002.01", "401.003.01"]);
/** The request itself was found wrong at the door: nothing was done. */
const REFUSED_AT_DOOR = /^(400|404|405)\./;

/** The error envelope of an answer, or null. */
export function darajaError(answer: HttpAnswer): { readonly code: string; readonly message: string } | null {
  const code = answer.answered ? wireText(answer.body?.errorCode) : null;
  if (!answer.answered || code === null) return null;
  return { code, message: wireText(answer.body?.errorMessage) ?? "" };
}

/** True when the token was not accepted: a fresh one and one repeat are due. */
export function isTokenError(answer: HttpAnswer): boolean {
  const error = darajaError(answer);
  if (error !== null) return TOKEN_ERRORS.has(error.code);
  return answer.answered && answer.status === 401;
}

/** True when the provider turned the request away before doing anything: a malformed request or a token it does not know. */
export function isRefusedAtDoor(answer: HttpAnswer): boolean {
  const error = darajaError(answer);
  return isTokenError(answer) || (error !== null && REFUSED_AT_DOOR.test(error.code));
}

/** One line for logs: status, code and message, no body. */
export function answerSummary(answer: HttpAnswer): string {
  if (!answer.answered) return answer.problem;
  const error = darajaError(answer);
  return error === null ? `HTTP ${answer.status}` : `HTTP ${answer.status} ${error.code} ${error.message.slice(0, 120)}`;
}
