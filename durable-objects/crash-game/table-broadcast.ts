/**
 * What a table's sockets are told, and when: the state on each change and once a second, a player's own bets at once; the list of all
 * bets is live-bets.ts.
 *
 * A lean connection keeps the state itself: it gets what changed, and with each second how long the flight lasts and how many have left.
 * That is a tenth of the bytes, for those who pay for them.
 */
import { toMultiplier } from "../../shared/crash/multiplier.ts";
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { toMajor } from "../../shared/money/amount.ts";
import type { CrashGameRpc, RoundView } from "../../shared/protocol/rpc/crash.ts";
import type { CrashServerFrameOf, CrashState } from "../../shared/protocol/ws/crash.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { betFrame, type ClosingState, cashOutFrame, plansFrame, resultFrame, stateOf } from "./crash-frames.ts";
import type { CrashTableStore } from "./crash-table-store.ts";
import type { LiveBets } from "./live-bets.ts";
import type { PlanStore } from "./plan-store.ts";
import type { BetRow, TableRound } from "./table-rows.ts";
import type { TableSockets } from "./table-sockets.ts";

const HISTORY_ROUNDS = 20;

type HistoryItem = CrashServerFrameOf<"snapshot">["history"][number];

/** What there is to tell of. */
interface BroadcastParts {
  readonly sockets: TableSockets;
  readonly store: CrashTableStore;
  readonly live: LiveBets;
  readonly plans: PlanStore;
}

export class TableBroadcast {
  readonly #sockets: TableSockets;
  readonly #store: CrashTableStore;
  readonly #live: LiveBets;
  readonly #gameId: string;
  readonly #tenant: Tenant;
  readonly #plans: PlanStore;
  /** Newest first; loaded from the game once, then kept. */
  #history: HistoryItem[] | null = null;
  /** Players with a bet in the round at other tables, by the game's last word. */
  #elsewhere = 0;
  /** By the game's last word; one that wakes is told again before it greets anybody. */
  #closing: ClosingState = { isClosed: false, closedFor: null };
  /** What lean connections have been told; null when that is not known. */
  #told: CrashState | null = null;

  constructor({ sockets, store, live, plans }: BroadcastParts, gameId: string, tenant: Tenant) {
    this.#sockets = sockets;
    this.#store = store;
    this.#live = live;
    this.#gameId = gameId;
    this.#tenant = tenant;
    this.#plans = plans;
  }

