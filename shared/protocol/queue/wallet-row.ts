/**
 * The body of a wallet's outbox row, version 1: one journal entry with its postings and the balances after it, and the bet that it
 * placed or settled. Parsed by the projection's consumer; additive only, because rows wait in wallets that are rarely awake.
 */
import * as z from "zod";

const text = z.string();
const amount = z.int();
const instant = z.int().nonnegative();

const taxLine = z.object({
  ruleId: text,
  code: text,
  legalName: text,
  rateBasisPoints: z.int(),
  baseMinor: amount,
  taxMinor: amount,
});

const selection = z.object({
  selectionId: text,
  fixtureId: text,
  marketId: text,
  fixtureName: text,
  marketName: text,
  outcomeName: text,
  oddsThousandths: z.int(),
  priceVersion: z.int(),
  outcome: z.enum(["won", "lost", "void", "half_won", "half_lost"]).nullable(),
  resultVersion: z.int(),
});

const bet = z.object({
  betId: text,
  kind: z.enum(["SINGLE", "MULTI", "SYSTEM"]),
  status: z.enum(["PENDING", "WON", "LOST", "VOID", "CASHED_OUT"]),
  stakeMinor: amount,
  lines: z.int(),
  potentialWinMinor: amount,
  paidMinor: amount,
  selections: z.array(selection).min(1),
  placedAtMs: instant,
  settledAtMs: instant.nullable(),
});

export const walletRowSchema = z.object({
  v: z.literal(1),
  walletId: text,
  userId: text,
  country: z.enum(["KE", "NG", "GH"]),
  currency: z.enum(["KES", "NGN", "GHS"]),
  entry: z.object({
    epoch: z.int(),
    seq: z.int().positive(),
    kind: text,
    ref: text,
    refType: text,
    taxLines: z.array(taxLine),
    occurredAtMs: instant,
    recordedAtMs: instant,
    previousHash: text,
    hash: text,
    postings: z.array(
      z.object({ account: text, amountMinor: amount, heldMinor: amount, postedAfterMinor: amount, heldAfterMinor: amount }),
    ),
  }),
  cashMinor: amount,
  heldMinor: amount,
  bonusMinor: amount,
  bet: bet.nullable(),
});

export type WalletRow = z.infer<typeof walletRowSchema>;
