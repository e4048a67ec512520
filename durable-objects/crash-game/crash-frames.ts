/** From rows to frames: the only place where the table's integers become the wire's numbers. */
import { multiplierAt } from "../../shared/crash/curve.ts";
import { ONE_HUNDREDTHS, toMultiplier } from "../../shared/crash/multiplier.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { toMajor } from "../../shared/money/amount.ts";
import { minor } from "../../shared/money/minor.ts";
import { ERRORS } from "../../shared/protocol/http/errors.ts";
import type { PublicError } from "../../shared/protocol/http/wallet-error.ts";
import type { CrashBetView } from "../../shared/protocol/rpc/crash.ts";
import type { ClosingReason } from "../../shared/protocol/rpc/crash-fairness.ts";
import type { CrashPlansView } from "../../shared/protocol/rpc/crash-plans.ts";
import type { Receipt } from "../../shared/protocol/rpc/wallet.ts";
import type { CrashBetFrame, CrashResultFrame, CrashServerFrame, CrashState } from "../../shared/protocol/ws/crash.ts";
import type { PlanDropped } from "./plan-store.ts";
import type { TableRound } from "./table-rows.ts";

type WithoutSeq<Frame> = Frame extends { readonly seq: number } ? Omit<Frame, "seq"> : never;
/** A frame before its connection's sequence number is put on it. */
export type UnsentFrame = WithoutSeq<CrashServerFrame>;

/** Whether the game is closed, and why where that was told. */
export interface ClosingState {
  readonly isClosed: boolean;
  readonly closedFor: ClosingReason | null;
}

export function stateOf(
  gameId: string,
  round: TableRound,
  { activePlayers, closing }: { readonly activePlayers: number; readonly closing: ClosingState },
  nowMs: number,
): CrashState {
  return {
    game_id: gameId,
    round_number: round.number,
    status: round.status,
    current_multiplier: toMultiplier(multiplierNow(round, nowMs)),
    elapsed_ms: round.started_at === null ? 0 : Math.max(0, (round.crashed_at ?? nowMs) - round.started_at),
    started_at: round.started_at === null ? null : toRfc3339(unixMs(round.started_at)),
    time_remaining: remainingMs(round, nowMs),
    active_players: activePlayers,
    server_seed_hash: round.commitment,
    closed: closing.isClosed,
    closed_for: closing.closedFor,
  };
}

/** The multiplier by the table's clock; the crash point afterwards. */
export function multiplierNow(round: TableRound, nowMs: number): number {
  if (round.crash_hundredths !== null) return round.crash_hundredths;
  if (round.status !== "RUNNING" || round.started_at === null) return ONE_HUNDREDTHS;
  return multiplierAt(nowMs - round.started_at, round.curve_millionths_per_ms);
}

/** Never told in flight: it is the secret. */
function remainingMs(round: TableRound, nowMs: number): number | null {
  const endsAtMs = round.status === "BETTING" ? round.betting_ends_at : round.status === "CRASHED" ? round.next_at : null;
  return endsAtMs === null ? null : Math.max(0, endsAtMs - nowMs);
}

export function betFrame(bet: CrashBetView): CrashBetFrame {
  return {
    bet_id: bet.betId,
    round_number: bet.roundNumber,
    slot: bet.slot,
    amount: major(bet.stakeMinor),
    auto_cashout: bet.autoCashOutHundredths === null ? null : toMultiplier(bet.autoCashOutHundredths),
    status: bet.status,
    multiplier: bet.cashOutHundredths === null ? null : toMultiplier(bet.cashOutHundredths),
    payout: major(bet.payoutMinor),
    limited_by: bet.limitedBy,
  };
}

export function resultFrame(bet: CrashBetView): CrashResultFrame {
  invariant(bet.status !== "ACTIVE", "a result is of an ended bet");
  return {
    bet_id: bet.betId,
    slot: bet.slot,
    cashed_out: bet.status === "CASHED_OUT",
    multiplier: bet.cashOutHundredths === null ? null : toMultiplier(bet.cashOutHundredths),
    payout: major(bet.payoutMinor),
    limited_by: bet.limitedBy,
    status: bet.status,
  };
}

export function cashOutFrame(bet: CrashBetView): UnsentFrame {
  return {
    type: "cashout_success",
    bet_id: bet.betId,
    multiplier: toMultiplier(bet.cashOutHundredths ?? ONE_HUNDREDTHS),
    payout: major(bet.payoutMinor),
    limited_by: bet.limitedBy,
  };
}

export function balanceFrame({ balances, head }: Receipt<unknown>): UnsentFrame {
  return {
    type: "balance",
    balance: major(balances.cashMinor),
    available_balance: major(balances.availableMinor),
    held: major(balances.heldMinor),
    currency: balances.currency,
    entry_seq: head.seq,
  };
}

export function plansFrame({ waiting, autoplay }: CrashPlansView, dropped: PlanDropped | null): UnsentFrame {
  return {
    type: "plans",
    queued: waiting.map((bet) => ({
      slot: bet.slot,
      round_number: bet.roundNumber,
      amount: major(bet.stakeMinor),
      auto_cashout: bet.autoCashOutHundredths === null ? null : toMultiplier(bet.autoCashOutHundredths),
    })),
    autoplay: autoplay
      .filter((order) => order.endedAtMs === null)
      .map((order) => ({
        slot: order.slot,
        amount: major(order.stakeMinor),
        auto_cashout: toMultiplier(order.targetHundredths),
        rounds: order.rounds,
        rounds_taken: order.roundsTaken,
        net: major(order.netMinor),
      })),
    dropped: dropped === null ? null : { slot: dropped.slot, plan: dropped.plan, reason: dropped.reason, detail: dropped.detail },
  };
}

export interface FrameName {
  readonly type: string;
  readonly key?: string | undefined;
  readonly bet_id?: string | undefined;
}

export function errorFrame({ code, details = {} }: PublicError, request: FrameName | null): UnsentFrame {
  const [, message, remedy] = ERRORS[code];
  return { type: "error", code, message: `${message} ${remedy}`, details, request };
}

export function major(amountMinor: number): number {
  return toMajor(minor(amountMinor));
}
