/**
 * What callers say to the crash objects. CrashGame (named by game id, e.g. `crash-ke`) owns the round; CrashTable (`<game id>:<n>`)
 * owns sockets and bets. Multipliers are hundredths (1.23x is 123), times milliseconds, amounts minor units.
 */
import type { Result } from "../../kernel/result.ts";
import type { WalletRefusal } from "./wallet.ts";

export type RoundStatus = "WAITING" | "BETTING" | "RUNNING" | "CRASHED";
export type Slot = "A" | "B";

/** What anyone may know about the round now. Never its hash or point before it crashed. */
export interface RoundView {
  readonly gameId: string;
  readonly roundNumber: number;
  readonly status: RoundStatus;
  /** The commitment: SHA-256 of this round's hash, which is the last revealed hash. */
  readonly serverSeedHash: string;
  readonly startedAtMs: number | null;
  readonly bettingEndsAtMs: number | null;
  readonly crashHundredths: number | null;
  readonly serverSeed: string | null;
  readonly activePlayers: number;
  readonly serverTimeMs: number;
}

export interface RoundResult {
  readonly roundNumber: number;
  readonly crashHundredths: number;
  readonly serverSeed: string;
  readonly startedAtMs: number;
  readonly crashedAtMs: number;
}

export type CrashRefusal =
  | { readonly reason: "game_not_active" }
  | { readonly reason: "betting_closed" }
  | { readonly reason: "slot_taken" }
  | { readonly reason: "not_found" }
  | { readonly reason: "round_not_running" }
  | { readonly reason: "too_late" }
  | { readonly reason: "already_cashed_out"; readonly multiplierHundredths: number; readonly payoutMinor: number }
  | { readonly reason: "wallet"; readonly refusal: WalletRefusal };

export interface CrashBetView {
  readonly betId: string;
  readonly gameId: string;
  readonly roundNumber: number;
  readonly slot: Slot;
  readonly stakeMinor: number;
  readonly autoCashOutHundredths: number | null;
  readonly status: "ACTIVE" | "CASHED_OUT" | "LOST" | "REFUNDED";
  readonly cashOutHundredths: number | null;
  readonly payoutMinor: number;
}

export type CrashReply<T> = Result<T, CrashRefusal>;
