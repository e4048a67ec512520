/** Cash-out as clients see it: a state with its reason, never a vanishing offer; amounts in major units. */
import * as z from "zod";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

const percent = z.coerce.number().int().min(1).max(100);

export const cashOutQuery = z.object({
  percent: percent.default(100).meta({ description: "Part of the stake that still plays, in steps of 1 %." }),
});

const offer = z.object({
  offer_id: z.string().meta({ description: "Sent back to take the offer." }),
  percent: z.int(),
  amount: amountOut.meta({ description: "Before taxes." }),
  tax: amountOut,
  net_amount: amountOut.meta({ description: "What reaches the wallet." }),
  full_amount: amountOut.meta({ description: "What all of the stake would bring, before taxes." }),
  expires_at: timeOut,
});

/** Why there is no offer. */
export const NO_CASH_OUT = [
  "market_suspended",
  "market_closed",
  "feed_late",
  "no_price",
  "too_small",
  "rest_too_small",
  "settled",
  "cashed_out",
  "not_accepted",
  "not_eligible",
] as const;
export type NoCashOutReason = (typeof NO_CASH_OUT)[number];

/** Why a cash-out that waited, or a rule, came to nothing. */
const END_REASONS = [...NO_CASH_OUT, "changed", "removed", "replaced", "not_decided"] as const;

export const cashOutRule = z.object({
  rule_id: z.string(),
  percent: z.int().meta({ description: "Part of the stake that it cashes out, once." }),
  amount: amountOut.meta({ description: "Taken as soon as this part brings so much, before taxes." }),
  status: z.enum(["ACTIVE", "TAKEN", "ENDED"]),
  reason: z.enum(END_REASONS).nullable().meta({ description: "Why it ended without being taken." }),
  taken_amount: amountOut.nullable().meta({ description: "What it brought, before taxes." }),
  net_amount: amountOut.nullable(),
  set_at: timeOut,
  decided_at: timeOut.nullable(),
});

export const cashOutRules = z.object({
  bet_id: z.string(),
  rule: cashOutRule.nullable().meta({ description: "The rule that stands." }),
  history: z.array(cashOutRule).meta({ description: "Rules that were taken or ended, newest first." }),
});

export const cashOutRuleBody = z.object({
  amount: positiveAmount.meta({ description: "The least that is taken, before taxes." }),
  percent: percent.default(100).meta({ description: "Part of the stake that still plays, in steps of 1 %." }),
});
export type CashOutRuleRequest = z.output<typeof cashOutRuleBody>;

export const cashOutState = z.object({
  bet_id: z.string(),
  state: z.enum(["AVAILABLE", "SUSPENDED", "CLOSED", "PENDING"]),
  reason: z.enum(NO_CASH_OUT).nullable().meta({ description: "Why there is no offer." }),
  offer: offer.nullable(),
  request_id: z.string().nullable().meta({ description: "The cash-out that is being decided, while the state is PENDING." }),
  automatic: cashOutRule.nullable().meta({ description: "The player's rule that stands." }),
});

export const cashOutBody = z.object({
  offer_id: z.string().min(10).max(600),
  amount: positiveAmount.meta({ description: "The offer's amount, as it was shown." }),
  fraction: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^(0?\.\d{1,2}|1(\.0{1,2})?|0\.\d{1,2})$/)
        .transform(Number),
    ])
    .optional()
    .meta({ description: "Part of the stake, in steps of 0.01; as in the offer." }),
  policy: z
    .enum(["exact", "better"])
    .default("better")
    .meta({ description: "When the price has risen since: take the amount that was shown, or the better one." }),
});
export type CashOutRequest = z.output<typeof cashOutBody>;

export const cashOutResult = z.object({
  bet_id: z.string(),
  status: z.enum(["PENDING", "CASHED_OUT"]).meta({ description: "PENDING while a part of the stake still plays." }),
  percent: z.int(),
  amount: amountOut,
  net_amount: amountOut,
  remaining_stake: amountOut,
  message: z.string(),
});

/** A cash-out that is priced again after the delay of its matches. */
export const cashOutRequest = z.object({
  bet_id: z.string(),
  request_id: z.string(),
  status: z.enum(["PENDING", "TAKEN", "REFUSED"]),
  percent: z.int(),
  amount: amountOut.meta({ description: "The least that is taken, before taxes." }),
  decides_at: timeOut,
  result: cashOutResult.nullable(),
  refusal: z
    .object({ code: z.string(), message: z.string(), reason: z.enum(END_REASONS), offer: offer.nullable() })
    .nullable()
    .meta({ description: "Why nothing was paid; with the new offer where there is one." }),
});

export const cashOutRequestParams = z.object({ id: z.string().min(1).max(60), request: z.string().min(1).max(60) });
