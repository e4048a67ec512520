/**
 * Deposits and withdrawals on the wire. Amounts in major units, times RFC 3339.
 *
 * A status is never FAILED while money may have moved: then it is PENDING_UNKNOWN, and ends by itself or in REVIEW.
 */
import * as z from "zod";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

const phone = z.string().trim().min(1).max(32);

/** Both ways of moving money take the player's own number only; it may be left out. */
const moveBody = {
  phone_number: phone.optional().meta({ description: "Your own registered number; it may be left out." }),
  amount: positiveAmount,
  method: z.string().min(1).max(40).optional().meta({ description: "One of the tenant's methods; the first when left out." }),
};

export const depositBody = z.object(moveBody);
export const withdrawBody = z.object(moveBody);
export type MoveRequest = z.output<typeof depositBody>;

export const depositParams = z.object({ id: z.string().regex(/^dep_[0-9A-Z]{26}$/) });
export const withdrawalParams = z.object({ id: z.string().regex(/^wdr_[0-9A-Z]{26}$/) });

const status = z.enum(["PENDING", "PENDING_UNKNOWN", "COMPLETED", "FAILED", "REVIEW"]);

const taxLine = z.object({
  code: z.string(),
  name: z.string(),
  rate_percent: z.number(),
  base: amountOut,
  amount: amountOut,
});

const tax = z.object({ total: amountOut, lines: z.array(taxLine) });

export const startedDeposit = z.object({
  deposit_id: z.string(),
  checkout_request_id: z.string().nullable().meta({ description: "The provider's id of the prompt; null while it is not known." }),
  status,
  amount: amountOut,
  message: z.string(),
});

export const startedWithdrawal = z.object({
  withdrawal_id: z.string(),
  transaction_id: z.string().meta({ description: "The same as withdrawal_id." }),
  status,
  gross_amount: amountOut.meta({ description: "What leaves the wallet." }),
  net_amount: amountOut.meta({ description: "What reaches the phone." }),
  tax,
  estimated_time: z.string(),
  message: z.string(),
});

const payment = {
  status,
  method: z.string(),
  currency: z.string(),
  amount: amountOut,
  net_amount: amountOut.nullable(),
  tax_lines: z.array(taxLine),
  receipt: z.string().nullable().meta({ description: "The provider's; null while it is not known." }),
  failure: z.string().nullable().meta({ description: "A stable code, e.g. cancelled_by_user; null while nothing failed." }),
  created_at: timeOut,
  updated_at: timeOut,
};

export const depositOut = z.object({ deposit_id: z.string(), checkout_request_id: z.string().nullable(), ...payment });
export const withdrawalOut = z.object({ withdrawal_id: z.string(), gross_amount: amountOut, ...payment });

const range = z.object({ min: amountOut, max: amountOut });

export const paymentMethodsOut = z.object({
  methods: z.array(
    z.object({
      method: z.string(),
      currency: z.string(),
      available: z.boolean(),
      deposit: range,
      withdrawal: range,
      unit: amountOut.meta({ description: "Deposits are multiples of it." }),
    }),
  ),
});

export type StartedDeposit = z.input<typeof startedDeposit>;
export type StartedWithdrawal = z.input<typeof startedWithdrawal>;
export type DepositOut = z.input<typeof depositOut>;
export type WithdrawalOut = z.input<typeof withdrawalOut>;
export type PaymentMethodsOut = z.input<typeof paymentMethodsOut>;
