/**
 * One table of a crash game, named `<game id>:<n>`: its bets and its sockets.
 *
 * A bet's row is stored, then its stake reserved, then it is in, if betting is still open. A cash-out is worth the multiplier of its
 * receipt here; it is noted, granted by the game, stored and only then answered. The table does not know the crash point: the game
 * tells it with the crash, and every open bet of the round is decided in one transaction. Wallets are told until they acknowledge.
 */
import { DurableObject } from "cloudflare:workers";
import { multiplierAt } from "../../shared/crash/curve.ts";
import { tenantOfGame } from "../../shared/crash/games.ts";
import { canonical } from "../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { PAGE_ROWS_MAX } from "../../shared/kernel/limits.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import { minor } from "../../shared/money/minor.ts";
import type {
  CrashBetView,
  CrashGameRpc,
  CrashReply,
  CrashTableRpc,
  PlaceCrashBet,
  RoundProof,
  RoundView,
  TableView,
} from "../../shared/protocol/rpc/crash.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { configOf } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { sha256Bytes, sha256Hex } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { durableSql } from "../platform/sql.ts";
import { balanceFrame, cashOutFrame, multiplierNow } from "./crash-frames.ts";
import { CRASH_TABLE_MIGRATIONS } from "./crash-table-schema.ts";
import { type BetRow, CrashTableStore, type NewBet, type TableRound, takesBets } from "./crash-table-store.ts";
import { ownName } from "./own-name.ts";
import { SETTLE_JOB, Settlement } from "./settlement.ts";
import { StakeWallets } from "./stake-wallets.ts";
import { TableBroadcast } from "./table-broadcast.ts";
import { TableClock } from "./table-clock.ts";
import { TableDoor } from "./table-door.ts";
import { TableSockets } from "./table-sockets.ts";

/** Looks after rounds whose end the table has not heard of. */
const WATCH_JOB = "watch";
const WATCH_MS = 5_000;

