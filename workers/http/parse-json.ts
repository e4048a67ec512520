/**
 * JSON as this API takes it: an object or an array, and numbers only in plain notation that a double holds exactly.
 *
 * `1e2`, `0.1000000000000000055` and 20-digit integers would silently become another number; with money that is refused at the door.
 */
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { ServiceError } from "../services/context.ts";

const PLAIN_NUMBER = /^-?\d{1,16}(\.\d{1,8})?$/;

/** Parses a body; refuses MALFORMED_JSON, and INVALID_AMOUNT for a number that is not plain. */
export function parseJson(text: string): Result<unknown, ServiceError> {
  let odd: string | null = null;
  try {
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
      if (typeof value === "number" && context?.source !== undefined && !PLAIN_NUMBER.test(context.source)) odd = context.source;
      return value;
    };
    const value: unknown = JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
    if (odd !== null) return err({ code: "INVALID_AMOUNT", details: { reason: "not_plain_number", number: String(odd).slice(0, 40) } });
    return ok(value);
  } catch {
    return err({ code: "MALFORMED_JSON" });
  }
}
