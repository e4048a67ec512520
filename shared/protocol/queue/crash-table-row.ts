/**
 * What a CrashTable's outbox tells D1: of a finished round its part of the totals and the wins that a board can need, and each autoplay order
 * with all its values, at its start and at its end.
 */
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

export const crashAutoplayRowSchema = z.object({
  orderId: text,
  userId: text,
  slot: z.enum(["A", "B"]),
  stakeMinor: z.int().positive(),
  targetHundredths: z.int().positive(),
  rounds: z.int().positive(),
  stopLossMinor: z.int().positive(),
  stopWinMinor: z.int().positive(),
  startedAtMs: count,
  /** Null while the order runs; how far it had come when this was told follows. */
  endedAtMs: count.nullable(),
  endReason: text.nullable(),
  endDetail: text.nullable(),
  roundsTaken: count,
  netMinor: z.int(),
});
export type CrashAutoplayRow = z.infer<typeof crashAutoplayRowSchema>;
