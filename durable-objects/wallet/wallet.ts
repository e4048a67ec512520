/**
 * One player's wallet, named `<country>:<user id>`: ledger, holds, bets and limits. RPC only: check the shape, run the command, tell
 * who must know. Rules are in shared/ and commands/, SQL in the stores.
 *
 * A command is one transaction and the object's one durable write; the alarm below the outbox is set in the same event. A wallet never
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
import { AlarmTable } from "../platform/alarm-table.ts";
import { migrate } from "../platform/migrate.ts";
import { durableSql } from "../platform/sql.ts";
import { toBetView } from "./bet-store.ts";
import { checkStep } from "./check.ts";
import {
  assertAmounts,
  assertBet,
  assertInstant,
  assertInteger,
  assertManual,
  assertPositive,
  assertProvider,
  assertReserve,
  assertTexts,
} from "./command-shape.ts";
import { openAccount, setLimit } from "./commands/accounts.ts";
import { creditDeposit, depositedToday, endDeposit, startDeposit } from "./commands/deposits.ts";
import { commitHold, releaseHold, reserve } from "./commands/holds.ts";
import { postManual, reverseEntry } from "./commands/manual.ts";
import { placeBet } from "./commands/place-bet.ts";
import { freeze, openWallet, selfExclude, setDepositLimits, setVerified, unfreeze } from "./commands/player.ts";
import { betIdOfKey, type RefusalToRemember, recordRefusal } from "./commands/remembered-refusals.ts";
import { settleBet } from "./commands/settle-bet.ts";
import { reserveStake, settleStake } from "./commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "./commands/withdrawals.ts";
import { decide } from "./decide.ts";
import { digestOf } from "./digest.ts";
import { exportPage } from "./export.ts";
import { assertPage, importPage } from "./import.ts";
import { runFrom } from "./journal-runs.ts";
import { JournalSender } from "./journal-sender.ts";
import { type Moment, previewOf } from "./run-command.ts";
import { UserSockets } from "./user-sockets.ts";
import { accountView, openHoldView } from "./views.ts";
import { WalletJobs } from "./wallet-jobs.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import { balancesOf, WalletStores } from "./wallet-stores.ts";

export class Wallet extends DurableObject<Env> implements rpc.WalletRpc {
  readonly #stores: WalletStores;
  readonly #alarms: AlarmTable;
  readonly #sockets: UserSockets;
  readonly #jobs: WalletJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, WALLET_MIGRATIONS);
    this.#stores = new WalletStores(sql);
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#sockets = new UserSockets(ctx);
    const sender = new JournalSender(ctx, this.#stores, this.#alarms, async (run) => void (await env.PROJECTION_QUEUE.send(run)));
    this.#jobs = new WalletJobs(this.#stores, {
      alarms: this.#alarms,
      sender,
      moment: () => this.#moment(),
      tellBalance: () => this.#tellBalance(),
    });
    this.#alarms.rearm();
  }

  async open(command: rpc.OpenWallet): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.userId);
    return this.#done(openWallet(this.#stores, command, this.#moment()));
  }

  async read(): Promise<Result<rpc.WalletView, rpc.WalletRefusal>> {
    const { profiles, journal, holds } = this.#stores;
    const profile = profiles.profile();
    if (profile === null) return err({ reason: "wallet_not_open" });
    // Touches storage: an instance that was cut off from it must not answer from memory.
    if (journal.storedSeq() !== journal.book().head.seq) this.#stores.forget();
    const book = journal.book();
    const balances = balancesOf(book);
    const { nowMs } = this.#moment();
    return ok({
      userId: profile.userId,
      country: profile.country,
      balances,
      head: { epoch: book.epoch, seq: book.head.seq, hash: book.head.hash },
      player: profiles.playerState(nowMs),
      todayDepositMinor: depositedToday(this.#stores, nowMs, profile.tenant.utcOffsetMinutes),
      frozen: profile.frozenReason !== null,
      openHolds: heldTotal(book) === 0 ? [] : holds.allOpen().map(openHoldView),
      accounts: [...book.accounts.values()].map(accountView),
    });
  }

  async check(): Promise<Result<rpc.WalletCheck, rpc.WalletRefusal>> {
    const profile = this.#stores.profiles.profile();
    return profile === null ? err({ reason: "wallet_not_open" }) : ok(checkStep(this.#stores, profile, this.#moment()));
  }

  async digest(): Promise<rpc.WalletDigest> {
    return digestOf(this.#stores);
  }

  async head(): Promise<Result<rpc.WalletHead, rpc.WalletRefusal>> {
    const { profiles, journal, delivery } = this.#stores;
    const profile = profiles.profile();
    if (profile === null) return err({ reason: "wallet_not_open" });
    if (journal.storedSeq() !== journal.book().head.seq) this.#stores.forget();
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
    return runFrom(this.#stores, fromSeq, toSeq);
  }

  async hashAt(seq: number): Promise<string | null> {
    return this.#stores.journal.entry(seq)?.hash ?? null;
  }

  async statement(page: { readonly limit: number; readonly offset: number }): Promise<rpc.Page<rpc.StatementLine>> {
    return this.#stores.journal.statement(page.limit, page.offset);
  }

  async exportPage(cursor: string | null): Promise<Result<ExportPage, ExportRefusal>> {
    return exportPage(this.#stores, cursor);
  }

  async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    assertPage(lines);
    const progress = importPage(this.#stores, this.ctx.id.name ?? "", lines);
    if (progress.ok && progress.value.isDone) {
      this.#jobs.afterCommand();
      this.#jobs.afterHold();
    }
    return progress;
  }

  async setVerified(command: { readonly key: string; readonly verified: boolean }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key);
    return this.#done(setVerified(this.#stores, command, this.#moment()));
  }

  async selfExclude(command: {
    readonly key: string;
    readonly untilMs: number | null;
    readonly reason: string;
  }): Promise<rpc.WalletReply<{ untilMs: number | null }>> {
    assertTexts(command.key);
    if (command.untilMs !== null) assertInstant(command.untilMs);
    return this.#done(selfExclude(this.#stores, command, this.#moment()));
  }

  async setDepositLimits(command: {
    readonly key: string;
    readonly day?: number | null;
    readonly week?: number | null;
    readonly month?: number | null;
  }): Promise<rpc.WalletReply<rpc.PlayerState>> {
    assertTexts(command.key);
    assertAmounts(command.day, command.week, command.month);
    return this.#done(setDepositLimits(this.#stores, command, this.#moment()));
  }

  async freeze(command: { readonly key: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.reason);
    return this.#done(freeze(this.#stores, command, this.#moment()));
  }

  async unfreeze(command: { readonly key: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.reason);
    return this.#done(unfreeze(this.#stores, command, this.#moment()));
  }

  async placeBet(command: rpc.PlaceBet): Promise<rpc.WalletReply<rpc.BetView>> {
    assertBet(command);
    return this.#done(placeBet(this.#stores, command, this.#moment()));
  }

  async recordRefusal(command: RefusalToRemember): Promise<rpc.WalletReply<rpc.BetView>> {
    assertTexts(command.key, command.fingerprint, command.code);
    return this.#done(recordRefusal(this.#stores, command, this.#moment()));
  }

  async settleBet(command: rpc.SettleBet): Promise<rpc.WalletReply<rpc.BetView>> {
    assertTexts(command.betId, command.fixtureId);
    assertPositive(command.resultVersion);
    const reply = this.#done(settleBet(this.#stores, command, this.#moment()));
    if (reply.ok && !reply.value.replayed && reply.value.value.status !== "PENDING") this.#sockets.tellSettled(reply.value.value);
    return reply;
  }

  async bet(betId: string): Promise<rpc.BetView | null> {
    const bet = this.#stores.bets.find(betId);
    return bet === null ? null : toBetView(bet);
  }

  async betByKey(key: string): Promise<rpc.BetView | null> {
    const betId = betIdOfKey(this.#stores, key);
    return betId === null ? null : this.bet(betId);
  }

  async bets(page: {
    readonly status: rpc.BetStatus | "ALL";
    readonly limit: number;
    readonly offset: number;
  }): Promise<rpc.Page<rpc.BetView>> {
    const { rows, total } = this.#stores.bets.page(page.status, page.limit, page.offset);
    return { rows: rows.map(toBetView), total };
  }

  async startDeposit(command: rpc.StartDeposit): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.intentId, command.method);
    assertPositive(command.amountMinor);
    return this.#done(startDeposit(this.#stores, command, this.#moment()));
  }

  async creditDeposit(command: rpc.CreditDeposit): Promise<rpc.WalletReply<{ creditedMinor: number; taxLines: readonly rpc.TaxLine[] }>> {
    assertTexts(command.intentId, command.receipt);
    assertProvider(command.provider);
    assertPositive(command.grossMinor);
    assertInstant(command.occurredAtMs);
    return this.#done(creditDeposit(this.#stores, command, this.#moment()));
  }

  async endDeposit(command: { readonly intentId: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.intentId);
    return this.#done(endDeposit(this.#stores, command, this.#moment()));
  }

  async startWithdrawal(command: rpc.StartWithdrawal): Promise<rpc.WalletReply<rpc.WithdrawalQuote>> {
    assertTexts(command.key, command.fingerprint, command.intentId, command.method);
    assertPositive(command.amountMinor);
    return this.#done(startWithdrawal(this.#stores, command, this.#moment()));
  }

  async confirmWithdrawal(command: {
    readonly intentId: string;
    readonly provider: string;
    readonly receipt: string;
    readonly occurredAtMs: number;
  }): Promise<rpc.WalletReply<rpc.WithdrawalQuote>> {
    assertTexts(command.intentId, command.receipt);
    assertProvider(command.provider);
    assertInstant(command.occurredAtMs);
    return this.#done(confirmWithdrawal(this.#stores, command, this.#moment()));
  }

  async failWithdrawal(command: { readonly intentId: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.intentId);
    return this.#done(failWithdrawal(this.#stores, command, this.#moment()));
  }

  async reserveStake(command: rpc.ReserveStake): Promise<rpc.WalletReply<{ holdId: string }>> {
    assertTexts(command.key, command.fingerprint, command.holdId, command.ref);
    assertPositive(command.amountMinor);
    return this.#done(reserveStake(this.#stores, command, this.#moment()));
  }

  async settleStake(command: rpc.SettleStake): Promise<rpc.WalletReply<{ payoutMinor: number }>> {
    assertTexts(command.key, command.holdId, command.ref);
    assertAmounts(command.payoutMinor);
    return this.#done(settleStake(this.#stores, command, this.#moment()));
  }

  async releaseHold(command: rpc.ReleaseHold): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.holdId);
    return this.#done(releaseHold(this.#stores, command, this.#moment()));
  }

  async openAccount(command: rpc.OpenAccount): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.account);
    return this.#done(openAccount(this.#stores, command, this.#moment()));
  }

  async post(command: rpc.PostManual): Promise<rpc.WalletReply<rpc.PostedEntry>> {
    assertManual(command);
    return this.#done(postManual(this.#stores, command, this.#moment()));
  }

  async reserve(command: rpc.Reserve): Promise<rpc.WalletReply<rpc.HoldView>> {
    assertReserve(command);
    const reply = this.#done(reserve(this.#stores, command, this.#moment()));
    if (reply.ok && !reply.value.replayed) this.#jobs.afterHold();
    return reply;
  }

  async commit(command: rpc.CommitHold): Promise<rpc.WalletReply<rpc.HoldView>> {
    assertTexts(command.key, command.holdId);
    assertPositive(command.amountMinor);
    return this.#done(commitHold(this.#stores, command, this.#moment()));
  }

  async reverse(command: rpc.ReverseEntry): Promise<rpc.WalletReply<rpc.PostedEntry>> {
    assertTexts(command.key, command.reason);
    assertPositive(command.seq);
    return this.#done(reverseEntry(this.#stores, command, this.#moment()));
  }

  async setLimit(command: rpc.SetLimit): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.account);
    if (command.floorMinor !== null) assertInteger(command.floorMinor);
    return this.#done(setLimit(this.#stores, command, this.#moment()));
  }

  async preview(request: rpc.Preview): Promise<rpc.WalletReply<unknown>> {
    return previewOf(this.#stores, () => decide(this.#stores, request, this.#moment()));
  }

  async acknowledge(held: { readonly epoch: number; readonly seq: number }): Promise<void> {
    assertAmounts(held.epoch, held.seq);
    const { profiles, journal, delivery } = this.#stores;
    // What was said of another epoch, or of entries that aren't here, says nothing of this journal.
    if (profiles.profile()?.epoch === held.epoch && held.seq <= journal.storedSeq()) delivery.acknowledge(held.seq);
  }

  /** The upgrade of `/ws/user`; the Worker has checked that the ticket is this wallet's. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#stores.profiles.profile() === null) return new Response(null, { status: 404 });
    const book = this.#stores.journal.book();
    return this.#sockets.accept(request, book.head.seq, balancesOf(book));
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#jobs.run(job));
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#sockets.onMessage(socket, message);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.onClose(socket, code);
  }

  #moment(): Moment {
    const { ENVIRONMENT, RATE_LIMITS } = configOf(this.env);
    return { nowMs: unixMs(Date.now()), rateLimits: !(ENVIRONMENT === "development" && RATE_LIMITS === "off") };
  }

  /** After every command: has its news sent soon and tells open sockets the balance. Synchronous: part of the same write. */
  #done<T>(reply: rpc.WalletReply<T>): rpc.WalletReply<T> {
    if (!reply.ok || reply.value.replayed) return reply;
    this.#jobs.afterCommand();
    this.#sockets.tellBalance(reply.value.head.seq, reply.value.balances);
    return reply;
  }

  #tellBalance(): void {
    const book = this.#stores.journal.book();
    this.#sockets.tellBalance(book.head.seq, balancesOf(book));
  }
}
