/**
 * Frames of `GET /ws/games/{game_id}`: JSON text, snake_case, amounts in major units, multipliers as numbers with two decimals.
 *
 * A client frame names itself by `type`; `action`, as the seed's clients send it, is taken too. Every server frame has `type` and a `seq`
 * that grows on each connection. Nothing sent before a crash tells its point or the round's hash; `started_at` and the curve are all
 * that a page needs to draw the flight. The text `ping` is answered `pong` without waking anything.
 *
 * With `?form=lean` a connection keeps the state itself: instead of `state_update` comes a `change` with what differs from before, once a
 * second a `beat`, and `bets` and `cashouts` are left out.
 */
import * as z from "zod";
import { parseMultiplier, TARGET_HUNDREDTHS_MIN } from "../../crash/multiplier.ts";
import { IDEMPOTENCY_KEY_CHARS_MAX } from "../../kernel/limits.ts";
import type { ErrorCode } from "../http/errors.ts";
import { positiveAmount } from "../http/fields.ts";
import type { ClosingReason } from "../rpc/crash-fairness.ts";

/** Set by a table that sends a player on: how many tables the round has. */
export const TABLES_HEADER = "X-Mkeka-Crash-Tables";

/** Set by the Worker on the request that it hands to a table: where the connection comes from. */
export const COUNTRY_HEADER = "X-Mkeka-Country";

/** A target for an automatic cash-out, at least 1.01 and with at most two decimals; parsed to hundredths. */
export const autoCashOut = z.union([z.number(), z.string()]).transform((value, ctx): number => {
  const parsed = parseMultiplier(value);
  if (parsed.ok && parsed.value >= TARGET_HUNDREDTHS_MIN) return parsed.value;
  ctx.addIssue({ code: "custom", message: "is not a multiplier of at least 1.01 with at most two decimals" });
  return z.NEVER;
});

export const slot = z.enum(["A", "B"]);

/** The client's own name for a bet: sending the same frame again answers the same bet. */
const key = z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX);

const clientFrame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("place_bet"),
    amount: positiveAmount,
    auto_cashout: autoCashOut.nullish(),
    slot: slot.default("A"),
    key: key.optional(),
  }),
  /** Without `bet_id`: the player's running bet, when there is exactly one. */
  z.object({ type: z.literal("cashout"), bet_id: z.string().min(1).max(100).optional() }),
  z.object({ type: z.literal("auth"), ticket: z.string().min(1).max(1_000) }),
  z.object({ type: z.literal("ping") }),
]);

export const crashClientFrame = z.preprocess((value) => {
  if (typeof value !== "object" || value === null || !("action" in value) || "type" in value) return value;
  const { action, ...rest } = value;
  return { type: action, ...rest };
}, clientFrame);

export type CrashClientFrame = z.output<typeof clientFrame>;
/** What a client writes. */
export type CrashClientMessage =
  | { type: "place_bet"; amount: number; auto_cashout?: number | null; slot?: "A" | "B"; key?: string }
  | { type: "cashout"; bet_id?: string }
  | { type: "auth"; ticket: string }
  | { type: "ping" };

export interface CrashState {
  readonly game_id: string;
  readonly round_number: number;
  readonly status: "WAITING" | "BETTING" | "RUNNING" | "CRASHED";
  /** 1 before the flight, the crash point after it. */
  readonly current_multiplier: number;
  /** Milliseconds since `started_at`; 0 before the flight. */
  readonly elapsed_ms: number;
  /** RFC 3339 with milliseconds; null before the flight. */
  readonly started_at: string | null;
  /** Milliseconds until the flight (BETTING) or the next round (CRASHED); null in flight, and while nobody plays. */
  readonly time_remaining: number | null;
  /** Players with a bet in this round. */
  readonly active_players: number;
  /** SHA-256 of the round's hash, which is the hash revealed last. */
  readonly server_seed_hash: string;
  /** The game was closed, by its own checks or at its chain's end: no round follows until it is opened again. Bets that fly fly on. */
  readonly closed: boolean;
  /** Why it was closed; null while it is open. */
  readonly closed_for: ClosingReason | null;
}

export interface CrashBetFrame {
  readonly bet_id: string;
  readonly round_number: number;
  readonly slot: "A" | "B";
  readonly amount: number;
  readonly auto_cashout: number | null;
  readonly status: "ACTIVE" | "CASHED_OUT" | "LOST" | "REFUNDED";
  readonly multiplier: number | null;
  readonly payout: number;
  readonly limited_by: CrashLimit | null;
}

/** What cashed a bet out for its player: its own largest payout, the player's largest win of a round, or the round's for all. */
export type CrashLimit = "bet" | "player" | "round";

export interface CrashResultFrame {
  readonly bet_id: string;
  readonly slot: "A" | "B";
  readonly cashed_out: boolean;
  readonly multiplier: number | null;
  readonly payout: number;
  readonly status: "CASHED_OUT" | "LOST" | "REFUNDED";
  readonly limited_by: CrashLimit | null;
}

