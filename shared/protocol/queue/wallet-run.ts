/**
 * A run of a wallet's journal, version 1: entries that follow one another, with the bets that they placed or settled. The journal's own
 * tail is the outbox: what the projection has not acknowledged is sent, again and again. Additive only.
 */
import * as z from "zod";
import { selectionOutcome } from "../outcome.ts";

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
  outcome: selectionOutcome.nullable(),
  resultVersion: z.int(),
  /** The statements of a builder, each at its own price: what channels settle. */
  builder: z.object({ parts: z.array(z.object({ selectionId: text, oddsThousandths: z.int() })).min(2) }).optional(),
  /** The place of an each-way bet's selection, and its result. */
  place: z.object({ selectionId: text, places: z.int().positive(), divisor: z.int().positive() }).optional(),
  placeOutcome: selectionOutcome.nullable().optional(),
});

/** A selection that is won once its team leads by so many. */
const lead = z.object({
  side: z.enum(["home", "away"]),
  lead: z.int().positive(),
  confirmationMs: z.int().nonnegative(),
  afterReversal: z.enum(["keep", "claw_back"]),
});

const bet = z.object({
  betId: text,
  kind: z.enum(["SINGLE", "MULTI", "SYSTEM"]),
  status: z.enum(["PENDING", "WON", "LOST", "VOID", "CASHED_OUT"]),
  stakeMinor: amount,
  lines: z.int(),
  /** Absent in messages of before channels heard what bets count for. */
  systemSizes: z.array(z.int()).readonly().optional(),
  bankers: z.array(z.int()).readonly().optional(),
  openNetStakeMinor: amount.optional(),
  freeBetId: text.optional(),
  bookingCode: text.optional(),
  insurance: z.object({ cutsMax: z.int(), oddsThousandths: z.int() }).optional(),
  earlyPayout: z
    .object({
      ruleId: text,
      selections: z
        .array(lead.extend({ selectionId: text }))
        .min(1)
        .readonly(),
    })
    .optional(),
  potentialWinMinor: amount,
  paidMinor: amount,
  selections: z.array(selection).min(1),
  placedAtMs: instant,
  settledAtMs: instant.nullable(),
});

const entry = z.object({
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
  postings: z.array(z.object({ account: text, amountMinor: amount, heldMinor: amount, postedAfterMinor: amount, heldAfterMinor: amount })),
});

/** An entry, and the bet that it speaks of as the bet stands now. */
const row = z.object({ entry, bet: bet.nullable() });

export const walletRunSchema = z.object({
  v: z.literal(1),
  source: z.literal("wallet"),
  /** The wallet's name: what to acknowledge to. */
  objectName: text,
  country: z.enum(["KE", "NG", "GH"]),
  userId: text,
  currency: z.enum(["KES", "NGN", "GHS"]),
  epoch: z.int().positive(),
  fromSeq: z.int().positive(),
  toSeq: z.int().positive(),
  /** Hash of the entry `toSeq`. */
  headHash: text,
  rows: z.array(row).min(1),
});

export type WalletRunRow = z.infer<typeof row>;
export type WalletRun = z.infer<typeof walletRunSchema>;
