/**
 * What every part of a wallet object stands on: storage, alarm, sockets, the reads that reconciliation and exports need, and what
 * follows a command. A command is one transaction and the object's one durable write; the alarm is set in the same event. A wallet never
 * calls out: it only sends to a queue.
 */
import { DurableObject } from "cloudflare:workers";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { heldTotal } from "../../shared/ledger/book.ts";
import type { WalletRun } from "../../shared/protocol/queue/wallet-run.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type { ExportPage, ExportRefusal, ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import { configOf, type Env } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { migrate } from "../platform/migrate.ts";
import { durableSql } from "../platform/sql.ts";
import { checkStep } from "./check.ts";
import { assertAmounts, assertPositive } from "./command-shape.ts";
import { depositedToday } from "./commands/deposits.ts";
import { digestOf } from "./digest.ts";
import { exportPage } from "./export.ts";
import { assertPage, importPage } from "./import.ts";
import { runFrom } from "./journal-runs.ts";
import { JournalSender } from "./journal-sender.ts";
import type { Moment } from "./run-command.ts";
import { UserSockets } from "./user-sockets.ts";
import { accountView, openHoldView } from "./views.ts";
import { WalletJobs } from "./wallet-jobs.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import { balancesOf, WalletStores } from "./wallet-stores.ts";

export abstract class WalletCore extends DurableObject<Env> {
  protected readonly stores: WalletStores;
  protected readonly alarms: AlarmTable;
  protected readonly sockets: UserSockets;
  protected readonly jobs: WalletJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, WALLET_MIGRATIONS);
    this.stores = new WalletStores(sql);
    this.alarms = new AlarmTable(sql, ctx.storage);
    this.sockets = new UserSockets(ctx);
    const sender = new JournalSender(ctx, this.stores, this.alarms, async (run) => void (await env.PROJECTION_QUEUE.send(run)));
    this.jobs = new WalletJobs(this.stores, {
      alarms: this.alarms,
      sender,
      moment: () => this.moment(),
      tellBalance: () => this.tellBalance(),
    });
    this.alarms.rearm();
  }

  async read(): Promise<Result<rpc.WalletView, rpc.WalletRefusal>> {
    const { profiles, journal, holds } = this.stores;
    const profile = profiles.profile();
    if (profile === null) return err({ reason: "wallet_not_open" });
    // Touches storage: an instance that was cut off from it must not answer from memory.
    if (journal.storedSeq() !== journal.book().head.seq) this.stores.forget();
    const book = journal.book();
    const balances = balancesOf(book);
    const { nowMs } = this.moment();
    return ok({
      userId: profile.userId,
      country: profile.country,
      balances,
      head: { epoch: book.epoch, seq: book.head.seq, hash: book.head.hash },
      player: profiles.playerState(nowMs),
      todayDepositMinor: depositedToday(this.stores, nowMs, profile.tenant.utcOffsetMinutes),
      frozen: profile.frozenReason !== null,
      openHolds: heldTotal(book) === 0 ? [] : holds.allOpen().map(openHoldView),
      accounts: [...book.accounts.values()].map(accountView),
    });
  }

  async check(): Promise<Result<rpc.WalletCheck, rpc.WalletRefusal>> {
    const profile = this.stores.profiles.profile();
    return profile === null ? err({ reason: "wallet_not_open" }) : ok(checkStep(this.stores, profile, this.moment()));
  }

  async digest(): Promise<rpc.WalletDigest> {
    return digestOf(this.stores);
  }

  async head(): Promise<Result<rpc.WalletHead, rpc.WalletRefusal>> {
    const { profiles, journal, delivery } = this.stores;
    const profile = profiles.profile();
    if (profile === null) return err({ reason: "wallet_not_open" });
    if (journal.storedSeq() !== journal.book().head.seq) this.stores.forget();
    const book = journal.book();
    return ok({
      walletId: profile.walletId,
      epoch: book.epoch,
      seq: book.head.seq,
      hash: book.head.hash,
      balances: balancesOf(book),
      ackedSeq: delivery.ackedSeq(),
      frozenReason: profile.frozenReason,
    });
  }

  async readEntries({ fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number }): Promise<WalletRun | null> {
    assertPositive(fromSeq);
    assertAmounts(toSeq);
    return runFrom(this.stores, fromSeq, toSeq);
  }

  async hashAt(seq: number): Promise<string | null> {
    return this.stores.journal.entry(seq)?.hash ?? null;
  }

  async statement(page: { readonly limit: number; readonly offset: number }): Promise<rpc.Page<rpc.StatementLine>> {
    return this.stores.journal.statement(page.limit, page.offset);
  }

  async exportPage(cursor: string | null): Promise<Result<ExportPage, ExportRefusal>> {
    return exportPage(this.stores, cursor);
  }

  async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    assertPage(lines);
    const progress = importPage(this.stores, this.ctx.id.name ?? "", lines);
    if (progress.ok && progress.value.isDone) {
      this.jobs.afterCommand();
      this.jobs.afterHold();
    }
    return progress;
  }

  async acknowledge(held: { readonly epoch: number; readonly seq: number }): Promise<void> {
    assertAmounts(held.epoch, held.seq);
    const { profiles, journal, delivery } = this.stores;
    // What was said of another epoch, or of entries that aren't here, says nothing of this journal.
    if (profiles.profile()?.epoch === held.epoch && held.seq <= journal.storedSeq()) delivery.acknowledge(held.seq);
  }

  /** The upgrade of `/ws/user`; the Worker has checked that the ticket is this wallet's. */
  override async fetch(request: Request): Promise<Response> {
    if (this.stores.profiles.profile() === null) return new Response(null, { status: 404 });
    const book = this.stores.journal.book();
    return this.sockets.accept(request, book.head.seq, balancesOf(book));
  }

  override async alarm(): Promise<void> {
    await this.alarms.run(Date.now, (job) => this.runJob(job));
  }

  /** Areas with jobs of their own take them here, and leave the others to the area below. */
  protected async runJob(job: AlarmJob): Promise<void> {
    await this.jobs.run(job);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.sockets.onMessage(socket, message);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.sockets.onClose(socket, code);
  }

  protected moment(): Moment {
    const { ENVIRONMENT, RATE_LIMITS } = configOf(this.env);
    return { nowMs: unixMs(Date.now()), rateLimits: !(ENVIRONMENT === "development" && RATE_LIMITS === "off") };
  }

  /** After every command: has its news sent soon and tells open sockets the balance. Synchronous: part of the same write. */
  protected done<T>(reply: rpc.WalletReply<T>): rpc.WalletReply<T> {
    if (!reply.ok || reply.value.replayed) return reply;
    this.jobs.afterCommand();
    this.sockets.tellBalance(reply.value.head.seq, reply.value.balances);
    return reply;
  }

  protected tellBalance(): void {
    const book = this.stores.journal.book();
    this.sockets.tellBalance(book.head.seq, balancesOf(book));
  }
}
