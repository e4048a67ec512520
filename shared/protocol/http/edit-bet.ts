/** Editing a bet as clients see it: a quote of its value and of the new bet, then the confirmation of that quote. Amounts in major units. */
import * as z from "zod";
import { placedBet, quoteOut, slipBody } from "./bets.ts";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

export const editBody = slipBody.omit({ stake: true, free_bet_id: true }).extend({
  stake: positiveAmount.optional().meta({ description: "Of the new bet; all that the old one brings when left out." }),
  each_way: z.literal(false).optional().meta({ description: "A bet that is made of another one is not each way." }),
});
export type EditRequest = z.output<typeof editBody>;

export const confirmEditBody = editBody.extend({
  edit_id: z.string().min(10).max(2_000).meta({ description: "Of the quote; the slip is the one that was quoted." }),
});
export type ConfirmEditRequest = z.output<typeof confirmEditBody>;

const value = {
  parent_id: z.string(),
  value: amountOut.meta({ description: "What the old bet brings, before taxes." }),
  tax: amountOut,
  net_value: amountOut.meta({ description: "What of it is staked on the new bet or given back." }),
  stake: amountOut,
  difference: z.number().meta({ description: "What the wallet pays (above zero) or gets back (below zero)." }),
};

export const editQuote = z.object({
  edit_id: z.string().meta({ description: "Sent back to confirm." }),
  ...value,
  expires_at: timeOut,
  delay_seconds: z.number().meta({ description: "How long the confirmation waits while a match of either bet runs." }),
  bet: quoteOut,
});

export const editedBet = z.object({ ...value, bet: placedBet });

/** An edit that is decided after the delay of a running match. */
export const editRequest = z.object({
  parent_id: z.string(),
  request_id: z.string(),
  status: z.enum(["PENDING", "TAKEN", "REFUSED"]),
  value: amountOut,
  stake: amountOut,
  decides_at: timeOut,
  edited_to: z.string().nullable().meta({ description: "The bet that was made." }),
  refusal: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
    .nullable()
    .meta({ description: "Why the old bet stays as it is." }),
});
