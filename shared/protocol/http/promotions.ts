/** Shapes of promotions: what a player has been given, and how operators give it. Amounts in major units, times RFC 3339. */
import * as z from "zod";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

const decimalOdds = z.number().meta({ description: "Decimal odds." });

export const freeBetOut = z.object({
  free_bet_id: z.string(),
  campaign: z.string(),
  amount: amountOut.meta({ description: "Staked whole." }),
  state: z.enum(["ISSUED", "USED", "RETURNED", "EXPIRED"]).meta({ description: "RETURNED: a void bet gave it back, to be used again." }),
  bet_id: z.string().nullable(),
  terms: z.object({
    bet_types: z.array(z.enum(["SINGLE", "MULTI"])),
    selections_min: z.int(),
    odds_min: decimalOdds.meta({ description: "Of each selection." }),
    sports: z.array(z.string()).nullable().meta({ description: "null: all." }),
  }),
  granted_at: timeOut,
  expires_at: timeOut,
});

export const promotionsAnswer = z.object({
  free_bets: z.array(freeBetOut).meta({ description: "Newest first. What one wins is paid without its stake." }),
});

export const freeBetGrantBody = z.object({
  campaign: z.string().min(1).max(60),
  amount: positiveAmount,
  reason: z.string().trim().min(1).max(300).meta({ description: "Why; kept in the audit log and with the token." }),
});

export const campaignsAnswer = z.object({
  campaigns: z.array(
    z.object({
      campaign: z.string(),
      budget: amountOut,
      granted: amountOut,
      amount_min: amountOut,
      amount_max: amountOut,
      days: z.int().meta({ description: "How long a token can be used." }),
      valid_from: z.string(),
      valid_to: z.string().nullable(),
    }),
  ),
});
