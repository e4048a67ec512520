/**
 * The player's two hands in a crash round: each has its stake, its target, its bet, and a bet that waits for the next window. What they
 * hold is what the server said: a bet waits at the table, also when this page is gone.
 */
import { computed, type Signal, signal } from "@preact/signals";
import type { CrashBetFrame, CrashServerFrameOf } from "../../../shared/protocol/ws/crash.ts";

/** A bet that waits for the next betting window. */
export type WaitingBet = CrashServerFrameOf<"plans">["queued"][number];

export interface Hand {
  readonly slot: "A" | "B";
  readonly bet: Signal<CrashBetFrame | null>;
  readonly queued: Signal<WaitingBet | null>;
  readonly isSending: Signal<boolean>;
  readonly stakeText: Signal<string>;
  readonly autoText: Signal<string>;
}

function hand(slot: Hand["slot"]): Hand {
  return {
    slot,
    bet: signal(null),
    queued: signal(null),
    isSending: signal(false),
    stakeText: signal(""),
    autoText: signal("2.00"),
  };
}

export const HANDS: readonly [Hand, Hand] = [hand("A"), hand("B")];

/** The hand that the page shows whole. */
export const shownSlot = signal<Hand["slot"]>("A");
export const shownHand = computed(() => HANDS.find(({ slot }) => slot === shownSlot.value) ?? HANDS[0]);
export const otherHand = computed(() => HANDS.find(({ slot }) => slot !== shownSlot.value) ?? HANDS[1]);

export const hasQueued = computed(() => HANDS.some(({ queued }) => queued.value !== null));

export function handOf(slot: Hand["slot"]): Hand {
  return HANDS.find((one) => one.slot === slot) ?? HANDS[0];
}

/** The hand whose bet it is, or none of them any more. */
export function handWith(betId: string): Hand | null {
  return HANDS.find(({ bet }) => bet.value?.bet_id === betId) ?? null;
}

export function takeCashOut(betId: string, won: Pick<CrashBetFrame, "multiplier" | "payout" | "limited_by">): void {
  const held = handWith(betId);
  if (held === null || held.bet.value === null) return;
  held.bet.value = { ...held.bet.value, status: "CASHED_OUT", multiplier: won.multiplier, payout: won.payout, limited_by: won.limited_by };
}

/** How the round ended for each hand's bet. */
export function takeResults(results: CrashServerFrameOf<"crashed">["your_results"]): void {
  for (const { bet_id, status, multiplier, payout, limited_by } of results) {
    const held = handWith(bet_id);
    if (held !== null && held.bet.value !== null) held.bet.value = { ...held.bet.value, status, multiplier, payout, limited_by };
  }
}

/** How the last bet ended stays on the screen until the next flight. */
export function takeFlight(roundNumber: number): void {
  for (const { bet } of HANDS) if (bet.value !== null && roundNumber > bet.value.round_number) bet.value = null;
}

/** A bet that is in: its hand waits no more. What ended in the meantime is not begun again. */
export function takeBet(placed: CrashBetFrame): void {
  const { bet, queued } = handOf(placed.slot);
  if (bet.value?.bet_id !== placed.bet_id) bet.value = placed;
  queued.value = null;
}
