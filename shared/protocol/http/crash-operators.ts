/** What operators call about a crash game's fairness: chains brought in and published, the game's report, opening it again. */
import * as z from "zod";
import { CLOSING_REASONS } from "../rpc/crash-fairness.ts";
import { timeOut } from "./fields.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Why it is done; kept in the audit log. */
const reason = z.string().trim().min(3).max(500);

/** The public statement as `npm run crash:chain` writes it: the one body whose fields are the file's own, not snake_case. */
const chainStatement = z.object({
  gameId: z.string().min(1).max(40),
  houseEdgeBasisPoints: z.int().nonnegative(),
  capHundredths: z.int().positive(),
  curveMillionthsPerMs: z.int().positive(),
  length: z.int().positive(),
  terminatingHash: hash,
  saltSource: z.string().min(1).max(200),
  algorithm: z.string().max(40),
  gameVersion: z.string().max(40),
  gameSha256: hash,
  mathsSha256: hash,
  configSha256: hash,
  madeAt: z.iso.datetime(),
});

export const chainParams = z.object({ game: z.string().regex(/^[a-z0-9-]{1,40}$/), terminating_hash: hash });
export const beginChainBody = z.object({ statement: chainStatement, reason });
export const chainPageBody = z.object({ page: z.int().nonnegative(), sealed: z.string().min(1).max(20_000) });
export const reasonBody = z.object({ reason });

export const chainImportOut = z.object({ terminating_hash: z.string(), pages: z.number(), next_page: z.number() });
export const chainOut = z.object({
  number: z.number(),
  origin: z.enum(["object", "offline"]),
  terminating_hash: z.string(),
  length: z.number(),
  first_round: z.number(),
  published_at: timeOut,
  has_salt: z.boolean(),
  announced_salt_source: z.string().nullable(),
});

export const closingOut = z.object({
  reason: z.enum(CLOSING_REASONS),
  detail: z.string(),
  since: timeOut,
});

const share = z.number().meta({ description: "A part of the stakes: 0.97 is 97 %." });
export const gameReportOut = z.object({
  game_id: z.string(),
  closed: closingOut.nullable(),
  chains: z.array(chainOut),
  importing: chainImportOut.nullable(),
  rtp: z.array(
    z.object({
      span: z.enum(["lifetime", "window"]),
      since: timeOut.nullable(),
      rounds: z.number(),
      bets: z.number(),
      staked: z.number(),
      paid: z.number(),
      actual: share,
      theoretical: share,
      tolerance: share.meta({ description: "How far actual and theoretical may be apart by chance." }),
      breached: z.boolean(),
    }),
  ),
});
export const closedOut = z.object({ was_open: z.boolean() });
export const reopenedOut = z.object({ was_closed: z.boolean() });
