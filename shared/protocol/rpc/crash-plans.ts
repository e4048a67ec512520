/**
 * What a player leaves a table to do: a bet for the next round, and autoplay. No money is held for either; a stake is reserved when the
 * betting window opens, by the same way as a bet that is placed then.
 */
import type { AutoplayVerdict } from "../../crash/autoplay.ts";
import type { CrashBetView, CrashReply, PlaceCrashBet, Slot } from "./crash.ts";
import type { WalletRefusal } from "./wallet.ts";

export interface WaitingBetView {
  readonly betId: string;
  readonly slot: Slot;
  readonly stakeMinor: number;
  readonly autoCashOutHundredths: number | null;
  readonly roundNumber: number;
}

/** `refused`: the wallet took no stake, `detail` is the public error's code. `table_changed`: the player's next rounds are elsewhere. */
export type AutoplayEnd = AutoplayVerdict | "player" | "restricted" | "game_closed" | "table_changed" | "refused";

export interface AutoplayView {
  readonly orderId: string;
  readonly slot: Slot;
  readonly stakeMinor: number;
  readonly targetHundredths: number;
  readonly rounds: number;
  readonly roundsTaken: number;
  readonly stopLossMinor: number;
  readonly stopWinMinor: number;
  /** Payouts less stakes so far. */
  readonly netMinor: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly endReason: AutoplayEnd | null;
  readonly endDetail: string | null;
}

export interface CrashPlansView {
  readonly waiting: readonly WaitingBetView[];
  /** Orders that run, then those that ended, newest first. */
  readonly autoplay: readonly AutoplayView[];
}

export interface StartAutoplay extends Omit<PlaceCrashBet, "autoCashOutHundredths"> {
  readonly targetHundredths: number;
  readonly rounds: number;
  readonly stopLossMinor: number;
  readonly stopWinMinor: number;
}

/** One of the two: the bet waits, or the window is open and the bet is in. */
export type QueuedBet = { readonly waiting: WaitingBetView; readonly bet: null } | { readonly waiting: null; readonly bet: CrashBetView };

/** Why a wallet takes no stake, whatever its amount. */
export type StakeBar = Extract<WalletRefusal, { readonly reason: "self_excluded" | "wallet_frozen" | "account_frozen" }>;

export interface CrashPlansRpc {
  /** Bets in the next betting window, or in the one that is open. Refuses what `placeBet` refuses; idempotent by key. */
  queueBet(command: PlaceCrashBet): Promise<CrashReply<QueuedBet>>;
  /** Takes back what waits in the slot, or its bet while betting is open. Refuses not_found, and betting_closed for a bet in flight. */
  cancelBet(command: { readonly userId: string; readonly slot: Slot }): Promise<CrashReply<{ readonly cancelled: "waiting" | "bet" }>>;
  /** Starts an order; refuses what the tenant does not offer and a slot in which something waits. Idempotent by key. */
  startAutoplay(command: StartAutoplay): Promise<CrashReply<AutoplayView>>;
  /** Ends the slot's order; a bet of it that is in plays on. Refuses not_found. */
  stopAutoplay(command: { readonly userId: string; readonly slot: Slot }): Promise<CrashReply<AutoplayView>>;
  plans(userId: string): Promise<CrashPlansView>;
  /**
   * The player's wallet takes no stake any more: drops what waits, ends orders and, where it is said why, tells the player's connections.
   * Bets that are in play on. Idempotent.
   */
  playerRestricted(userId: string, why?: StakeBar): Promise<void>;
}
