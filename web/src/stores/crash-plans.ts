/**
 * What the player left the table to do, as the table said last: bets for the next round go to their hands, autoplay is here, with the calls
 * that start and stop it. The server plays; this page may be gone.
 */
import { signal } from "@preact/signals";
import type { CrashServerFrameOf } from "../../../shared/protocol/ws/crash.ts";
import { call } from "../api/client.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { HANDS, type Hand } from "./crash-hands.ts";
import { say } from "./toasts.ts";

type Plans = CrashServerFrameOf<"plans">;
type Slot = Hand["slot"];

const plans = signal<Plans | null>(null);

/** The order that plays in the slot now. */
export function autoplayOf(slot: Slot): Plans["autoplay"][number] | null {
  return plans.value?.autoplay.find((order) => order.slot === slot) ?? null;
}

/** Why an order ended, by the code of what was refused or by the reason. */
const ENDS: Readonly<Record<string, MessageKey>> = {
  rounds_played: "autoplay_rounds_played",
  loss_reached: "autoplay_loss_reached",
  win_reached: "autoplay_win_reached",
  player: "autoplay_stopped",
  INSUFFICIENT_BALANCE: "autoplay_no_money",
};

/** Why a bet for the next round was not placed. */
const DROPS: Readonly<Record<string, MessageKey>> = {
  INSUFFICIENT_BALANCE: "queue_no_money",
  game_closed: "queue_game_closed",
  round_missed: "queue_round_missed",
  betting_closed: "queue_round_missed",
  slot_taken: "queue_slot_taken",
  table_changed: "queue_table_changed",
};

export function endOf(reason: string, detail: string | null): string {
  return t(ENDS[detail ?? reason] ?? "autoplay_ended");
}

export function takePlans(frame: Plans): void {
  plans.value = frame;
  for (const { slot, queued } of HANDS) queued.value = frame.queued.find((waiting) => waiting.slot === slot) ?? null;
  const { dropped } = frame;
  if (dropped === null) return;
  if (dropped.plan === "autoplay") say(endOf(dropped.reason, dropped.detail));
  else say(t(DROPS[dropped.detail ?? dropped.reason] ?? "queue_refused"), "bad");
}

export interface AutoplayOrder {
  readonly slot: Slot;
  readonly amount: number;
  readonly auto_cashout: number;
  readonly rounds: number;
  readonly stop_loss: number;
  readonly stop_win: number;
}

/** As the API tells of one that ended. */
export interface EndedOrder extends AutoplayOrder {
  readonly order_id: string;
  readonly rounds_taken: number;
  readonly net: number;
  readonly ended_at: string;
  readonly end_reason: string;
  readonly end_detail: string | null;
}

/** Throws what the server refuses; how the order stands comes over the socket. */
export async function startAutoplay(order: AutoplayOrder, key: string): Promise<void> {
  await call("POST", "/api/v1/games/crash/autoplay", { body: order, key });
}

export async function stopAutoplay(slot: Slot): Promise<void> {
  await call("POST", "/api/v1/games/crash/autoplay/stop", { body: { slot } });
}

/** The last orders that ended, the newest first. */
export async function endedOrders(): Promise<readonly EndedOrder[]> {
  const { autoplay } = await call<{ autoplay: readonly (Omit<EndedOrder, "ended_at"> & { ended_at: string | null })[] }>(
    "GET",
    "/api/v1/games/crash/plans",
  );
  return autoplay.filter((order): order is EndedOrder => order.ended_at !== null).sort((a, b) => (a.ended_at < b.ended_at ? 1 : -1));
}
