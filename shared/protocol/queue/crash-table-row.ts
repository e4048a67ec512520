/** What a CrashTable's outbox tells D1 of a finished round: its part of the totals, and the wins that a board can need. */
import * as z from "zod";

const text = z.string().min(1);
const count = z.int().nonnegative();

export const crashTableRowSchema = z.object({
  roundNumber: z.int().positive(),
  tableNumber: z.int().positive(),
  crashedAtMs: count,
  players: count,
  bets: count,
  cashedOut: count,
  stakedMinor: count,
  paidMinor: count,
  wins: z.array(z.object({ userId: text, betId: text, multiplierHundredths: z.int().min(100), payoutMinor: z.int().positive() })),
});
export type CrashTableRow = z.infer<typeof crashTableRowSchema>;