export class CrashTable extends DurableObject<Cloudflare.Env> implements CrashTableRpc {
  readonly #gameId: string;
  readonly #tenant: Tenant;
  readonly #store: CrashTableStore;
  readonly #alarms: AlarmTable;
  readonly #wallets: StakeWallets;
  readonly #settlement: Settlement;
  readonly #sockets: TableSockets;
  readonly #broadcast: TableBroadcast;
  readonly #door: TableDoor;
  readonly #clock: TableClock;
  /** Reservations in flight, so that a doubled request waits for the first one's answer. */
  readonly #reserving = new Map<string, Promise<CrashReply<BetRow>>>();
  #isSweeping = false;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, CRASH_TABLE_MIGRATIONS);
    const [gameId = ""] = ownName(sql, ctx.id).split(":");
    const tenant = tenantOfGame(gameId);
    invariant(tenant !== null, "a crash table belongs to a tenant's game");
    this.#gameId = gameId;
    this.#tenant = tenant;
    this.#store = new CrashTableStore(sql, gameId, tenant.crash);
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#wallets = new StakeWallets(env.WALLET, gameId, tenant.country);
    this.#sockets = new TableSockets(ctx);
    this.#broadcast = new TableBroadcast(this.#sockets, this.#store, gameId, tenant);
    this.#settlement = new Settlement(this.#store, this.#wallets, this.#alarms, (bet, receipt) =>
      this.#sockets.sendTo(bet.user_id, balanceFrame(receipt)),
    );
    this.#door = new TableDoor(this.#sockets, this.#broadcast, this, configOf(env).TICKET_SECRET);
    this.#clock = new TableClock(
      () => this.beat(),
      () => this.sweep(),
    );
    this.#alarms.rearm();
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
    // A visitor is a reason to play, and the round is known before the socket is: its first frame is the snapshot.
    await this.#join();
    await this.#broadcast.loadHistory(this.#game());
    const response = this.#door.open(request);
    this.#keepTime();
    return response;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.#door.hear(socket, message);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.close(socket, code);
    this.#keepTime();
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#sockets.forget(socket);
  }

  async roundChanged(round: RoundView): Promise<void> {
    this.#apply(round);
  }

  async presence(): Promise<{ readonly connections: number; readonly openBets: number }> {
    return { connections: this.#sockets.count(), openBets: this.#store.openBetCount() };
  }

  async view(): Promise<TableView> {
    const round = await this.#game().view();
    this.#apply(round);
    return { ...round, activePlayers: this.#store.players(round.roundNumber) };
  }

  async placeBet(command: PlaceCrashBet): Promise<CrashReply<{ readonly bet: CrashBetView; readonly replayed: boolean }>> {
    const { userId, country, slot, stakeMinor, autoCashOutHundredths } = command;
    if (country !== this.#tenant.country) return err({ reason: "not_licensed_here", country });
    const betId = idFromDigest("crb", sha256Bytes(`${this.#gameId}:${userId}:${command.key}`));
    const fingerprint = sha256Hex(canonical({ slot, stakeMinor, autoCashOutHundredths }));
    const replayed = this.#store.bet(betId) !== null;
    if (!replayed) {
      const bet = { betId, userId, slot, stakeMinor: minor(stakeMinor), autoCashOutHundredths, fingerprint };
      const inserted = await this.#insert(bet);
      if (!inserted.ok) return inserted;
    }
    const placed = await this.#confirm(betId, fingerprint);
    if (!placed.ok) return placed;
    this.#broadcast.betConfirmed(placed.value, command.key);
    return ok({ bet: this.#store.viewOf(placed.value), replayed });
  }

  async cashOut({ userId, betId }: { readonly userId: string; readonly betId: string | null }): Promise<CrashReply<CrashBetView>> {
    // Whatever happens below, this instant decides what the press is worth.
    const receivedAtMs = Date.now();
    const bet = betId === null ? this.#store.onlyActiveBet(userId) : this.#store.bet(betId);
    if (bet === null || bet.user_id !== userId || bet.status === "RESERVING" || bet.status === "VOID") return err({ reason: "not_found" });
    if (bet.status !== "ACTIVE") {
      if (bet.status === "CASHED_OUT") this.#sockets.sendTo(userId, cashOutFrame(this.#store.viewOf(bet)));
      return this.#ended(bet);
    }
    const round = this.#store.round();
    if (round?.number !== bet.round) return err({ reason: "unavailable" });
    if (round.status !== "RUNNING" || round.started_at === null) return err({ reason: "round_not_running" });
    const pressed = this.#store.press(bet.bet_id, multiplierAt(receivedAtMs - round.started_at, round.curve_millionths_per_ms));
    return this.#grant(bet, pressed);
  }

  async bets({ userId, limit }: { readonly userId: string; readonly limit: number }): Promise<readonly CrashBetView[]> {
    return this.#store.betsOf(userId, Math.min(limit, PAGE_ROWS_MAX)).map((bet) => this.#store.viewOf(bet));
  }

  /** Once a second while a round is on: leaves a sign of life, and tells the sockets where the flight is. */
  async beat(): Promise<void> {
    this.#store.beat(Date.now());
    this.#broadcast.state(Date.now());
    await this.sweep();
    this.#keepTime();
  }

  /** Pays the automatic targets that the flight has reached, and presses that could not be decided when they came. */
  async sweep(): Promise<void> {
    const round = this.#store.round();
    if (this.#isSweeping || round?.status !== "RUNNING") return;
    this.#isSweeping = true;
    try {
      const due = this.#store.dueMultipliers(round.number, multiplierNow(round, Date.now()));
      const reached = due.length === 0 ? [] : await this.#game().reachedTargets(round.number, due);
      this.#afterDecisions(this.#store.sweep(round.number, reached, Date.now()));
    } finally {
      this.#isSweeping = false;
      this.#keepTime();
    }
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
    this.#keepTime();
  }

  #runJob(job: AlarmJob): Promise<void> {
    switch (job.key) {
      case SETTLE_JOB:
        return this.#settlement.run();
      case WATCH_JOB:
        return this.#watch();
      default:
        throw new Error(`unknown job ${job.key}`);
    }
  }

  async #insert(bet: NewBet): Promise<CrashReply<null>> {
    const round = this.#store.round();
    if (round === null || !takesBets(round, Date.now())) {
      // The game may rest, or the table may have missed a change: a bet is a reason to ask.
      try {
        await this.#join();
      } catch (error) {
        log("warn", "crash_game_unreachable", { gameId: this.#gameId, error });
        return err({ reason: "unavailable" });
      }
    }
    const inserted = this.#store.insertBet(bet, Date.now());
    if (inserted === "slot_taken") return err({ reason: "slot_taken" });
    if (inserted === "betting_closed")
      return err({ reason: this.#store.round()?.status === "WAITING" ? "game_not_active" : "betting_closed" });
    this.#watchFrom(Date.now());
    return ok(null);
  }

  async #confirm(betId: string, fingerprint: string): Promise<CrashReply<BetRow>> {
    const bet = this.#store.bet(betId);
    if (bet === null) return err({ reason: "unavailable" });
    if (bet.fingerprint !== fingerprint) return err({ reason: "wallet", refusal: { reason: "idempotency_key_reused" } });
    if (bet.status === "VOID") return err({ reason: "betting_closed" });
    if (bet.status !== "RESERVING") return ok(bet);
    const reservation = this.#reserving.get(betId) ?? this.#reserve(bet);
    this.#reserving.set(betId, reservation);
    try {
      return await reservation;
    } finally {
      this.#reserving.delete(betId);
    }
  }

  async #reserve(bet: BetRow): Promise<CrashReply<BetRow>> {
    let reply: Awaited<ReturnType<StakeWallets["reserve"]>>;
    try {
      reply = await this.#wallets.reserve(bet);
    } catch (error) {
      // Whether the stake is held is unknown. The row stays: a retry asks again, and the end of betting gives it back.
      log("warn", "crash_reservation_unknown", { betId: bet.bet_id, error });
      return err({ reason: "unavailable" });
    }
    if (!reply.ok) {
      this.#store.dropBet(bet.bet_id);
      return err({ reason: "wallet", refusal: reply.error });
    }
    const confirmed = this.#store.confirmBet(bet.bet_id, Date.now());
    if (confirmed.status === "VOID") {
      this.#settle();
      return err({ reason: "betting_closed" });
    }
    this.#sockets.sendTo(bet.user_id, balanceFrame(reply.value));
    this.#keepTime();
    return ok(confirmed);
  }

  async #grant(bet: BetRow, pressed: number | null): Promise<CrashReply<CrashBetView>> {
    if (pressed !== null) {
      try {
        const granted = await this.#game().grantCashOut(bet.round, Math.min(pressed, bet.target_hundredths ?? pressed));
        if (granted !== null) this.#afterDecisions(this.#store.cashOut(bet.bet_id, granted, Date.now()));
      } catch (error) {
        // The press is stored with its multiplier: the next sweep or the end of the round decides it by the same rule.
        log("warn", "crash_game_unreachable", { gameId: this.#gameId, error });
        return err({ reason: "unavailable" });
      }
    }
    const now = this.#store.bet(bet.bet_id);
    invariant(now !== null, "a bet that is in stays");
    return this.#ended(now);
  }

  #ended(bet: BetRow): CrashReply<CrashBetView> {
    if (bet.status === "CASHED_OUT") return ok(this.#store.viewOf(bet));
    return err(bet.status === "REFUNDED" ? { reason: "bet_not_active", status: bet.status } : { reason: "too_late" });
  }

  async #join(): Promise<void> {
    this.#apply(await this.#game().join());
  }

  /** Takes a state from the game; with a crash, every open bet of that round is decided here. */
  #apply(view: RoundView): void {
    const decided = this.#store.applyRound(view, Date.now());
    if (decided === null) return;
    this.#afterDecisions(decided);
    const round = this.#store.round();
    if (round?.number === view.roundNumber && round.status === "CRASHED") this.#broadcast.crashed(round);
    this.#broadcast.state(Date.now());
    if (this.#store.openRounds().some((open) => open < view.roundNumber)) this.#alarms.schedule(WATCH_JOB, Date.now());
    this.#alarms.arm();
    this.#keepTime();
  }

  #afterDecisions(decided: readonly BetRow[]): void {
    this.#broadcast.cashedOut(decided.filter((bet) => bet.status === "CASHED_OUT"));
    this.#settle();
  }

  #settle(): void {
    if (this.#store.nextSettleAtMs() === null) return;
    this.#settlement.scheduleFrom(Date.now());
    this.ctx.waitUntil(this.#settlement.run());
  }

  /** Finds out how rounds with open bets stand when the game's word did not arrive. */
  async #watch(): Promise<void> {
    for (const number of this.#store.openRounds()) {
      const proof = await this.#game().proof(number);
      if (proof !== null) this.#apply(crashedView(this.#gameId, this.#store.roundNumbered(number), proof));
    }
    this.#apply(await this.#game().view());
    if (this.#store.openBetCount() > 0) this.#alarms.schedule(WATCH_JOB, Date.now() + WATCH_MS);
  }

  #watchFrom(nowMs: number): void {
    this.#alarms.scheduleIfAbsent(WATCH_JOB, nowMs + WATCH_MS);
    this.#alarms.arm();
  }

  #keepTime(): void {
    const round = this.#store.round();
    const isNeeded = this.#sockets.count() > 0 || this.#store.openBetCount() > 0;
    this.#clock.set(round, isNeeded, round === null ? null : this.#store.nextTarget(round.number), Date.now());
  }

  #game(): CrashGameRpc {
    return this.env.CRASH_GAME.getByName(this.#gameId);
  }
}

function crashedView(gameId: string, round: TableRound, proof: RoundProof): RoundView {
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
    serverTimeMs: Date.now(),
  };
}
