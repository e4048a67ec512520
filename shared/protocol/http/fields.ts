/** Fields that many calls share: amounts, odds, pages, times. */
import * as z from "zod";
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from "../../kernel/limits.ts";
import { parseMajor } from "../../money/amount.ts";
import type { Minor } from "../../money/minor.ts";
import { type OddsThousandths, parseOdds } from "../../money/odds.ts";

const AMOUNT_MESSAGES = {
  not_an_amount: "is not an amount",
  too_many_decimals: "has more than two decimals",
  out_of_range: "is out of range",
} as const;

/** A positive amount in major units, as a number or a decimal string; parsed to minor units. Issues carry INVALID_AMOUNT. */
export const positiveAmount = z.union([z.number(), z.string()], { error: () => "is not an amount" }).transform((value, ctx): Minor => {
  const parsed = parseMajor(value);
  const problem = parsed.ok ? (parsed.value > 0 ? null : "is not above zero") : AMOUNT_MESSAGES[parsed.error.reason];
  if (parsed.ok && problem === null) return parsed.value;
  ctx.addIssue({ code: "custom", message: problem ?? "is not an amount", params: { code: "INVALID_AMOUNT" } });
  return z.NEVER;
});

/** Decimal odds as a number or a string with at most three decimals; parsed to thousandths. */
export const decimalOdds = z.union([z.number(), z.string()]).transform((value, ctx): OddsThousandths => {
  const parsed = parseOdds(value);
  if (parsed.ok) return parsed.value;
  ctx.addIssue({ code: "custom", message: "are not decimal odds" });
  return z.NEVER;
});

/** `limit` and `offset` of a query string. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS_DEFAULT),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** An amount in an answer: major units, two decimals at most. */
export const amountOut = z.number().meta({ description: "Major units, at most two decimals." });
/** An instant in an answer. */
export const timeOut = z.string().meta({ format: "date-time" });
