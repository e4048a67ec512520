/**
 * One table of a crash game, named `<game id>:<n>`: its bets and its sockets.
 *
 * The table does not know the crash point: the game tells it with the crash, and every open bet of the round is decided in one transaction.
 * Wallets are told until they acknowledge. Who sits here follows from the player's id and the round's number of tables; others are sent on.
 */
import { DurableObject } from "cloudflare:workers";
import { tenantOfGame } from "../../shared/crash/games.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { PAGE_ROWS_MAX } from "../../shared/kernel/limits.ts";
import { err, ok } from "../../shared/kernel/result.ts";
import { walletError } from "../../shared/protocol/http/wallet-error.ts";
import type {
  CrashBetsQuery,
  CrashBetView,
  CrashGameRpc,
  CrashReply,
  CrashTableRpc,
  PlaceCrashBet,
  RoundView,
  Slot,
  TablePresence,
} from "../../shared/protocol/rpc/crash.ts";
import type { CrashLoungeRpc } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { AutoplayView, CrashPlansView, QueuedBet, StakeBar, StartAutoplay } from "../../shared/protocol/rpc/crash-plans.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { configOf } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { OUTBOX_JOB } from "../platform/outbox.ts";
import { durableSql } from "../platform/sql.ts";
import { BetIntake, newBet } from "./bet-intake.ts";
import { CashOuts } from "./cash-outs.ts";
import { balanceFrame, cashOutFrame, errorFrame } from "./crash-frames.ts";
import { CRASH_TABLE_MIGRATIONS } from "./crash-table-schema.ts";
import { CrashTableStore, takesBets } from "./crash-table-store.ts";
import { GameTime } from "./game-time.ts";
import { LiveBetStore } from "./live-bet-store.ts";
import { LiveBets } from "./live-bets.ts";
import { OldRounds } from "./old-rounds.ts";
import { ownName } from "./own-name.ts";
import { PlanStore } from "./plan-store.ts";
import { PlayedReport } from "./played-report.ts";
import { RoundSummary } from "./round-summary.ts";
import { Seating } from "./seating.ts";
import { SETTLE_JOB, Settlement } from "./settlement.ts";
import { ShownNames } from "./shown-names.ts";
import { StakeWallets } from "./stake-wallets.ts";
import { TableBroadcast } from "./table-broadcast.ts";
import { TableClock } from "./table-clock.ts";
import { TableDoor } from "./table-door.ts";
import { TableOutbox } from "./table-outbox.ts";
import { TablePlans } from "./table-plans.ts";
import { type BetRow, crashedView, type TableName } from "./table-rows.ts";
import { TableSockets } from "./table-sockets.ts";

/** Looks after rounds whose end the table has not heard of. */
const WATCH_JOB = "watch";
const WATCH_MS = 5_000;

