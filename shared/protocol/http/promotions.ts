/** Shapes of promotions: what a player has been given, and how operators give it. Amounts in major units, times RFC 3339. */
import * as z from "zod";
import { BET_KINDS } from "../../betting/types.ts";
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

const wageringOut = z.object({
  counts: z
    .array(
      z.object({
        bet_type: z.enum(BET_KINDS),
        weight_percent: z.number().meta({ description: "How much of the stake counts." }),
        odds_min: decimalOdds.meta({ description: "Of each selection." }),
        total_odds_min: decimalOdds.meta({ description: "Of all of them multiplied." }),
      }),
    )
    .meta({ description: "Which bets count when they are won or lost; other kinds don't." }),
  converted_max: amountOut.nullable().meta({ description: "The most that becomes cash; null: all of it." }),
  ends_on_withdrawal: z.boolean().meta({ description: "Whether a withdrawal ends it. Your own money is yours either way." }),
});

export const bonusOut = z.object({
  bonus_id: z.string(),
  campaign: z.string(),
  amount: amountOut,
  state: z.enum(["OFFERED", "ACTIVE", "COMPLETED", "EXPIRED", "FORFEITED"]),
  required: amountOut.meta({ description: "To be staked while it is active." }),
  wagered: amountOut.meta({ description: "What has counted so far." }),
  left: amountOut.meta({ description: "What is left to be staked." }),
  to_do: z.string().nullable().meta({ description: "What is left to do, in words; null when it has ended." }),
  wagering: wageringOut,
  deposit_id: z.string().nullable().meta({ description: "The deposit that it matches." }),
  offered_at: timeOut,
  ends_at: timeOut.meta({ description: "When the offer ends, then the bonus." }),
  ended_at: timeOut.nullable(),
});

export const boostGrantOut = z.object({
  grant_id: z.string(),
  boost_id: z.string().meta({ description: "As a slip names it." }),
  max_stake: amountOut.meta({ description: "Of one bet." }),
  uses_left: z.int(),
  expires_at: timeOut,
});

export const promotionsAnswer = z.object({
  boosts: z.array(boostGrantOut).meta({ description: "Better prices for some of your bets: those that are left, newest first." }),
  free_bets: z.array(freeBetOut).meta({ description: "Newest first. What one wins is paid without its stake." }),
  bonuses: z.array(bonusOut).meta({ description: "Newest first. One at a time is active." }),
  claimable: z
    .array(z.object({ campaign: z.string(), deposit_id: z.string(), amount: amountOut, required: amountOut, wagering: wageringOut }))
    .meta({ description: "Bonuses that can be had for a deposit." }),
});

export const bonusClaimBody = z.object({ campaign: z.string().min(1).max(60), deposit_id: z.string().min(1).max(100) });
export const bonusParams = z.object({ bonus_id: z.string().min(1).max(60) });

/** Of a free bet or a bonus. */
export const grantBody = z.object({
  campaign: z.string().min(1).max(60),
  amount: positiveAmount,
  reason: z.string().trim().min(1).max(300).meta({ description: "Why; kept in the audit log and the wallet's journal." }),
});

export const boostGrantBody = z.object({
  boost_id: z.string().min(1).max(60).meta({ description: "A campaign that players are given." }),
  uses: z.int().positive().meta({ description: "For so many bets." }),
  max_stake: positiveAmount.optional().meta({ description: "Of one bet; the campaign's most when left out." }),
  reason: z.string().trim().min(1).max(300).meta({ description: "Why; kept in the audit log and the wallet's journal." }),
});

export const campaignsAnswer = z.object({
  campaigns: z.array(
    z.object({
      campaign: z.string(),
      kind: z.enum(["free_bet", "bonus"]),
      budget: amountOut,
      granted: amountOut,
      amount_min: amountOut,
      amount_max: amountOut,
      days: z.int().meta({ description: "How long a token can be used, or a bonus wagered." }),
      valid_from: z.string(),
      valid_to: z.string().nullable(),
    }),
  ),
});
