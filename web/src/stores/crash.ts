/**
 * The crash game as this page sees it: the round, the last results, and the server's clock; what the player has in it is `crash-hands.ts`.
 *
 * The round's state comes from the socket only. Nothing here guesses an outcome: a cash-out is shown when the server has said it.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import { CLOSED_REPLACED } from "../../../shared/protocol/ws/close-codes.ts";
import type { CrashBetFrame, CrashServerFrame, CrashServerFrameOf, CrashState } from "../../../shared/protocol/ws/crash.ts";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import { serverTime, UNKNOWN_CLOCK, withSample } from "../crash/clock.ts";
import { t } from "../i18n/i18n.ts";
import { route } from "../route.ts";
import { openSocket, type Socket } from "../sockets/socket.ts";
import { takeBalance } from "./account.ts";
import { HANDS, type Hand, hasQueued, takeBet, takeCashOut, takeFlight, takeResults, type WaitingBet } from "./crash-hands.ts";
import { takePlans } from "./crash-plans.ts";
import { refusalText } from "./refusals.ts";
import { say, sayTrouble } from "./toasts.ts";

/** One of the two. */
interface Queued {
  readonly queued: WaitingBet | null;
  readonly bet: CrashBetFrame | null;
}
type Snapshot = CrashServerFrameOf<"snapshot">;
type Terms = Pick<
  Snapshot,
  "curve_millionths_per_ms" | "stake_min" | "stake_max" | "payout_max" | "player_win_max" | "table_win_max" | "currency"
>;

export const round = signal<CrashState | null>(null);
export const terms = signal<Terms | null>(null);
export const history = signal<readonly { round_number: number; crash_point: number }[]>([]);
export const isCrashLineUp = signal(false);
/** The table closed this page's line because the player has opened newer ones; it stays down until they ask for it. */
export const isReplaced = signal(false);
/** When the next change of state is due, on our steady clock; null in flight. */
export const dueAtMs = signal<number | null>(null);
/** When a frame last came, on our steady clock. */
let heardAtMs = 0;

const HISTORY_MAX = 30;
/** Longer silences than this in flight stop the curve: what we would draw might have crashed. */
const SILENT_MS_MAX = 2_500;
let clock = UNKNOWN_CLOCK;
let socket: Socket | null = null;

/** Whether the hand has a bet in this round that has not ended. */
export function runs({ bet }: Hand): boolean {
  return bet.value?.status === "ACTIVE" && bet.value.round_number === round.value?.round_number;
}

export const mayBet = computed(() => round.value?.status === "BETTING" || round.value?.status === "WAITING");

/** Milliseconds of this flight to draw, or null when it is not known well enough to draw. */
export function elapsedMs(nowMs: number): number | null {
  const startedAt = round.value?.started_at;
  const server = serverTime(clock, nowMs);
  if (startedAt === null || startedAt === undefined || server === null || nowMs - heardAtMs > SILENT_MS_MAX) return null;
  return Math.max(0, server - Date.parse(startedAt));
}

/**
 * Bets in the round that takes bets, or in the next one: then the bet waits at the table, and this page may be closed. The key exists from
 * the tap on: asking again on a broken line can't bet twice.
 */
export async function placeBet({ slot, queued, isSending }: Hand, amount: number, autoCashOut: number | null): Promise<void> {
  if (isSending.value) return;
  isSending.value = true;
  try {
    const body = { amount, auto_cashout: autoCashOut, slot };
    const answer = await call<Queued>("POST", "/api/v1/games/crash/queue", { body, key: crypto.randomUUID() });
    if (answer.bet !== null) takeBet(answer.bet);
    // A round further on, the table has said since what became of it.
    else if (answer.queued !== null && answer.queued.round_number > (round.value?.round_number ?? 0)) queued.value = answer.queued;
  } catch (error) {
    sayTrouble(error);
  } finally {
    isSending.value = false;
  }
}

/** Takes back what waits, or the bet while its window is open. */
export async function takeBack({ slot, bet, queued, isSending }: Hand): Promise<void> {
  if (isSending.value) return;
  isSending.value = true;
  try {
    const { cancelled } = await call<{ cancelled: "waiting" | "bet" }>("POST", "/api/v1/games/crash/cancel", { body: { slot } });
    queued.value = null;
    if (cancelled === "bet") bet.value = null;
  } catch (error) {
    sayTrouble(error);
  } finally {
    isSending.value = false;
  }
}

