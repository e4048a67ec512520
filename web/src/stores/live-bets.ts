/**
 * The list of the round's bets, in the full form of the table's socket: a connection of its own while the list is open, since the flight
 * itself needs a tenth of the bytes.
 */
import { signal } from "@preact/signals";
import type { CrashServerFrame, CrashServerFrameOf } from "../../../shared/protocol/ws/crash.ts";
import { openSocket } from "../sockets/socket.ts";

type BetsFrame = CrashServerFrameOf<"bets">;
export type LiveBet = BetsFrame["list"][number];

const SHOWN_MAX = 50;

export const liveBets = signal<readonly LiveBet[]>([]);
/** Of the game: how many bets, and what was staked. */
export const liveTotals = signal<BetsFrame["game"] | null>(null);
/** How many have left the round with a win. */
export const leftCount = signal(0);
let shownRound = 0;

/** Connects; gives what ends it. */
export function watchBets(gameId: string): () => void {
  const socket = openSocket({
    ...{ path: `/ws/games/${encodeURIComponent(gameId)}`, ping: "ping", asPlayer: true },
    onLine: () => undefined,
    onFrame: (frame) => takeFrame(frame as CrashServerFrame),
  });
  return () => socket.close();
}

function takeFrame(frame: CrashServerFrame): void {
  if (frame.type === "state_update" || frame.type === "snapshot") startRound(frame.round_number, frame.status !== "CRASHED");
  if (frame.type === "bets") takeBets(frame);
  if (frame.type === "cashouts" && frame.round_number === shownRound) {
    const left = new Map(frame.list.map((one) => [one.bet, one]));
    leftCount.value += frame.count;
    liveBets.value = liveBets.value.map((bet) => ({ ...bet, ...left.get(bet.bet) }));
  }
}

function startRound(round: number, isRunning: boolean): void {
  if (round <= shownRound || !isRunning) return;
  shownRound = round;
  liveBets.value = [];
  liveTotals.value = null;
  leftCount.value = 0;
}

function takeBets(frame: BetsFrame): void {
  if (frame.round_number < shownRound) return;
  startRound(frame.round_number, true);
  liveTotals.value = frame.game;
  // What was on its way when the whole list was told comes once more.
  const known = new Map((frame.whole ? [] : liveBets.value).map((bet) => [bet.bet, bet]));
  for (const bet of frame.list) known.set(bet.bet, { ...known.get(bet.bet), ...bet });
  liveBets.value = [...known.values()].sort((a, b) => b.amount - a.amount).slice(0, SHOWN_MAX);
}
