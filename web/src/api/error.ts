/** What a call to the API can end with besides an answer: a refusal in the API's error shape, or no answer at all. */
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";

/** The API refused: `code` is stable, `message` says what happened and then what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ErrorCode | "UNKNOWN";
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string;

  constructor(status: number, body: unknown) {
    const error = errorOf(body);
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.details = error.details;
    this.requestId = error.requestId;
  }
}

/** An answer that says no in words for the player, e.g. of the identity authority. */
export class SaidNo extends Error {
  override readonly name = "SaidNo";
}

/** Nobody knows whether the call arrived: it may be sent again only with the same Idempotency-Key. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** True when the API answered and the answer is final, so that the attempt's key may be forgotten. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

function errorOf(body: unknown): { message: string; code: ErrorCode | "UNKNOWN"; details: Record<string, unknown>; requestId: string } {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  return {
    message: typeof error.message === "string" ? error.message : "The answer could not be read.",
    code: typeof error.code === "string" ? (error.code as ErrorCode) : "UNKNOWN",
    details: isRecord(error.details) ? error.details : {},
    requestId: typeof error.request_id === "string" ? error.request_id : "",
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
