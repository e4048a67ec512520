/** The crash game's calls (api.md, Crash). Multipliers are numbers with at most two decimals, amounts major units. */
import * as z from "zod";
import { parseMultiplier } from "../../crash/multiplier.ts";
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from "../../kernel/limits.ts";
import { autoCashOut, slot } from "../ws/crash.ts";
import { closingOut } from "./crash-operators.ts";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

/** Names of a game: its id, or the country's own by the seed's placeholder names. */
export const crashGameParams = z.object({ game: z.string().min(1).max(60) });
export const crashHistoryQuery = z.object({ limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS_DEFAULT) });

const multiplierOut = z.number().meta({ description: "At most two decimals." });
const status = z.enum(["WAITING", "BETTING", "RUNNING", "CRASHED"]);
const betStatus = z.enum(["ACTIVE", "CASHED_OUT", "LOST", "REFUNDED"]);
const hash = z.string().meta({ description: "64 hex digits." });

export const crashRoundOut = z.object({
  game_id: z.string(),
  round_number: z.number(),
  status,
  current_multiplier: multiplierOut,
  server_seed_hash: hash,
  started_at: timeOut.nullable(),
  betting_ends_at: timeOut.nullable(),
  active_players: z.number(),
  server_time: timeOut,
  closed: z.boolean().meta({ description: "True while the game opens no further round." }),
  closed_for: closingOut.shape.reason.nullable().meta({ description: "Why it is closed; null while it is open." }),
});

export const crashHistoryOut = z.object({
  games: z.array(
    z.object({
      round_number: z.number(),
      crash_point: multiplierOut,
      server_seed: hash,
      started_at: timeOut,
      crashed_at: timeOut,
    }),
  ),
});

export const crashBetBody = z.object({
  amount: positiveAmount,
  auto_cashout: autoCashOut.nullish(),
  slot: slot.default("A"),
});

const limitOut = z.enum(["bet", "player", "round"]).nullable().meta({
  description:
    "The bound that cashed the bet out: its largest payout, the player's or the round's largest win. Null where target or press did.",
});

export const crashBetOut = z.object({
  bet_id: z.string(),
  game_id: z.string(),
  round_number: z.number(),
  slot,
  amount: amountOut,
  auto_cashout: multiplierOut.nullable(),
  status: betStatus,
  multiplier: multiplierOut.nullable(),
  payout: amountOut.meta({ description: "Stake times multiplier, before taxes; 0 until cashed out." }),
  limited_by: limitOut,
});
export const placedCrashBetOut = crashBetOut.extend({ message: z.string() });
export const crashBetsQuery = crashHistoryQuery.extend({
  /** A page ended with this bet: its round and slot. */
  after: z
    .string()
    .regex(/^\d{1,12}[AB]$/)
    .transform((cursor) => ({ roundNumber: Number(cursor.slice(0, -1)), slot: slot.parse(cursor.slice(-1)) }))
    .optional(),
  round: z.coerce.number().int().positive().optional(),
});
export const crashBetsOut = z.object({
  bets: z.array(crashBetOut),
  next: z.string().nullable().meta({ description: "Send it as after for the next page; null at the end." }),
});

/** What a finished round came to, at all its tables. */
export const crashRoundTotalsOut = z.object({
  round_number: z.number(),
  totals: z
    .object({ players: z.int(), bets: z.int(), cashed_out: z.int(), staked: amountOut, paid: amountOut })
    .nullable()
    .meta({ description: "null when nobody played it, and for some seconds after its end." }),
});

export const crashBoardsOut = z.object({
  boards: z.array(
    z.object({
      span: z.enum(["day", "week"]),
      metric: z.enum(["multiplier", "payout"]),
      starts_on: z.string().meta({ description: "The span's first day, in the country's time." }),
      entries: z.array(
        z.object({
          player: z.string().nullable().meta({ description: "Masked, and only with the player's consent; null otherwise." }),
          round_number: z.number(),
          multiplier: multiplierOut,
          payout: amountOut,
        }),
      ),
    }),
  ),
});

export const crashCashOutBody = z.object({ bet_id: z.string().min(1).max(100) });
export const crashCashOutOut = z.object({ bet_id: z.string(), multiplier: multiplierOut, payout: amountOut, limited_by: limitOut });

const claimedCrash = z.union([z.number(), z.string()]).transform((value, ctx): number => {
  const parsed = parseMultiplier(value);
  if (parsed.ok) return parsed.value;
  ctx.addIssue({ code: "custom", message: "is not a multiplier with at most two decimals" });
  return z.NEVER;
});

export const crashVerifyBody = z.object({
  round_number: z.int().positive(),
  server_seed: z.string().min(1).max(1_000),
  client_seed: z.string().max(1_000).optional(),
  salt: z.string().min(1).max(1_000).optional(),
  house_edge_bp: z.int().min(0).max(5_000).optional(),
  claimed_crash: claimedCrash,
  algorithm: z.enum(["mkeka-v1", "letsbet-v1"]).optional(),
});
export type CrashVerifyRequest = z.output<typeof crashVerifyBody>;

export const crashVerifyOut = z.object({
  verified: z.boolean(),
  calculated_crash: multiplierOut,
  claimed_crash: multiplierOut,
  algorithm: z.string(),
  message: z.string(),
  steps: z.array(z.object({ name: z.string(), value: z.string() })),
});

const component = z.object({ version: z.string(), sha256: hash });

/** Everything to check a finished round with, on its own. */
export const crashRoundProofOut = z.object({
  game_id: z.string(),
  round_number: z.number(),
  crash_point: multiplierOut,
  server_seed: hash.meta({ description: "The round's hash." }),
  server_seed_hash: hash.meta({ description: "Its commitment, public before: SHA-256 of the round's hash." }),
  salt: z.string(),
  house_edge_bp: z.number(),
  max_multiplier: multiplierOut,
  chain_number: z.number(),
  first_round: z.number(),
  terminating_hash: hash,
  started_at: timeOut,
  crashed_at: timeOut,
  config_sha256: hash.nullable(),
  maths_sha256: hash.nullable(),
  game_sha256: hash.nullable(),
});
export const crashRoundParams = crashGameParams.extend({ round_number: z.coerce.number().int().positive() });

export const crashFairnessOut = z.object({
  game_id: z.string(),
  algorithm: z.string(),
  terminating_hash: hash,
  salt: z.string().nullable(),
  salt_source: z.string().nullable(),
  salt_fixed_at: timeOut.nullable(),
  house_edge_bp: z.number(),
  max_multiplier: multiplierOut,
  curve_millionths_per_ms: z.number(),
  published_at: timeOut,
  chain_number: z.number(),
  chain_length: z.number(),
  first_round: z.number(),
  chain_origin: z.enum(["object", "offline"]).meta({ description: "Whether the chain was made offline or by the game itself." }),
  announced_salt_source: z.string().nullable().meta({ description: "Where the salt comes from, as published with the terminating hash." }),
  game: component,
  maths: component,
  config_sha256: hash.nullable().meta({ description: "SHA-256 of the canonical text of algorithm, cap, curve, game and edge." }),
  closed: closingOut.pick({ reason: true, since: true }).nullable(),
  rules: z.array(z.string()),
});
