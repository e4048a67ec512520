/**
 * One player's wallet, named `<country>:<user id>`: ledger, holds, bets and limits. RPC only: check the shape, run the command, tell
 * who must know. Rules are in shared/ and commands/, SQL in the stores.
 *
 * A command is one transaction and the object's one durable write; the alarm below the outbox is set in the same event. A wallet never
 * calls out: it only sends to a queue.
 */
import { DurableObject } from "cloudflare:workers";
import { invariant } from "../../shared/kernel/invariant.ts";
import { CLIENT_KEY_DAYS } from "../../shared/kernel/limits.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { DAY_MS, unixMs } from "../../shared/kernel/time.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import { configOf, type Env } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { migrate } from "../platform/migrate.ts";
import { OUTBOX_JOB, type OutboxRow } from "../platform/outbox.ts";
import { durableSql } from "../platform/sql.ts";
import { toBetView } from "./bet-store.ts";
import { assertAmounts, assertBet, assertInstant, assertPositive, assertProvider, assertTexts } from "./command-shape.ts";
import { creditDeposit, depositedToday, endDeposit, startDeposit } from "./commands/deposits.ts";
import { placeBet } from "./commands/place-bet.ts";
import { freeze, openWallet, selfExclude, setDepositLimits, setVerified, unfreeze } from "./commands/player.ts";
import { betIdOfKey, type RefusalToRemember, recordRefusal } from "./commands/remembered-refusals.ts";
import { settleBet } from "./commands/settle-bet.ts";
import { releaseHold, reserveStake, settleStake } from "./commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "./commands/withdrawals.ts";
import { digestOf } from "./digest.ts";
import { OutboxSender } from "./outbox-sender.ts";
import type { Moment } from "./run-command.ts";
import { UserSockets } from "./user-sockets.ts";
import { projectionMessages } from "./wallet-messages.ts";
import { WALLET_MIGRATIONS } from "./wallet-schema.ts";
import { balancesOf, WalletStores } from "./wallet-stores.ts";

const SWEEP_JOB = "sweep-keys";

export class Wallet extends DurableObject<Env> implements rpc.WalletRpc {
  readonly #stores: WalletStores;
  readonly #alarms: AlarmTable;
  readonly #sockets: UserSockets;
  readonly #sender: OutboxSender;
  /** That the sweep's job row is known to exist. A cache: false costs one statement. */
  #isSweepDue = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, WALLET_MIGRATIONS);
    this.#stores = new WalletStores(sql);
    this.#alarms = new AlarmTable(sql, ctx.storage);
    this.#sockets = new UserSockets(ctx);
    this.#sender = new OutboxSender(ctx, this.#stores.outbox, this.#alarms, (rows) => this.#send(rows));
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
      openHolds:
        balances.heldMinor === 0
          ? []
          : holds.allOpen().map(({ holdId, purpose, amountMinor, ref }) => ({ holdId, purpose, amountMinor, ref })),
    });
  }

  async digest(): Promise<rpc.WalletDigest> {
    return digestOf(this.#stores);
  }

  async statement(page: { readonly limit: number; readonly offset: number }): Promise<rpc.Page<rpc.StatementLine>> {
    return this.#stores.journal.statement(page.limit, page.offset);
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

  async releaseHold(command: { readonly key: string; readonly holdId: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.holdId);
    return this.#done(releaseHold(this.#stores, command, this.#moment()));
  }

  async acknowledge(seqs: readonly number[]): Promise<void> {
    const { sql, outbox } = this.#stores;
    sql.transaction(() => outbox.acknowledge(seqs));
  }

  /** The upgrade of `/ws/user`; the Worker has checked that the ticket is this wallet's. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#stores.profiles.profile() === null) return new Response(null, { status: 404 });
    const book = this.#stores.journal.book();
    return this.#sockets.accept(request, book.head.seq, balancesOf(book));
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
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
    if (!this.#isSweepDue) {
      this.#alarms.scheduleIfAbsent(SWEEP_JOB, Date.now() + CLIENT_KEY_DAYS * DAY_MS);
      this.#isSweepDue = true;
    }
    this.#sender.soon();
    this.#sockets.tellBalance(reply.value.head.seq, reply.value.balances);
    return reply;
  }

  async #runJob(job: AlarmJob): Promise<void> {
    if (job.key === OUTBOX_JOB) return this.#sender.runJob();
    if (job.key !== SWEEP_JOB) return;
    const { sql, keys } = this.#stores;
    const nextAtMs = sql.transaction(() => keys.sweep(Date.now()));
    this.#isSweepDue = nextAtMs !== null;
    if (nextAtMs !== null) this.#alarms.schedule(SWEEP_JOB, Math.max(nextAtMs, Date.now() + DAY_MS));
  }

  /** Rows stay until the projection acknowledges them. */
  async #send(rows: readonly OutboxRow[]): Promise<void> {
    const profile = this.#stores.profiles.profile();
    invariant(profile !== null, "news of a wallet that is not open");
    for (const message of projectionMessages(profile, rows)) await this.env.PROJECTION_QUEUE.send(message);
  }
}
