/**
 * One crash game, named by its tenant's game id: the round's clock and its secret.
 *
 * WAITING -> BETTING -> RUNNING -> CRASHED by rows with instants; the alarm ends phases, a short timer only makes the end sharper, and any
 * call moves on what is overdue. With nobody at a table the game rests after its round and no alarm stands. The round's hash and point
 * stay in the stores until the crash; tables ask `grantCashOut`, which never tells more than the clock does.
 */
import { DurableObject } from "cloudflare:workers";
import { multiplierAt } from "../../shared/crash/curve.ts";
import { tenantOfGame } from "../../shared/crash/games.ts";
import { toHex } from "../../shared/crash/hash.ts";
import { tablesWanted } from "../../shared/crash/seats.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { PAGE_ROWS_MAX } from "../../shared/kernel/limits.ts";
import { ok, type Result } from "../../shared/kernel/result.ts";
import type { CrashGameRpc, FairnessView, RoundProof, RoundResult, RoundView, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import type {
  ChainImport,
  ChainRefusal,
  ChainStatement,
  ChainView,
  ClosingReason,
  GameReport,
  PlayedRound,
  SaltRefusal,
} from "../../shared/protocol/rpc/crash-fairness.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { configOf } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { OUTBOX_JOB, Outbox } from "../platform/outbox.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { ChainStore } from "./chain-store.ts";
import { ChainVault } from "./chain-vault.ts";
import { CRASH_GAME_MIGRATIONS } from "./crash-game-schema.ts";
import { ANNOUNCE_AGAIN_MS, ANNOUNCE_JOB, CrashGameStore, PHASE_JOB, type RoundRow } from "./crash-game-store.ts";
import { GameFairness } from "./game-fairness.ts";
import { GameTables } from "./game-tables.ts";
import { ownName } from "./own-name.ts";

const RANDOM_BYTES = 32;
const DEVELOPMENT_SALT_SOURCE = "development: drawn at random after the chain was committed";

export class CrashGame extends DurableObject<Cloudflare.Env> implements CrashGameRpc {
  readonly #gameId: string;
  readonly #tenant: Tenant;
  readonly #chains: ChainStore;
  readonly #store: CrashGameStore;
  readonly #fairnessOf: GameFairness;
  readonly #alarms: AlarmTable;
  readonly #outbox: Outbox;
  readonly #tables: GameTables;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Why the game is closed, as the tables know it. */
  #toldClosedFor: ClosingReason | null;
  /** Somebody came during the pause, and may not be at a table yet. Losing it costs a visitor one more `join`. */
  #isWanted = false;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const sql: Sql = durableSql(ctx.storage);
    migrate(sql, CRASH_GAME_MIGRATIONS);
    this.#gameId = ownName(sql, ctx.id);
    const tenant = tenantOfGame(this.#gameId);
    invariant(tenant !== null, "a crash game belongs to a tenant");
    this.#tenant = tenant;
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#outbox = new Outbox(sql);
    const secret = configOf(env).CRASH_CHAIN_SECRET;
    const vault = new ChainVault(secret);
    this.#chains = new ChainStore(sql, this.#gameId, vault);
    this.#store = new CrashGameStore(sql, this.#chains, this.#alarms, this.#outbox, tenant.crash);
    this.#tables = new GameTables(this.#gameId, (number) => env.CRASH_TABLE.getByName(`${this.#gameId}:${number}`));
    this.#fairnessOf = new GameFairness({ sql, chains: this.#chains, store: this.#store, vault, secret, rules: tenant.crash });
    this.#toldClosedFor = this.#fairnessOf.closedFor;
    this.#alarms.rearm();
  }

  async view(): Promise<RoundView> {
    return this.#view(await this.#ready());
  }

  async join(): Promise<RoundView> {
    const round = await this.#ready();
    if (round.status === "CRASHED") this.#isWanted = true;
    if (this.#store.open(Date.now())) this.#moved();
    this.#tellClosing();
    return this.#view(round.status === "WAITING" ? this.#current() : round);
  }

  async history(limit: number): Promise<readonly RoundResult[]> {
    await this.#ready();
    return this.#store.history(Math.min(limit, PAGE_ROWS_MAX));
  }

  async proof(roundNumber: number): Promise<RoundProof | null> {
    await this.#ready();
    return this.#store.proof(roundNumber);
  }

  async fairness(): Promise<FairnessView> {
    return this.#fairnessOf.view(await this.#ready());
  }

  async publishSalt(salt: string, source: string, by?: string): Promise<Result<FairnessView, SaltRefusal>> {
    const round = this.#current();
    const isProduction = configOf(this.env).ENVIRONMENT === "production";
    const published = this.#fairnessOf.publishSalt(round, { salt, source, by: by ?? null, isProduction }, Date.now());
    return published.ok ? ok(this.#fairnessOf.view(round)) : published;
  }

  async beginChain(statement: ChainStatement, by: string): Promise<Result<ChainImport, ChainRefusal>> {
    this.#current();
    return this.#fairnessOf.beginChain(statement, by, randomHex(), Date.now());
  }

  async addChainPage(terminatingHash: string, page: number, sealed: string): Promise<Result<ChainImport, ChainRefusal>> {
    return this.#fairnessOf.addChainPage(terminatingHash, page, sealed);
  }

  async publishChain(terminatingHash: string, by: string): Promise<Result<ChainView, ChainRefusal>> {
    const published = this.#fairnessOf.publishChain(terminatingHash, by, Date.now());
    this.#tellClosing();
    this.#alarms.arm();
    return published;
  }

  async recordPlayed(tableName: string, roundNumber: number, part: PlayedRound): Promise<void> {
    this.#fairnessOf.recordPlayed(tableName, roundNumber, part, Date.now());
    this.#tellClosing();
  }

  async fairnessReport(): Promise<GameReport> {
    await this.#ready();
    return this.#fairnessOf.report();
  }

  async close(): Promise<boolean> {
    await this.#ready();
    const wasOpen = this.#fairnessOf.close(Date.now());
    this.#tellClosing();
    return wasOpen;
  }

  async reopen(): Promise<boolean> {
    const wasClosed = this.#fairnessOf.reopen();
    if (wasClosed) log("warn", "crash_game_reopened", { gameId: this.#gameId });
    this.#tellClosing();
    // Who sat through it need not come again.
    const { connections, openBets } = await this.#tables.presence(this.#store.tablesToTell(this.#current()));
    if (wasClosed && connections + openBets > 0 && this.#store.open(Date.now())) this.#moved();
    return wasClosed;
  }

  async grantCashOuts(roundNumber: number, hundredths: readonly number[]): Promise<readonly (number | null)[]> {
    const reached = await this.#reached(roundNumber);
    return hundredths.map((asked) => {
      if (reached === null) return null;
      const granted = reached.isOver ? asked : Math.min(asked, reached.hundredths);
      return granted <= reached.hundredths ? granted : null;
    });
  }

  async reportPresence(table: number, presence: TablePresence): Promise<number> {
    this.#tables.report(table, presence);
    return this.#tables.players(presence.roundNumber);
  }

  async acknowledge(seqs: readonly number[]): Promise<void> {
    this.#outbox.acknowledge(seqs);
    if (this.#outbox.pending() === 0) this.#alarms.cancel(OUTBOX_JOB);
  }

  override async alarm(): Promise<void> {
    await this.#ready();
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
  }

  async #runJob(job: AlarmJob): Promise<void> {
    switch (job.key) {
      case PHASE_JOB:
        this.#endOverduePhases();
        return this.#endPause();
      case ANNOUNCE_JOB:
        return this.#announceAgain();
      case OUTBOX_JOB:
        return this.#drainOutbox();
      default:
        throw new Error(`unknown job ${job.key}`);
    }
  }

  /** How far a flight has come, or came: what may be told about it now. Null when it does not fly yet. */
  async #reached(roundNumber: number): Promise<{ readonly hundredths: number; readonly isOver: boolean } | null> {
    const round = await this.#ready();
    const flight = this.#store.flight(roundNumber);
    if (flight === null) return null;
    if (flight.status === "CRASHED") return { hundredths: flight.crashHundredths, isOver: true };
    const rate = this.#store.chainOf(round).curve_millionths_per_ms;
    return { hundredths: multiplierAt(Date.now() - flight.startedAtMs, rate), isOver: false };
  }

  /** The current round, with its salt where this environment draws one, and with overdue phases ended. */
  async #ready(): Promise<RoundRow> {
    const round = this.#current();
    const { salt, origin } = this.#store.chainOf(round);
    if (salt === null && origin === "object" && this.#isDevelopment()) {
      // The commitment is on disk before the salt is drawn: that order is what the salt is for.
      await this.ctx.storage.sync();
      this.#chains.fixSalt(round.chain, randomHex(), DEVELOPMENT_SALT_SOURCE, Date.now());
    }
    return this.#endOverduePhases();
  }

  /** Only there does the game salt a chain by itself and go on with one of its own when a chain has ended. */
  #isDevelopment(): boolean {
    return configOf(this.env).ENVIRONMENT === "development";
  }

  #current(): RoundRow {
    return this.#store.current(Date.now(), randomHex);
  }

  #endOverduePhases(): RoundRow {
    let hasMoved = false;
    while (this.#store.endPhase(Date.now())) hasMoved = true;
    if (hasMoved) this.#moved();
    return this.#current();
  }

  /** After the pause: opens the next round if anyone is at a table, rests otherwise. */
  async #endPause(): Promise<void> {
    if (!this.#store.isPauseOver(Date.now())) return;
    const round = this.#current();
    const { connections, openBets } = await this.#tables.presence(this.#store.tablesToTell(round));
    const isWanted = this.#isWanted || connections + openBets > 0;
    const tables = tablesWanted(round.tables, connections, this.#tenant.crash.seatsPerTable);
    if (!this.#store.rest(tables, Date.now(), this.#isDevelopment() ? randomHex : null)) return;
    this.#isWanted = false;
    await this.#ready();
    if (isWanted) this.#store.open(Date.now());
    this.#moved();
    this.#toldClosedFor = this.#fairnessOf.closedFor;
  }

  /** After every change of state: sets the alarm and the timer, and tells the tables. */
  #moved(): void {
    const round = this.#current();
    this.#alarms.arm();
    this.#setTimer(round);
    if (round.status === "CRASHED")
      log("info", "crash_round_ended", { gameId: this.#gameId, round: round.number, crashHundredths: round.crash_hundredths });
    this.#announceInBackground();
  }

  /** A closed game changes its state no more: its tables are told that by itself. The job stands before anything is told. */
  #tellClosing(): void {
    const { closedFor } = this.#fairnessOf;
    if (closedFor === this.#toldClosedFor) return;
    this.#toldClosedFor = closedFor;
    this.#alarms.schedule(ANNOUNCE_JOB, Date.now() + ANNOUNCE_AGAIN_MS);
    this.#alarms.arm();
    this.#announceInBackground();
  }

  #setTimer(round: RoundRow): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const endsAtMs = round.status === "BETTING" ? round.betting_ends_at : round.status === "RUNNING" ? round.crash_at : null;
    if (endsAtMs === null) return;
    this.#timer = setTimeout(() => {
      try {
        this.#endOverduePhases();
      } catch (error) {
        // The alarm stands behind the timer and tries again.
        this.#logFailure("crash_timer_failed", error);
      }
    }, endsAtMs - Date.now());
  }

  async #announce(): Promise<void> {
    const round = this.#current();
    const haveHeard = await this.#tables.announce(this.#view(round), this.#store.tablesToTell(round));
    const now = this.#current();
    if (now.number !== round.number || now.status !== round.status) return;
    if (haveHeard) return this.#alarms.cancel(ANNOUNCE_JOB);
    this.#alarms.schedule(ANNOUNCE_JOB, Date.now() + ANNOUNCE_AGAIN_MS);
    this.#alarms.arm();
  }

  /** The alarm does not wait for tables: the round's phases are jobs of the same alarm. */
  #announceAgain(): void {
    this.#alarms.schedule(ANNOUNCE_JOB, Date.now() + ANNOUNCE_AGAIN_MS);
    this.#announceInBackground();
  }

  #announceInBackground(): void {
    this.ctx.waitUntil(this.#announce().catch((error: unknown) => this.#logFailure("crash_announcement_failed", error)));
  }

  async #drainOutbox(): Promise<void> {
    const country = this.#tenant.country;
    const nextAtMs = await this.#outbox.drain(Date.now(), async (rows) => {
      await this.env.PROJECTION_QUEUE.send({
        v: 1,
        source: "crash_game",
        objectName: this.#gameId,
        country,
        rows: rows.map(({ seq, topic, body }) => ({ seq, topic, body })),
      });
    });
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, nextAtMs);
  }

  #view(round: RoundRow): RoundView {
    return {
      gameId: this.#gameId,
      roundNumber: round.number,
      status: round.status,
      serverSeedHash: round.commitment,
      bettingEndsAtMs: round.betting_ends_at,
      startedAtMs: round.started_at,
      crashedAtMs: round.status === "CRASHED" ? round.crash_at : null,
      crashHundredths: round.crash_hundredths,
      serverSeed: round.server_seed,
      nextRoundAtMs: round.next_at,
      curveMillionthsPerMs: this.#store.chainOf(round).curve_millionths_per_ms,
      tables: round.tables,
      activePlayers: this.#tables.players(round.number),
      ...this.#tables.totals(round.number),
      serverTimeMs: Date.now(),
      isClosed: this.#fairnessOf.isClosed,
      closedFor: this.#fairnessOf.closedFor,
    };
  }

  #logFailure(event: string, error: unknown): void {
    log("error", event, { gameId: this.#gameId, error });
  }
}

function randomHex(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}
