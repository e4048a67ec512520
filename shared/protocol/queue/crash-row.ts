/** What a CrashGame's outbox tells D1 of a finished round. */
import * as z from "zod";

export const crashRoundRowSchema = z.object({
  roundNumber: z.int().positive(),
  chainNumber: z.int().positive(),
  crashHundredths: z.int().min(100),
  serverSeed: z.string().length(64),
  salt: z.string().min(1),
  houseEdgeBasisPoints: z.int().nonnegative(),
  capHundredths: z.int().positive(),
  startedAtMs: z.int().nonnegative(),
  crashedAtMs: z.int().nonnegative(),
});
export type CrashRoundRow = z.infer<typeof crashRoundRowSchema>;
