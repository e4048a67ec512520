/** Booking codes as clients see them: selections in, a code out; the code in, selections at the prices of now out. */
import * as z from "zod";
import { SLIP_SELECTIONS_MAX } from "../../kernel/limits.ts";
import { amountOut, timeOut } from "./fields.ts";

export const bookingBody = z.object({
  selections: z
    .array(z.object({ selection_id: z.string().min(1).max(260) }))
    .min(1)
    .max(SLIP_SELECTIONS_MAX)
    .meta({ description: "Prices and stakes are not kept." }),
});
export type BookingRequest = z.output<typeof bookingBody>;

export const bookingMade = z.object({ code: z.string(), selections: z.int(), expires_at: timeOut });

export const bookingParams = z.object({ code: z.string().min(1).max(20) });

export const bookingLoaded = z.object({
  code: z.string(),
  expires_at: timeOut,
  loads: z.int().meta({ description: "How often the code was loaded, this time included." }),
  bets: z.int().meta({ description: "How many bets were placed that name the code and are made of its selections alone." }),
  stakes: amountOut.meta({ description: "What was staked on those bets." }),
  selections: z.array(
    z.object({
      selection_id: z.string(),
      event_id: z.string(),
      event_name: z.string(),
      home_team: z.string(),
      away_team: z.string(),
      market_id: z.string(),
      market_name: z.string(),
      market_type: z.string(),
      specifier: z.string(),
      outcome_id: z.string(),
      outcome_name: z.string(),
      odds: z.number().meta({ description: "The price of now." }),
      price_version: z.int(),
      status: z.enum(["active", "suspended"]),
      starts_at: timeOut,
    }),
  ),
  dropped: z.array(
    z.object({
      selection_id: z.string(),
      name: z.string().nullable().meta({ description: "Of its match, while that is known." }),
      reason: z.enum(["started", "closed", "unknown"]),
    }),
  ),
});