export class CrashTable extends DurableObject<Cloudflare.Env> implements CrashTableRpc {
  readonly #name: TableName;
  readonly #tenant: Tenant;
  readonly #time: GameTime;
  readonly #store: CrashTableStore;
  readonly #alarms: AlarmTable;
  readonly #settlement: Settlement;
  readonly #played: PlayedReport;
  readonly #oldRounds: OldRounds;
  readonly #sockets: TableSockets;
  readonly #live: LiveBets;
  readonly #outbox: TableOutbox;
  readonly #summary: RoundSummary;
  readonly #broadcast: TableBroadcast;
  readonly #seating: Seating;
  readonly #door: TableDoor;
  readonly #clock: TableClock;
  readonly #intake: BetIntake;
  readonly #cashOuts: CashOuts;
  readonly #planStore: PlanStore;
  readonly #plans: TablePlans;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, CRASH_TABLE_MIGRATIONS);
    const [gameId = "", number] = ownName(sql, ctx.id).split(":");
    const tenant = tenantOfGame(gameId);
    invariant(tenant !== null && Number(number) >= 1, "a crash table is one of a tenant's game");
    this.#name = { gameId, number: Number(number) };
    this.#tenant = tenant;
    this.#time = new GameTime(this.#name);
    this.#store = new CrashTableStore(sql, this.#name, tenant);
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#sockets = new TableSockets(ctx, tenant.crash.socketsPerPlayer);
    const lounge = (): CrashLoungeRpc => env.CRASH_LOUNGE.getByName(`${tenant.country}:${gameId}`);
    this.#live = new LiveBets(this.#sockets, new LiveBetStore(sql), new ShownNames(lounge), tenant);
    const { country } = tenant;
    this.#outbox = new TableOutbox({ sql, alarms: this.#alarms, name: this.#name, country, queue: env.PROJECTION_QUEUE });
    this.#summary = new RoundSummary({ sql, alarms: this.#alarms, name: this.#name, tenant, lounge, outbox: this.#outbox });
    this.#planStore = new PlanStore(sql, gameId, this.#store, this.#outbox);
    const parts = { sockets: this.#sockets, store: this.#store, live: this.#live, plans: this.#planStore };
    this.#broadcast = new TableBroadcast(parts, gameId, tenant);
    this.#seating = new Seating(this.#name, this.#sockets, () => this.#game());
    const wallets = new StakeWallets(env.WALLET, gameId, tenant.country);
    this.#settlement = new Settlement(this.#store, wallets, this.#alarms, (bet, receipt) =>
      this.#sockets.sendTo(bet.user_id, balanceFrame(receipt)),
    );
    const atDoor = { sockets: this.#sockets, broadcast: this.#broadcast, seating: this.#seating, store: this.#store };
    this.#door = new TableDoor(atDoor, this, configOf(env).TICKET_SECRET);
    this.#played = new PlayedReport(sql, this.#alarms, () => this.#game());
    this.#oldRounds = new OldRounds({ sql, alarms: this.#alarms, name: this.#name, archive: env.ARCHIVE });
    this.#clock = new TableClock(
      () => this.beat(),
      () => this.sweep(),
    );
    this.#intake = new BetIntake({
      ...{ gameId, store: this.#store, wallets, join: () => this.#join(), inserted: () => this.#watchFrom(Date.now()) },
      confirmed: (bets) => {
        if (bets.some(({ status }) => status === "VOID")) this.#settle();
        this.#keepTime();
      },
      reserved: (bet, receipt) => this.#sockets.sendTo(bet.user_id, balanceFrame(receipt)),
    });
    this.#cashOuts = new CashOuts({
      ...{ name: this.#name, store: this.#store, game: () => this.#game(), nowMs: () => this.#time.nowMs() },
      decided: (bets) => this.#afterDecisions(bets),
    });
    this.#plans = new TablePlans({
      ...{ tenant, store: this.#store, plans: this.#planStore, intake: this.#intake },
      sendTo: (userId, frame) => this.#sockets.sendTo(userId, frame),
      confirmed: (bet) => this.#broadcast.betConfirmed(bet, null),
      written: () => {
        this.#watchFrom(Date.now());
        this.#settle();
      },
    });
    this.#alarms.rearm();
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
    // A visitor is a reason to play, and the round is known before the socket is: its first frame is the snapshot.
    await this.#join();
    await this.#broadcast.loadHistory(this.#game());
    await this.#live.prepare(this.#roundNumber(), Date.now());
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

  async roundChanged(round: RoundView): Promise<TablePresence> {
    this.#time.heard(round);
    this.#apply(round);
    return this.presence();
  }

  async presence(): Promise<TablePresence> {
    const roundNumber = this.#roundNumber();
    const players = this.#store.players(roundNumber);
    // What waits for a round is a reason to play one.
    const openBets = this.#store.openBetCount() + this.#planStore.count();
    return { connections: this.#sockets.count(), openBets, players, roundNumber, ...this.#live.totals(roundNumber) };
  }

  async placeBet(command: PlaceCrashBet): Promise<CrashReply<{ readonly bet: CrashBetView; readonly replayed: boolean }>> {
    const { country } = command;
    if (country !== this.#tenant.country) return err({ reason: "not_licensed_here", country });
    const placed = await this.#intake.place(command);
    if (!placed.ok) return placed;
    const { bet, replayed } = placed.value;
    this.#broadcast.betConfirmed(bet, command.key);
    return ok({ bet: this.#store.viewOf(bet), replayed });
  }

  async cashOut({ userId, betId }: { readonly userId: string; readonly betId: string | null }): Promise<CrashReply<CrashBetView>> {
    // Whatever happens below, this instant decides what the press is worth.
    const receivedAtMs = this.#time.nowMs();
    const bet = betId === null ? this.#store.onlyActiveBet(userId) : this.#store.bet(betId);
    if (bet === null || bet.user_id !== userId || bet.status === "RESERVING" || bet.status === "VOID") return err({ reason: "not_found" });
    if (bet.status === "ACTIVE") return this.#cashOuts.press(bet, receivedAtMs);
    if (bet.status === "CASHED_OUT") this.#sockets.sendTo(userId, cashOutFrame(this.#store.viewOf(bet)));
    return this.#cashOuts.ended(bet);
  }

  async bets({ limit, ...query }: CrashBetsQuery): Promise<readonly CrashBetView[]> {
    return this.#store.betsOf({ ...query, limit: Math.min(limit, PAGE_ROWS_MAX + 1) }).map((bet) => this.#store.viewOf(bet));
  }

  async acknowledge(seqs: readonly number[]): Promise<void> {
    this.#outbox.acknowledge(seqs);
  }

  async nameChanged(userId: string, name: string | null): Promise<void> {
    await this.#live.nameChanged(userId, name, this.#roundNumber(), Date.now());
  }

  async queueBet(command: PlaceCrashBet): Promise<CrashReply<QueuedBet>> {
    const refusal = await this.#refusePlan(command);
    if (refusal !== null) return refusal;
    const round = this.#store.round();
    if (this.#store.bet(newBet(this.#name.gameId, command).betId) !== null || (round !== null && takesBets(round, Date.now()))) {
      const placed = await this.placeBet(command);
      return placed.ok ? ok({ waiting: null, bet: placed.value.bet }) : placed;
    }
    const waiting = this.#plans.wait(command);
    return waiting.ok ? ok({ waiting: waiting.value, bet: null }) : waiting;
  }

  async cancelBet({
    userId,
    slot,
  }: {
    readonly userId: string;
    readonly slot: Slot;
  }): Promise<CrashReply<{ cancelled: "waiting" | "bet" }>> {
    return this.#plans.cancel(userId, slot, Date.now());
  }

  async startAutoplay(command: StartAutoplay): Promise<CrashReply<AutoplayView>> {
    const refusal = await this.#refusePlan(command);
    if (refusal !== null) return refusal;
    const started = this.#plans.start(command, Date.now());
    this.#takePlans();
    return started;
  }

  async stopAutoplay({ userId, slot }: { readonly userId: string; readonly slot: Slot }): Promise<CrashReply<AutoplayView>> {
    return this.#plans.stop(userId, slot, Date.now());
  }

  async plans(userId: string): Promise<CrashPlansView> {
    return this.#planStore.plansOf(userId);
  }

  async playerRestricted(userId: string, why?: StakeBar): Promise<void> {
    this.#plans.dropAll(userId, "restricted");
    if (why !== undefined) this.#sockets.sendTo(userId, errorFrame(walletError(why), null));
  }

  /** Once a second while a round is on: leaves a sign of life, and tells the sockets where the flight is. */
  async beat(): Promise<void> {
    this.#store.beat(Date.now());
    this.#broadcast.beat(this.#time.nowMs());
    this.#takePlans();
    await this.sweep();
    await this.#report();
    this.#keepTime();
  }

  async sweep(): Promise<void> {
    try {
      await this.#cashOuts.sweep();
    } finally {
      this.#keepTime();
    }
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
    this.#keepTime();
  }

  async #runJob(job: AlarmJob): Promise<void> {
    if (await this.#played.run(job, this.ctx.id.name ?? this.ctx.id.toString())) return;
    if (await this.#summary.run(job)) return;
    if (await this.#oldRounds.run(job, Date.now())) return;
    switch (job.key) {
      case OUTBOX_JOB:
        return this.#outbox.drain();
      case SETTLE_JOB:
        return this.#settlement.run();
      case WATCH_JOB:
        return this.#watch();
      default:
        throw new Error(`unknown job ${job.key}`);
    }
  }

  async #join(): Promise<void> {
    this.#apply(await this.#time.asked(() => this.#game().join()));
  }

  /** Takes a state from the game; with a crash, every open bet of that round is decided here. */
  #apply(view: RoundView): void {
    if (view.status === "WAITING" && view.isClosed === true) this.#plans.dropAll(null, "game_closed");
    const decided = this.#store.applyRound(view, Date.now());
    const isNews = this.#broadcast.heardClosing(view);
    if (decided === null && isNews) this.#broadcast.state(this.#time.nowMs());
    if (decided === null) return;
    this.#live.heard(view);
    this.#sockets.recount();
    this.#broadcast.elsewhere(0);
    this.#afterDecisions(decided);
    if (view.status === "CRASHED") {
      this.#played.schedule(view.roundNumber, Date.now());
      this.#summary.schedule(view.roundNumber, Date.now());
      this.#oldRounds.schedule(Date.now());
    }
    const round = this.#store.round();
    if (round?.number === view.roundNumber && round.status === "CRASHED") this.#broadcast.crashed(round);
    this.#broadcast.state(this.#time.nowMs());
    if (round !== null) this.#seating.roundChanged(round);
    this.#takePlans();
    if (this.#store.openRounds().some((open) => open < view.roundNumber)) this.#alarms.schedule(WATCH_JOB, Date.now());
    this.#alarms.arm();
    this.#keepTime();
  }

  /** While bets come in: says how many play here, and hears how many play in all. */
  async #report(): Promise<void> {
    const presence = await this.presence();
    const all = await this.#seating.report(presence, this.#store.round());
    if (all !== null) this.#broadcast.elsewhere(all - presence.players);
  }

  #afterDecisions(decided: readonly BetRow[]): void {
    this.#broadcast.cashedOut(decided.filter((bet) => bet.status === "CASHED_OUT"));
    this.#plans.decided(decided);
    this.#settle();
  }

  #takePlans(): void {
    if (this.#planStore.count() === 0 && this.#planStore.unreserved().length === 0) return;
    this.ctx.waitUntil(this.#plans.take());
  }

  /** Whether the player may leave a plan here; asks the game how the round stands when none is under way. */
  async #refusePlan({ userId, country }: PlaceCrashBet | StartAutoplay): Promise<Extract<CrashReply<never>, { ok: false }> | null> {
    if (country !== this.#tenant.country) return err({ reason: "not_licensed_here", country });
    try {
      if (this.#store.round()?.status !== "RUNNING") await this.#join();
    } catch (error) {
      log("warn", "crash_game_unreachable", { gameId: this.#name.gameId, error });
      return err({ reason: "unavailable" });
    }
    const round = this.#store.round();
    if (round === null || round.status === "WAITING") return err({ reason: "game_not_active" });
    return this.#seating.isHere(userId, round.tables) ? null : err({ reason: "other_table", tables: round.tables });
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
      if (proof !== null) this.#apply(crashedView(this.#name.gameId, this.#store.roundNumbered(number), proof));
    }
    this.#apply(await this.#time.asked(() => this.#game().view()));
    if (this.#store.openBetCount() > 0) this.#alarms.schedule(WATCH_JOB, Date.now() + WATCH_MS);
  }

  #watchFrom(nowMs: number): void {
    this.#alarms.scheduleIfAbsent(WATCH_JOB, nowMs + WATCH_MS);
    this.#alarms.arm();
  }

  #keepTime(): void {
    const round = this.#store.round();
    const isNeeded = this.#sockets.count() > 0 || this.#store.openBetCount() > 0 || this.#planStore.count() > 0;
    this.#clock.set(round, isNeeded, round?.status === "RUNNING" ? this.#store.exits.next(round) : null, Date.now());
  }

  #roundNumber(): number {
    return this.#store.round()?.number ?? 0;
  }

  #game(): CrashGameRpc {
    return this.env.CRASH_GAME.getByName(this.#name.gameId);
  }
}
