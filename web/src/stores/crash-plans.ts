/** The player's autoplay as the table said last, and the calls that start and stop it. The server plays; this page may be gone. */
import { computed, signal } from "@preact/signals";
import type { CrashServerFrameOf } from "../../../shared/protocol/ws/crash.ts";
import { call } from "../api/client.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { say } from "./toasts.ts";

type Plans = CrashServerFrameOf<"plans">;

/** The slot that this page plays in. */
const SLOT = "A";
const plans = signal<Plans | null>(null);

export const autoplay = computed(() => plans.value?.autoplay.find(({ slot }) => slot === SLOT) ?? null);

const ENDS: Readonly<Record<string, MessageKey>> = {
  rounds_played: "autoplay_rounds_played",
  loss_reached: "autoplay_loss_reached",
  win_reached: "autoplay_win_reached",
  player: "autoplay_stopped",
  INSUFFICIENT_BALANCE: "autoplay_no_money",
};

export function takePlans(frame: Plans): void {
  plans.value = frame;
  const { dropped } = frame;
  if (dropped === null || dropped.plan !== "autoplay") return;
  say(t(ENDS[dropped.detail ?? dropped.reason] ?? "autoplay_ended"));
}

export interface AutoplayOrder {
  readonly amount: number;
  readonly auto_cashout: number;
  readonly rounds: number;
  readonly stop_loss: number;
  readonly stop_win: number;
}

/** Throws what the server refuses; how the order stands comes over the socket. */
export async function startAutoplay(order: AutoplayOrder, key: string): Promise<void> {
  await call("POST", "/api/v1/games/crash/autoplay", { body: { ...order, slot: SLOT }, key });
}

export async function stopAutoplay(): Promise<void> {
  await call("POST", "/api/v1/games/crash/autoplay/stop", { body: { slot: SLOT } });
}
