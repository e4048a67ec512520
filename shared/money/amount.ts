/**
 * Amounts as people and JSON write them: major units with at most two decimals.
 *
 * Parsing works on the text, so that `0.1 + 0.2` and `1e2` never reach an amount; printing divides by a power of ten, whose
 * nearest double prints back the same two decimals for every safe integer of minor units that a tenant's limits allow.
 */
import { Decimal } from "decimal.js";
import { err, ok, type Result } from "../kernel/result.ts";
import { type Minor, minor } from "./minor.ts";

export type AmountProblem = { readonly reason: "not_an_amount" | "too_many_decimals" | "out_of_range" };

const PLAIN = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const MAJOR_TEXT_CHARS_MAX = 24;

/**
 * Parses major units (`"5250.50"` or `5250.5`) to minor units. Signed: callers that need a positive amount check it.
 * Refuses `not_an_amount` (exponents, NaN, other text), `too_many_decimals` (more than two, zeros included: `1.000` is a sign of
 * a wrong unit), `out_of_range` (past 2^53 - 1 minor units).
 */
export function parseMajor(input: string | number): Result<Minor, AmountProblem> {
  const text = typeof input === "number" ? numberText(input) : input;
  if (text.length > MAJOR_TEXT_CHARS_MAX) return err({ reason: "out_of_range" });
  if (!PLAIN.test(text)) return err({ reason: "not_an_amount" });
  const decimals = text.split(".")[1] ?? "";
  if (decimals.length > 2) return err({ reason: "too_many_decimals" });
  const value = new Decimal(text).times(100).toNumber();
  if (!Number.isSafeInteger(value)) return err({ reason: "out_of_range" });
  return ok(minor(value));
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return "NaN";
  return Math.abs(value) >= 1e21 ? "9".repeat(MAJOR_TEXT_CHARS_MAX + 1) : String(value);
}

/** Gives the JSON number in major units: 525050 becomes 5250.5. */
export function toMajor(amount: Minor): number {
  return new Decimal(amount).dividedBy(100).toNumber();
}

/** Writes major units with two decimals and no grouping: 525050 becomes "5250.50". */
export function formatMajor(amount: Minor): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
