/**
 * Multipliers as integer hundredths: 1.23x is 123. They are printed and parsed here only, so that no float reaches a payout.
 */
import { err, ok, type Result } from "../kernel/result.ts";

/** The multiplier at the start of a flight. */
export const ONE_HUNDREDTHS = 100;
/** The smallest target of an automatic cash-out: 1.01x. */
export const TARGET_HUNDREDTHS_MIN = 101;

const PLAIN = /^(0|[1-9]\d{0,8})(\.\d{1,2})?$/;

/** Gives the JSON number: 123 becomes 1.23, because the nearest double of a quotient of integers prints its decimals back. */
export function toMultiplier(hundredths: number): number {
  return hundredths / 100;
}

/** Writes two decimals: 120 becomes "1.20". */
export function formatMultiplier(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}

/** Parses a multiplier with at most two decimals (`2`, `"1.50"`) to hundredths; refuses `not_a_multiplier`. */
export function parseMultiplier(input: string | number): Result<number, { readonly reason: "not_a_multiplier" }> {
  const text = String(input);
  if (!PLAIN.test(text)) return err({ reason: "not_a_multiplier" });
  const [whole = "0", decimals = ""] = text.split(".");
  return ok(Number(whole) * 100 + Number(decimals.padEnd(2, "0")));
}