/** Over HTTP rather than the socket: its answer is the player's proof, and it is retried when the line breaks. */
export async function cashOut({ bet, isSending }: Hand): Promise<void> {
  const running = bet.value;
  if (running === null || running.status !== "ACTIVE" || isSending.value) return;
  isSending.value = true;
  try {
    const body = { bet_id: running.bet_id };
    const answer = await call<Pick<CrashBetFrame, "multiplier" | "payout" | "limited_by">>("POST", "/api/v1/games/crash/cashout", {
      body,
      key: running.bet_id,
    });
    takeCashOut(running.bet_id, answer);
  } catch (error) {
    sayTrouble(error);
  } finally {
    isSending.value = false;
  }
}

function takeState(state: CrashState): void {
  const nowMs = performance.now();
  if (state.started_at !== null && state.status === "RUNNING") {
    clock = withSample(clock, Date.parse(state.started_at) + state.elapsed_ms, nowMs);
  }
  dueAtMs.value = state.time_remaining === null ? null : nowMs + state.time_remaining;
  if (state.status === "RUNNING") takeFlight(state.round_number);
  round.value = state;
}

/** A second of the round has passed: what was due is due a little sooner, and the clock gets a sample in flight. */
function takeBeat(frame: CrashServerFrameOf<"beat">): void {
  const current = round.value;
  if (current === null) return;
  if (current.status === "RUNNING" && current.started_at !== null)
    clock = withSample(clock, Date.parse(current.started_at) + frame.elapsed_ms, performance.now());
  round.value = { ...current, elapsed_ms: frame.elapsed_ms, active_players: frame.active_players ?? current.active_players };
}

function takeCrash(frame: CrashServerFrameOf<"crashed">): void {
  const current = round.value;
  if (current !== null && current.round_number <= frame.round_number) {
    round.value = { ...current, round_number: frame.round_number, status: "CRASHED", current_multiplier: frame.crash_point };
  }
  if (history.value[0]?.round_number !== frame.round_number) {
    history.value = [{ round_number: frame.round_number, crash_point: frame.crash_point }, ...history.value].slice(0, HISTORY_MAX);
  }
  takeResults(frame.your_results);
}

function takeFrame(frame: CrashServerFrame): void {
  heardAtMs = performance.now();
  switch (frame.type) {
    case "snapshot":
      clock = withSample(clock, Date.parse(frame.server_time), heardAtMs);
      terms.value = frame;
      history.value = frame.history;
      for (const hand of HANDS) hand.bet.value = frame.bets.find(({ slot }) => slot === hand.slot) ?? null;
      takeState(frame);
      break;
    case "change":
      if (round.value !== null) takeState({ ...round.value, ...frame });
      break;
    case "beat":
      takeBeat(frame);
      break;
    case "moved":
      socket?.reconnect(frame.reconnect_in_ms);
      break;
    case "bet_confirmed":
      takeBet(frame);
      break;
    case "cashout_success":
      takeCashOut(frame.bet_id, frame);
      break;
    case "crashed":
      takeCrash(frame);
      break;
    case "balance":
      takeBalance({ ...frame, version: frame.entry_seq });
      break;
    case "error":
      say(refusalText(frame), "bad");
      break;
    case "plans":
      takePlans(frame);
      break;
    case "state_update":
      takeState(frame);
      break;
    case "pong":
    case "bets":
    case "cashouts":
      break;
  }
}

async function connect(): Promise<Socket> {
  const { game_id: gameId } = await call<{ game_id: string }>("GET", "/api/v1/games/crash/current");
  return openSocket({
    // Lean: a player pays for each byte.
    path: `/ws/games/${encodeURIComponent(gameId)}?form=lean`,
    ping: "ping",
    asPlayer: true,
    onLine: (isUp) => (isCrashLineUp.value = isUp),
    final: {
      code: CLOSED_REPLACED,
      onClosed: () => {
        isReplaced.value = true;
      },
    },
    onFrame: (frame) => takeFrame(frame as CrashServerFrame),
  });
}

/** Brings the game back to this page, after newer pages took its line. */
export function comeBack(): void {
  isReplaced.value = false;
  socket?.reconnect();
}

/** Connects while the crash screen is open or a bet is running, and again as the player who logs in. */
export function startCrash(): void {
  const wanted = computed(() => route.value.screen === "crash" || HANDS.some(runs) || hasQueued.value);
  const isPlayer = computed(() => session.value !== null);
  effect(() => {
    if (!wanted.value) return undefined;
    void isPlayer.value;
    let isEnded = false;
    untracked(() => connect()).then(
      (opened) => {
        if (isEnded) opened.close();
        else socket = opened;
      },
      (error: unknown) => say(error instanceof Error ? error.message : t("something_wrong"), "bad"),
    );
    return () => {
      isEnded = true;
      socket?.close();
      socket = null;
      isCrashLineUp.value = false;
      isReplaced.value = false;
    };
  });
}
