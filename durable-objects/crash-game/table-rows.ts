/** Rows of a crash table as its database holds them, and what becomes one. Amounts are minor units, times milliseconds since 1970. */
import type { LimitedBy } from "../../shared/crash/cash-out.ts";
import type { RoundStatus } from "../../shared/crash/round.ts";
import type { Minor } from "../../shared/money/minor.ts";
import type { RoundProof, RoundView, Slot } from "../../shared/protocol/rpc/crash.ts";

/** A table that was away longer than this in a flight gives bets without a target back; published with the rules. */
export const INTERRUPTION_MS = 2_000;

export type TableRound = {
  number: number;
  status: RoundStatus;
  commitment: string;
  curve_millionths_per_ms: number;
  betting_ends_at: number | null;
  started_at: number | null;
  crashed_at: number | null;
  next_at: number | null;
  crash_hundredths: number | null;
  server_seed: string | null;
  beat_at: number | null;
  interrupted: number;
  /** How many tables the round has. */
  tables: number;
  /** The round's bounds at this table, as they were when it was first heard of; null for rounds of before there were any. */
  bet_payout_max: number | null;
  player_win_max: number | null;
  table_win_max: number | null;
};

export type BetStatus = "RESERVING" | "ACTIVE" | "CASHED_OUT" | "LOST" | "REFUNDED" | "VOID";

export type BetRow = {
  bet_id: string;
  round: number;
  user_id: string;
  slot: Slot;
  stake_minor: number;
  auto_hundredths: number | null;
  target_hundredths: number | null;
  fingerprint: string;
  status: BetStatus;
  placed_at: number;
  pressed_hundredths: number | null;
  cash_out_hundredths: number | null;
  payout_minor: number;
  settled_at: number | null;
  settle_attempts: number;
  settle_at: number | null;
  /** Which bound sent the bet out. */
  limited_by: LimitedBy | null;
};

export interface NewBet {
  readonly betId: string;
  readonly userId: string;
  readonly slot: Slot;
  readonly stakeMinor: Minor;
  readonly autoCashOutHundredths: number | null;
  readonly fingerprint: string;
}

export type InsertedBet = "inserted" | "betting_closed" | "other_table" | "slot_taken" | "known";

export interface TableName {
  readonly gameId: string;
  /** Among the game's tables, from 1. */
  readonly number: number;
}

/** The state that a crash would have been told by, from its proof: what a table that missed it applies. */
export function crashedView(gameId: string, round: TableRound, proof: RoundProof): RoundView {
  return {
    gameId,
    roundNumber: round.number,
    status: "CRASHED",
    serverSeedHash: round.commitment,
    startedAtMs: proof.startedAtMs,
    bettingEndsAtMs: round.betting_ends_at,
    crashedAtMs: proof.crashedAtMs,
    crashHundredths: proof.crashHundredths,
    serverSeed: proof.serverSeed,
    nextRoundAtMs: null,
    curveMillionthsPerMs: round.curve_millionths_per_ms,
    tables: round.tables,
    activePlayers: 0,
    serverTimeMs: Date.now(),
  };
}