/** How a bet is shown to others: only with the player's consent where the law asks for it, and named only with it. */
export interface ShownBet {
  /** Joins a cash-out to its bet within the round. */
  readonly bet: string;
  /** Masked; null for one who has not agreed to be shown. */
  readonly player: string | null;
}

type Frame<Type extends string, Body> = { readonly type: Type; readonly seq: number } & Body;

export type CrashServerFrame =
  /** First frame of a connection, and again after `auth` with the player's bets. */
  | Frame<
      "snapshot",
      CrashState & {
        /** multiplier(ms) = floor(100 * e^(curve_millionths_per_ms / 1,000,000 * ms)) / 100. */
        readonly curve_millionths_per_ms: number;
        readonly stake_min: number;
        readonly stake_max: number;
        readonly payout_max: number;
        /** What one player, and all at this table, may win in the round, stakes not counted: who would win more is cashed out there. */
        readonly player_win_max: number;
        readonly table_win_max: number;
        readonly currency: string;
        readonly server_time: string;
        /** Newest first. */
        readonly history: readonly { readonly round_number: number; readonly crash_point: number }[];
        readonly authenticated: boolean;
        readonly bets: readonly CrashBetFrame[];
      }
    >
  /** On each change of state, and once a second. */
  | Frame<"state_update", CrashState>
  | Frame<"bet_confirmed", CrashBetFrame & { readonly key: string | null }>
  | Frame<
      "cashout_success",
      { readonly bet_id: string; readonly multiplier: number; readonly payout: number; readonly limited_by: CrashLimit | null }
    >
  /** Lean connections only: the fields of the state that changed since the last change or the snapshot. */
  | Frame<"change", Partial<CrashState>>
  /** Lean connections only: milliseconds of the flight; players when their number changed; how many have cashed out since the last. */
  | Frame<"beat", { readonly elapsed_ms: number; readonly active_players?: number; readonly left?: number }>
  /** The player sits at another table from this round on: connect again after this time. No bet is taken here. */
  | Frame<"moved", { readonly reconnect_in_ms: number }>
  /**
   * Bets of the round: all that are listed after a snapshot and when a player's consent has changed (`whole`), later those that came since
   * the last such frame. `game` counts all tables by their last word. A listed bet has its result once it was cashed out. One that was
   * on its way when a list was told comes again: `bet` tells it.
   */
  | Frame<
      "bets",
      {
        readonly round_number: number;
        readonly whole: boolean;
        readonly table: { readonly bets: number; readonly staked: number };
        readonly game: { readonly bets: number; readonly staked: number };
        readonly list: readonly (ShownBet & { readonly amount: number; readonly multiplier?: number; readonly payout?: number })[];
      }
    >
  /** What others won since the last such frame; `count` is complete. */
  | Frame<
      "cashouts",
      {
        readonly round_number: number;
        readonly count: number;
        readonly list: readonly (ShownBet & { readonly multiplier: number; readonly payout: number })[];
      }
    >
  /** `your_result` is the first of `your_results`, for clients with one bet; null for spectators. */
  | Frame<
      "crashed",
      {
        readonly round_number: number;
        readonly crash_point: number;
        readonly server_seed: string;
        readonly your_result: CrashResultFrame | null;
        readonly your_results: readonly CrashResultFrame[];
      }
    >
  /** `entry_seq` is the wallet's journal number: an older one than the last seen is ignored. */
  | Frame<
      "balance",
      {
        readonly balance: number;
        readonly available_balance: number;
        readonly held: number;
        readonly currency: string;
        readonly entry_seq: number;
      }
    >
  /**
   * What the player left the table to do: bets for the next round and running autoplay orders, after each change and after a snapshot.
   * `dropped` is what has just ended without them; its `detail` is an error code where a stake was refused.
   */
  | Frame<
      "plans",
      {
        readonly queued: readonly Pick<CrashBetFrame, "slot" | "round_number" | "amount" | "auto_cashout">[];
        readonly autoplay: readonly {
          readonly slot: "A" | "B";
          readonly amount: number;
          readonly auto_cashout: number;
          readonly rounds: number;
          readonly rounds_taken: number;
          readonly net: number;
        }[];
        readonly dropped: {
          readonly slot: "A" | "B";
          readonly plan: "queue" | "autoplay";
          readonly reason: string;
          readonly detail: string | null;
        } | null;
      }
    >
  | Frame<"pong", { readonly server_time: string }>
  /** Codes as in HTTP. UNAUTHORIZED asks for `auth` with a fresh ticket. `request` says which frame was refused. */
  | Frame<
      "error",
      {
        readonly code: ErrorCode;
        readonly message: string;
        readonly details: Readonly<Record<string, unknown>>;
        readonly request: { readonly type: string; readonly key?: string | undefined; readonly bet_id?: string | undefined } | null;
      }
    >;

export type CrashServerFrameOf<Type extends CrashServerFrame["type"]> = Extract<CrashServerFrame, { type: Type }>;
