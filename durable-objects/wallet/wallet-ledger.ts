/** The wallet's money: accounts, holds, manual entries, deposits, withdrawals, and what protects the player. RPC only. */
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import {
  assertAmounts,
  assertInstant,
  assertInteger,
  assertManual,
  assertPositive,
  assertProvider,
  assertReserve,
  assertTexts,
} from "./command-shape.ts";
import { openAccount, setLimit } from "./commands/accounts.ts";
import { creditDeposit, endDeposit, startDeposit } from "./commands/deposits.ts";
import { commitHold, releaseHold, reserve } from "./commands/holds.ts";
import { postManual, reverseEntry } from "./commands/manual.ts";
import { freeze, openWallet, selfExclude, setDepositLimits, setVerified, unfreeze } from "./commands/player.ts";
import { reserveStake, settleStake } from "./commands/stakes.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "./commands/withdrawals.ts";
import { decide } from "./decide.ts";
import { previewOf } from "./run-command.ts";
import { WalletCore } from "./wallet-core.ts";

export abstract class WalletLedger extends WalletCore {
  async open(command: rpc.OpenWallet): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.userId);
    return this.done(openWallet(this.stores, command, this.moment()));
  }

  async setVerified(command: { readonly key: string; readonly verified: boolean }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key);
    return this.done(setVerified(this.stores, command, this.moment()));
  }

  async selfExclude(command: {
    readonly key: string;
    readonly untilMs: number | null;
    readonly reason: string;
  }): Promise<rpc.WalletReply<{ untilMs: number | null }>> {
    assertTexts(command.key);
    if (command.untilMs !== null) assertInstant(command.untilMs);
    return this.done(selfExclude(this.stores, command, this.moment()));
  }

  async setDepositLimits(command: {
    readonly key: string;
    readonly day?: number | null;
    readonly week?: number | null;
    readonly month?: number | null;
  }): Promise<rpc.WalletReply<rpc.PlayerState>> {
    assertTexts(command.key);
    assertAmounts(command.day, command.week, command.month);
    return this.done(setDepositLimits(this.stores, command, this.moment()));
  }

  async freeze(command: { readonly key: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.reason);
    return this.done(freeze(this.stores, command, this.moment()));
  }

  async unfreeze(command: { readonly key: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.reason);
    return this.done(unfreeze(this.stores, command, this.moment()));
  }

  async startDeposit(command: rpc.StartDeposit): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.intentId, command.method);
    assertPositive(command.amountMinor);
    return this.done(startDeposit(this.stores, command, this.moment()));
  }

  async creditDeposit(command: rpc.CreditDeposit): Promise<rpc.WalletReply<{ creditedMinor: number; taxLines: readonly rpc.TaxLine[] }>> {
    assertTexts(command.intentId, command.receipt);
    assertProvider(command.provider);
    assertPositive(command.grossMinor);
    assertInstant(command.occurredAtMs);
    return this.done(creditDeposit(this.stores, command, this.moment()));
  }

  async endDeposit(command: { readonly intentId: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.intentId);
    return this.done(endDeposit(this.stores, command, this.moment()));
  }

  async startWithdrawal(command: rpc.StartWithdrawal): Promise<rpc.WalletReply<rpc.WithdrawalQuote>> {
    assertTexts(command.key, command.fingerprint, command.intentId, command.method);
    assertPositive(command.amountMinor);
    return this.done(startWithdrawal(this.stores, command, this.moment()));
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
    return this.done(confirmWithdrawal(this.stores, command, this.moment()));
  }

  async failWithdrawal(command: { readonly intentId: string; readonly reason: string }): Promise<rpc.WalletReply<null>> {
    assertTexts(command.intentId);
    return this.done(failWithdrawal(this.stores, command, this.moment()));
  }

  async reserveStake(command: rpc.ReserveStake): Promise<rpc.WalletReply<{ holdId: string }>> {
    assertTexts(command.key, command.fingerprint, command.holdId, command.ref);
    assertPositive(command.amountMinor);
    return this.done(reserveStake(this.stores, command, this.moment()));
  }

  async settleStake(command: rpc.SettleStake): Promise<rpc.WalletReply<{ payoutMinor: number }>> {
    assertTexts(command.key, command.holdId, command.ref);
    assertAmounts(command.payoutMinor);
    return this.done(settleStake(this.stores, command, this.moment()));
  }

  async releaseHold(command: rpc.ReleaseHold): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.holdId);
    return this.done(releaseHold(this.stores, command, this.moment()));
  }

  async openAccount(command: rpc.OpenAccount): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.account);
    return this.done(openAccount(this.stores, command, this.moment()));
  }

  async post(command: rpc.PostManual): Promise<rpc.WalletReply<rpc.PostedEntry>> {
    assertManual(command);
    return this.done(postManual(this.stores, command, this.moment()));
  }

  async reserve(command: rpc.Reserve): Promise<rpc.WalletReply<rpc.HoldView>> {
    assertReserve(command);
    const reply = this.done(reserve(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed) this.jobs.afterHold();
    return reply;
  }

  async commit(command: rpc.CommitHold): Promise<rpc.WalletReply<rpc.HoldView>> {
    assertTexts(command.key, command.holdId);
    assertPositive(command.amountMinor);
    return this.done(commitHold(this.stores, command, this.moment()));
  }

  async reverse(command: rpc.ReverseEntry): Promise<rpc.WalletReply<rpc.PostedEntry>> {
    assertTexts(command.key, command.reason);
    assertPositive(command.seq);
    return this.done(reverseEntry(this.stores, command, this.moment()));
  }

  async setLimit(command: rpc.SetLimit): Promise<rpc.WalletReply<null>> {
    assertTexts(command.key, command.account);
    if (command.floorMinor !== null) assertInteger(command.floorMinor);
    return this.done(setLimit(this.stores, command, this.moment()));
  }

  async preview(request: rpc.Preview): Promise<rpc.WalletReply<unknown>> {
    return previewOf(this.stores, () => decide(this.stores, request, this.moment()));
  }
}