  async loadHistory(game: CrashGameRpc): Promise<void> {
    if (this.#history !== null) return;
    const rounds = await game.history(HISTORY_ROUNDS);
    this.#history = rounds.map((round) => ({ round_number: round.roundNumber, crash_point: toMultiplier(round.crashHundredths) }));
  }

  /** Everything that a page needs to begin with. */
  snapshot(socket: WebSocket, nowMs: number): void {
    const round = this.#store.round();
    if (round === null) return;
    const { crash, currency } = this.#tenant;
    const caps = this.#store.capsOf(round, nowMs);
    const userId = this.#sockets.playerOf(socket, nowMs)?.userId ?? null;
    const bets = userId === null ? [] : this.#store.betsOfRound(round.number, userId);
    this.#sockets.send(socket, {
      type: "snapshot",
      ...this.#state(round, nowMs),
      curve_millionths_per_ms: round.curve_millionths_per_ms,
      stake_min: toMajor(crash.stake.minMinor),
      stake_max: toMajor(crash.stake.maxMinor),
      payout_max: toMajor(caps.betPayoutMaxMinor),
      player_win_max: toMajor(caps.playerWinMaxMinor),
      table_win_max: toMajor(caps.tableWinMaxMinor),
      currency,
      server_time: toRfc3339(unixMs(nowMs)),
      history: this.#history ?? [],
      authenticated: userId !== null,
      bets: bets.map((bet) => betFrame(this.#store.viewOf(bet))),
    });
    if (!this.#sockets.stateOf(socket).isLean) this.#live.greet(socket, round.number, nowMs);
    if (userId !== null) this.#sockets.send(socket, plansFrame(this.#plans.plansOf(userId), null));
  }

  /** Takes in whether the game is closed and why, unless the word is older than the round; says whether that is news. */
  heardClosing({ roundNumber, isClosed = false, closedFor = null }: RoundView): boolean {
    const isOther = isClosed !== this.#closing.isClosed || closedFor !== this.#closing.closedFor;
    const isNews = isOther && roundNumber >= (this.#store.round()?.number ?? 0);
    if (isNews) this.#closing = { isClosed, closedFor };
    return isNews;
  }

  /** Players at other tables, for the count that everybody sees. */
  elsewhere(players: number): void {
    this.#elsewhere = Math.max(0, players);
  }

  /** After a change: all of the state, and to lean connections what changed of it. */
  state(nowMs: number): void {
    const round = this.#store.round();
    if (round === null || this.#sockets.count() === 0) return;
    const state = this.#state(round, nowMs);
    const lean = changedOf(this.#told, state);
    this.#told = state;
    this.#sockets.broadcast({ type: "state_update", ...state }, { type: "change", ...lean });
  }

  /** Once a second. */
  beat(nowMs: number): void {
    const round = this.#store.round();
    if (round === null || this.#sockets.count() === 0) return;
    const state = this.#state(round, nowMs);
    const left = this.#live.takeLeft();
    const isNews = state.active_players !== this.#told?.active_players;
    if (this.#told !== null) this.#told = { ...this.#told, active_players: state.active_players };
    this.#sockets.broadcast(
      { type: "state_update", ...state },
      {
        ...{ type: "beat", elapsed_ms: state.elapsed_ms },
        ...(isNews ? { active_players: state.active_players } : {}),
        ...(left > 0 ? { left } : {}),
      },
    );
  }

  betConfirmed(bet: BetRow, key: string | null): void {
    this.#sockets.sendTo(bet.user_id, { type: "bet_confirmed", ...betFrame(this.#store.viewOf(bet)), key });
    this.#live.placed(bet);
  }

  /** Tells each player of their own, and leaves the rest to the list. */
  cashedOut(bets: readonly BetRow[]): void {
    for (const bet of bets) this.#sockets.sendTo(bet.user_id, cashOutFrame(this.#store.viewOf(bet)));
    this.#live.cashedOut(bets);
  }

  /** The end of the latest round, to each player with their own results. */
  crashed(round: TableRound): void {
    if (round.crash_hundredths === null || round.server_seed === null) return;
    const point = { round_number: round.number, crash_point: toMultiplier(round.crash_hundredths) };
    if (this.#history?.[0]?.round_number !== round.number) this.#history = [point, ...(this.#history ?? [])].slice(0, HISTORY_ROUNDS);
    this.#live.flush(Date.now());
    const crashed = { type: "crashed", ...point, server_seed: round.server_seed } as const;
    const own = Map.groupBy(this.#store.betsInRound(round.number), (bet) => bet.user_id);
    const ownFrames = [...own].map(([userId, bets]) => {
      const results = bets.map((bet) => resultFrame(this.#store.viewOf(bet)));
      return [userId, { ...crashed, your_result: results[0] ?? null, your_results: results }] as const;
    });
    this.#sockets.sendOwn(new Map(ownFrames), { ...crashed, your_result: null, your_results: [] });
  }

  #state(round: TableRound, nowMs: number) {
    const activePlayers = this.#store.players(round.number) + this.#elsewhere;
    return stateOf(this.#gameId, round, { activePlayers, closing: this.#closing }, nowMs);
  }
}

/** The fields that differ from what was told; the time always. */
function changedOf(told: CrashState | null, state: CrashState): Partial<CrashState> {
  if (told === null) return state;
  const isSame = (name: string) => told[name as keyof CrashState] === state[name as keyof CrashState];
  return Object.fromEntries(Object.entries(state).filter(([name]) => name === "elapsed_ms" || !isSame(name)));
}
