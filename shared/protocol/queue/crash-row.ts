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
  /** What the round was played under; messages from before these were kept have none. */
  release: z
    .object({ configSha256: z.string().nullable(), mathsSha256: z.string().nullable(), gameSha256: z.string().nullable() })
    .default({ configSha256: null, mathsSha256: null, gameSha256: null }),
});
export type CrashRoundRow = z.infer<typeof crashRoundRowSchema>;
