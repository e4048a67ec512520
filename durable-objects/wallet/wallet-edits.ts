/** The wallet's edits of bets: at once, and after the delay of a running match. RPC only. */
import type { Result } from "../../shared/kernel/result.ts";
import type { AcceptanceMessage } from "../../shared/protocol/queue/messages.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type * as cashOuts from "../../shared/protocol/rpc/wallet-cash-out.ts";
import { isEditRequest } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import type { Env } from "../../workers/env.ts";
import type { AlarmJob } from "../platform/alarm-table.ts";
import { assertAmounts, assertBet, assertPositive, assertTexts } from "./command-shape.ts";
import { editBet, knownEdit } from "./commands/edit-bet.ts";
import { decideEdit, editToDecide, requestEdit } from "./commands/edit-requests.ts";
import { EditJobs } from "./edit-jobs.ts";
import { type EditRequest, toEditView } from "./edit-request-store.ts";
import { WalletCashOuts } from "./wallet-cash-outs.ts";

export abstract class WalletEdits extends WalletCashOuts {
  readonly #jobs: EditJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#jobs = new EditJobs(this.stores, {
      alarms: this.alarms,
      moment: () => this.moment(),
      ask: (request) => this.#ask(request),
      decide: (command) => this.#decide(command),
    });
  }

  override async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    const progress = await super.importPage(lines);
    if (progress.ok && progress.value.isDone) this.#jobs.imported();
    return progress;
  }

  async editBet(command: cashOuts.EditBet): Promise<rpc.WalletReply<cashOuts.EditReply>> {
    assertEdit(command);
    const reply = this.done(editBet(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed) this.tellCashedOut(command.parentId);
    return reply;
  }

  async requestEdit(command: cashOuts.RequestEdit): Promise<rpc.WalletReply<cashOuts.EditReply>> {
    assertEdit(command);
    assertAmounts(command.delayMs);
    const reply = this.done(requestEdit(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed && isEditRequest(reply.value.value)) this.#jobs.placed(reply.value.value);
    return reply;
  }

  async knownEdit(command: { readonly key: string; readonly fingerprint: string }): Promise<rpc.WalletReply<cashOuts.EditReply> | null> {
    assertTexts(command.key, command.fingerprint);
    return knownEdit(this.stores, command);
  }

  async editRequest(requestId: string): Promise<cashOuts.EditRequestView | null> {
    const request = this.stores.editRequests.find(requestId);
    return request === null ? null : toEditView(request);
  }

  async editToDecide(requestId: string): Promise<cashOuts.EditToDecide | null> {
    return editToDecide(this.stores, requestId, this.moment());
  }

  async decideEdit(command: cashOuts.DecideEdit): Promise<rpc.WalletReply<cashOuts.EditRequestView>> {
    assertTexts(command.requestId);
    const { verdict } = command;
    if (verdict.verdict === "priced") assertAmounts(verdict.stateVersion, verdict.valueMinor, verdict.stakeMaxMinor);
    return this.#decide(command);
  }

  protected override async runJob(job: AlarmJob): Promise<void> {
    return EditJobs.owns(job) ? this.#jobs.run(job) : super.runJob(job);
  }

  #decide(command: cashOuts.DecideEdit): rpc.WalletReply<cashOuts.EditRequestView> {
    const reply = this.done(decideEdit(this.stores, command, this.moment()));
    if (!reply.ok || reply.value.replayed) return reply;
    const { value: request } = reply.value;
    this.sockets.tellEdited(request);
    if (request.answer?.isTaken === true) this.tellCashedOut(request.parentId);
    return reply;
  }

  async #ask({ requestId, terms }: EditRequest): Promise<void> {
    const profile = this.stores.profiles.profile();
    if (profile === null) return;
    const { country, walletId } = profile;
    const message = { v: 1, country, walletId, betId: terms.parentId, editRequestId: requestId } satisfies AcceptanceMessage;
    await this.env.ACCEPTANCE_QUEUE.send(message);
  }
}

function assertEdit(command: cashOuts.EditBet): void {
  assertBet(command);
  assertTexts(command.parentId);
  assertAmounts(command.stateVersion);
  assertPositive(command.valueMinor);
}
