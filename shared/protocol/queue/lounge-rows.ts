/** What a CrashLounge's outbox asks for: a drawn player's free bet, and at a rain's end the share of the budget that was given. */
import * as z from "zod";
import type { FreeBetTerms } from "../../tenants/sports/promotions.ts";

export const RAIN_SHARE_TOPIC = "rain_share";
export const RAIN_END_TOPIC = "rain_end";

const terms: z.ZodType<FreeBetTerms> = z.object({
  kinds: z.array(z.enum(["SINGLE", "MULTI"])),
  selectionsMin: z.int().positive(),
  oddsMinThousandths: z.int(),
  sports: z.array(z.string()).nullable(),
  returnedDays: z.int(),
});

export const rainShareSchema = z.object({
  rainId: z.string().min(1),
  userId: z.string().min(1),
  campaignId: z.string().min(1),
  amountMinor: z.int().positive(),
  terms,
  days: z.int().positive(),
});
export type RainShareRow = z.infer<typeof rainShareSchema>;

export const rainEndSchema = z.object({ rainId: z.string().min(1), grantedMinor: z.int().nonnegative() });
export type RainEndRow = z.infer<typeof rainEndSchema>;
