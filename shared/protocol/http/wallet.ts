/** The wallet and its statement as the API shows them. */
import * as z from "zod";
import { CURRENCIES } from "../../money/currency.ts";
import { amountOut, timeOut } from "./fields.ts";

export const walletAnswer = z.object({
  balance: amountOut.meta({ description: "All cash, held money included." }),
  available_balance: amountOut.meta({ description: "What can be staked or withdrawn: balance less held." }),
  bonus_balance: amountOut,
  held: amountOut.meta({ description: "Set aside for withdrawals on their way and running games." }),
  currency: z.enum(CURRENCIES),
  today_deposit: amountOut.meta({ description: "Deposited since midnight, local time." }),
  daily_limit: amountOut.nullable().meta({ description: "The player's own daily deposit limit; null when there is none." }),
  frozen: z.boolean(),
  version: z.int().meta({ description: "Sequence of the wallet's last entry; grows with every change." }),
});

export const taxLineOut = z.object({
  rule_id: z.string(),
  code: z.string(),
  name: z.string(),
  rate_percent: z.number(),
  base: amountOut,
  amount: amountOut,
});

export const transactionOut = z.object({
  id: z.string(),
  type: z.string().meta({
    description: "DEPOSIT, WITHDRAWAL, BET_PLACED, BET_WON, BET_VOID, BET_CORRECTED, CRASH_BET, CRASH_WON, BONUS_CONVERTED, DEBT_REPAID.",
  }),
  amount: amountOut.meta({ description: "Signed: money out is negative." }),
  currency: z.enum(CURRENCIES),
  status: z.literal("COMPLETED"),
  balance_before: amountOut,
  balance_after: amountOut,
  reference_id: z.string(),
  reference_type: z.string(),
  tax_lines: z.array(taxLineOut),
  created_at: timeOut,
});

export const transactionsAnswer = z.object({
  transactions: z.array(transactionOut),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});
