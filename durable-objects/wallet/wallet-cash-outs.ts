/** The wallet's cash-outs: at once, after a delay, and by the player's rule. RPC only. */

import type { Result } from "../../shared/kernel/result.ts";
import type { AcceptanceMessage } from "../../shared/protocol/queue/messages.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type * as cashOuts from "../../shared/protocol/rpc/wallet-cash-out.ts";
import { type CashOutReply, isOrder } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import type { Env } from "../../workers/env.ts";
import type { AlarmJob } from "../platform/alarm-table.ts";
import { toBetView } from "./bet-store.ts";
import { CashOutJobs } from "./cash-out-jobs.ts";
import { toOrderView } from "./cash-out-order-store.ts";
import { assertAmounts, assertPositive, assertTexts } from "./command-shape.ts";
import { cashOut, knownCashOut } from "./commands/cash-out.ts";
import { cashOutToDecide, decideCashOut, removeCashOutRule, requestCashOut, setCashOutRule } from "./commands/cash-out-orders.ts";
import { WalletBets } from "./wallet-bets.ts";

export abstract class WalletCashOuts extends WalletBets {
  readonly #jobs: CashOutJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#jobs = new CashOutJobs(this.stores, {
      alarms: this.alarms,
      moment: () => this.moment(),
      ask: (order) => this.#ask(order),
      decide: (command) => this.#decide(command),
    });
  }

  override async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    const progress = await super.importPage(lines);
    if (progress.ok && progress.value.isDone) this.#jobs.imported();
    return progress;
  }

  override async settleBet(command: rpc.SettleBet): Promise<rpc.WalletReply<rpc.BetView>> {
    const reply = await super.settleBet(command);
    if (reply.ok && !reply.value.replayed) this.#jobs.betsChanged([command.betId]);
    return reply;
  }

  override async settleBets(command: rpc.SettleBets): Promise<rpc.WalletReply<readonly rpc.SettledBet[]>> {
    const reply = await super.settleBets(command);
    if (reply.ok) this.#jobs.betsChanged(reply.value.value.flatMap(({ betId, fate }) => (fate === "applied" ? [betId] : [])));
    return reply;
  }

  async cashOut(command: rpc.CashOutBet): Promise<rpc.WalletReply<CashOutReply>> {
    assertCashOut(command);
    const reply = this.done(cashOut(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed) this.tellCashedOut(reply.value.value.betId);
    return reply;
  }

  async requestCashOut(command: cashOuts.RequestCashOut): Promise<rpc.WalletReply<CashOutReply>> {
    assertCashOut(command);
    assertAmounts(command.delayMs);
    const reply = this.done(requestCashOut(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed && isOrder(reply.value.value)) this.#jobs.placed(reply.value.value);
    return reply;
  }

  async knownCashOut(command: { readonly key: string; readonly fingerprint: string }): Promise<rpc.WalletReply<CashOutReply> | null> {
    assertTexts(command.key, command.fingerprint);
    return knownCashOut(this.stores, command);
  }

  async setCashOutRule(command: cashOuts.SetCashOutRule): Promise<rpc.WalletReply<cashOuts.CashOutOrderView>> {
    assertTexts(command.betId);
    assertPart(command.percent);
    assertPositive(command.leastMinor);
    assertAmounts(command.delayMs);
    const reply = this.done(setCashOutRule(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed) this.#jobs.placed(reply.value.value);
    return reply;
  }

  async removeCashOutRule(command: { readonly betId: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.betId);
    return this.done(removeCashOutRule(this.stores, command, this.moment()));
  }

  async cashOutOrders(betId: string): Promise<readonly cashOuts.CashOutOrderView[]> {
    return this.stores.cashOutOrders.ofBet(betId).map(toOrderView);
  }

  async cashOutToDecide(orderId: string): Promise<cashOuts.CashOutToDecide | null> {
    return cashOutToDecide(this.stores, orderId, this.moment());
  }

  async decideCashOut(command: cashOuts.DecideCashOut): Promise<rpc.WalletReply<cashOuts.CashOutOrderView>> {
    assertTexts(command.orderId);
    const { verdict } = command;
    if (verdict.verdict === "priced") assertAmounts(verdict.stateVersion, verdict.amountMinor, verdict.fullMinor);
    return this.#decide(command);
  }

  protected override async runJob(job: AlarmJob): Promise<void> {
    return CashOutJobs.owns(job) ? this.#jobs.run(job) : super.runJob(job);
  }

  #decide(command: cashOuts.DecideCashOut): rpc.WalletReply<cashOuts.CashOutOrderView> {
    const reply = this.done(decideCashOut(this.stores, command, this.moment()));
    if (!reply.ok || reply.value.replayed) return reply;
    const { value: order } = reply.value;
    this.sockets.tellCashOut(order);
    if (order.answer?.isTaken === true) this.tellCashedOut(order.betId);
    return reply;
  }

  /** A bet of which nothing plays any more is settled for its player. */
  protected tellCashedOut(betId: string): void {
    const bet = this.stores.bets.find(betId);
    if (bet?.status === "CASHED_OUT") this.sockets.tellSettled(toBetView(bet));
  }

  async #ask({ orderId, betId }: cashOuts.CashOutOrderView): Promise<void> {
    const profile = this.stores.profiles.profile();
    if (profile === null) return;
    const { country, walletId } = profile;
    await this.env.ACCEPTANCE_QUEUE.send({ v: 1, country, walletId, betId, cashOutOrderId: orderId } satisfies AcceptanceMessage);
  }
}

function assertCashOut(command: rpc.CashOutBet): void {
  assertTexts(command.key, command.fingerprint, command.betId);
  assertAmounts(command.stateVersion);
  assertPositive(command.payoutMinor);
  assertPart(command.percent);
}

function assertPart(percent: number): void {
  assertPositive(percent);
  if (percent > 100) throw new TypeError(`not a percentage: ${percent}`);
}
