/** Shapes of the house's totals, for operators. */
import * as z from "zod";
import { isCalendarDay } from "../../kernel/time.ts";
import { COUNTRIES } from "../../tenants/tenant.ts";
import { amountOut } from "./fields.ts";

const day = z.string().refine(isCalendarDay, "a day as YYYY-MM-DD");

export const houseTotalsQuery = z.object({ country: z.enum(COUNTRIES).optional(), from: day.optional(), to: day.optional() });

export const houseTotals = z.object({
  country: z.string(),
  currency: z.string(),
  from: z.string(),
  to: z.string(),
  accounts: z
    .array(z.object({ account: z.string(), total: amountOut }))
    .meta({ description: "Each account's sum over all wallets: positive is what the house owes or earned." }),
  gross_gaming_revenue: amountOut,
  unexplained: amountOut.meta({ description: "Zero, or a posting is missing from the totals." }),
});
