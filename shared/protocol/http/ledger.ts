/** Shapes of the back office's calls on a player's wallet. Amounts in major units, times RFC 3339. */
import * as z from "zod";
import { MANUAL_MINOR_MAX } from "../../kernel/limits.ts";
import { parseMajor } from "../../money/amount.ts";
import type { Minor } from "../../money/minor.ts";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";
import { countryQuery, playerParams } from "./operators.ts";

/** An amount of either sign in major units, as a number or a decimal string; parsed to minor units. */
const signedAmount = z.union([z.number(), z.string()], { error: () => "is not an amount" }).transform((value, ctx): Minor => {
  const parsed = parseMajor(value);
  if (parsed.ok && Math.abs(parsed.value) <= MANUAL_MINOR_MAX) return parsed.value;
  ctx.addIssue({ code: "custom", message: "is not an amount", params: { code: "INVALID_AMOUNT" } });
  return z.NEVER;
});

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const accountText = z.string().regex(/^[a-z0-9:_-]{1,80}$/);
const reason = z.string().trim().min(1).max(300).meta({ description: "Why; kept in the audit log." });
const ref = z.string().trim().min(1).max(100).meta({ description: "What it is about, e.g. a ticket." });

export const ledgerParams = playerParams;
export const accountParams = playerParams.extend({ account: accountText });
export const entryParams = playerParams.extend({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const holdParams = playerParams.extend({ hold_id: z.string().regex(/^hold_[0-9A-Z]{26}$/) });

export const previewQuery = countryQuery.extend({
  preview: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .meta({ description: "true: answers what would happen, and nothing does." }),
});

export const reasonBody = z.object({ reason });
export const openAccountBody = z.object({ account: accountText.meta({ description: "user:bonus:<grant>" }), reason });
export const limitBody = z.object({
  floor: signedAmount.nullable().meta({ description: "How low the account may go; null for no floor." }),
  frozen: z.boolean().meta({ description: "Whether nothing may leave it." }),
  reason,
});

export const factorBody = z.object({
  basis_points: z.int().min(0).max(1_000_000).meta({ description: "10,000 is the usual stake, 0 none." }),
  reason,
});

export const entryBody = z.object({
  kind: z.string().regex(/^[A-Z_]{1,40}$/),
  ref,
  reason,
  occurred_at: instant.optional().meta({ description: "When it happened outside; now when left out." }),
  postings: z
    .array(z.object({ account: accountText, amount: signedAmount.refine((amount) => amount !== 0, "moves nothing") }))
    .min(1)
    .max(10)
    .meta({ description: "Sum to zero. Positive raises what the house owes on the account." }),
});

export const holdBody = z.object({ ref, amount: positiveAmount, expires_at: instant, reason });
export const commitBody = z.object({
  amount: positiveAmount,
  close: z.boolean().default(false).meta({ description: "Gives back what is left." }),
  reason,
});

const balances = z.object({ currency: z.string(), balance: amountOut, held: amountOut, available: amountOut, bonus: amountOut });
const head = z.object({ epoch: z.int(), seq: z.int(), hash: z.string() });

export const ledgerWallet = z.object({
  user_id: z.string(),
  country: z.string(),
  frozen: z.boolean(),
  frozen_reason: z.string().nullable(),
  balances,
  head: head.extend({ acknowledged_seq: z.int().meta({ description: "Up to here the database is known to have the journal." }) }),
  player: z.object({
    verified: z.boolean(),
    self_excluded: z.boolean(),
    excluded_until: timeOut.nullable(),
    deposit_limits: z.object({ day: amountOut.nullable(), week: amountOut.nullable(), month: amountOut.nullable() }),
  }),
  accounts: z.array(
    z.object({ account: z.string(), posted: amountOut, held: amountOut, floor: amountOut.nullable(), frozen: z.boolean() }),
  ),
  holds: z.array(
    z.object({ hold_id: z.string(), purpose: z.string(), ref: z.string(), amount: amountOut, expires_at: timeOut.nullable() }),
  ),
});

const receipt = {
  preview: z.boolean().meta({ description: "True: this would happen; nothing did." }),
  head: head.meta({ description: "Where the journal stood after the command." }),
  balances,
};

export const ledgerReceipt = z.object(receipt);
export const entryReceipt = z.object({ ...receipt, seq: z.int().meta({ description: "The entry's place in the journal." }) });
export const holdReceipt = z.object({
  ...receipt,
  hold: z.object({
    hold_id: z.string(),
    amount: amountOut,
    committed: amountOut,
    open: z.boolean(),
    shares: z.array(z.object({ account: z.string(), amount: amountOut })),
  }),
});
