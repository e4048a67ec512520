/** The wallet's bets that wait for their acceptance, and the player's bets in whatever state they are. RPC only. */
import type { Result } from "../../shared/kernel/result.ts";
import type { AcceptanceMessage } from "../../shared/protocol/queue/messages.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type * as acceptance from "../../shared/protocol/rpc/wallet-acceptance.ts";
import { isHeld } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { ImportProgress, ImportRefusal } from "../../shared/protocol/rpc/wallet-export.ts";
import type { Env } from "../../workers/env.ts";
import type { AlarmJob } from "../platform/alarm-table.ts";
import { ACCEPTANCE_JOB, AcceptanceJobs } from "./acceptance-jobs.ts";
import { toBetView } from "./bet-store.ts";
import { assertAmounts, assertBet, assertPositive, assertTexts } from "./command-shape.ts";
import { answerOffer, betToDecide, decideBet, setCustomerFactor } from "./commands/decide-bet.ts";
import { holdBet, toHeldView } from "./commands/hold-bet.ts";
import { betIdOfKey } from "./commands/remembered-refusals.ts";
import { WalletEdits } from "./wallet-edits.ts";

/** A hundred times the usual stake. */
const CUSTOMER_FACTOR_MAX = 1_000_000;

export abstract class WalletAcceptance extends WalletEdits {
  readonly #jobs: AcceptanceJobs;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#jobs = new AcceptanceJobs(this.stores, {
      alarms: this.alarms,
      moment: () => this.moment(),
      ask: (betIds) => this.#ask(betIds),
      ended: (bets) => {
        this.jobs.afterCommand();
        this.tellBalance();
        for (const bet of bets) this.sockets.tellDecided(bet);
      },
    });
  }

  override async importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>> {
    const progress = await super.importPage(lines);
    if (progress.ok && progress.value.isDone) this.#jobs.soon();
    return progress;
  }

  async holdBet(command: acceptance.HoldBet): Promise<rpc.WalletReply<acceptance.ShownBet>> {
    assertBet(command);
    assertAmounts(command.delayMs);
    if (command.asked.length !== command.selections.length) throw new TypeError("a price is asked for each selection");
    const reply = this.done(holdBet(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed) this.#jobs.soon();
    return reply;
  }

  async betToDecide(betId: string): Promise<acceptance.BetToDecide | null> {
    return betToDecide(this.stores, betId, this.moment());
  }

  async decideBet(command: acceptance.DecideBet): Promise<rpc.WalletReply<acceptance.ShownBet>> {
    assertTexts(command.betId);
    assertPositive(command.round);
    if (command.decision.verdict === "priced") assertAmounts(command.decision.stakeMaxMinor);
    return this.#told(this.done(decideBet(this.stores, command, this.moment())));
  }

  async answerOffer(command: acceptance.AnswerOffer): Promise<rpc.WalletReply<acceptance.ShownBet>> {
    assertTexts(command.key, command.fingerprint, command.betId);
    return this.#told(this.done(answerOffer(this.stores, command, this.moment())));
  }

  async setCustomerFactor(command: acceptance.SetCustomerFactor): Promise<rpc.WalletReply<{ readonly basisPoints: number }>> {
    assertTexts(command.key);
    assertAmounts(command.basisPoints);
    if (command.basisPoints > CUSTOMER_FACTOR_MAX) throw new TypeError(`not a factor: ${command.basisPoints}`);
    return this.done(setCustomerFactor(this.stores, command, this.moment()));
  }

  async customerFactor(): Promise<number> {
    return this.stores.pendingBets.customerFactor();
  }

  async shownBet(betId: string): Promise<acceptance.ShownBet | null> {
    return this.#shown(betId);
  }

  async shownBetByKey(key: string): Promise<acceptance.ShownBet | null> {
    const betId = betIdOfKey(this.stores, key);
    return betId === null ? null : this.#shown(betId);
  }

  async shownBets(page: {
    readonly status: acceptance.ShownBet["status"] | "ALL";
    readonly limit: number;
    readonly offset: number;
  }): Promise<rpc.Page<acceptance.ShownBet>> {
    const { status, limit, offset } = page;
    const { pendingBets } = this.stores;
    switch (status) {
      case "ALL":
        return this.#page(pendingBets.idsOfAll(limit, offset));
      case "DELAYED":
      case "OFFERED":
      case "REJECTED":
      case "EXPIRED":
        return this.#page(pendingBets.idsOf(status, limit, offset));
      default: {
        const { rows, total } = this.stores.bets.page(status, limit, offset);
        return { rows: rows.map(toBetView), total };
      }
    }
  }

  protected override async runJob(job: AlarmJob): Promise<void> {
    return job.key === ACCEPTANCE_JOB ? this.#jobs.run() : super.runJob(job);
  }

  #page({ ids, total }: { readonly ids: readonly string[]; readonly total: number }): rpc.Page<acceptance.ShownBet> {
    return { rows: ids.flatMap((betId) => this.#shown(betId) ?? []), total };
  }

  #shown(betId: string): acceptance.ShownBet | null {
    const placed = this.stores.bets.find(betId);
    if (placed !== null) return toBetView(placed);
    const [held, profile] = [this.stores.pendingBets.find(betId), this.stores.profiles.profile()];
    return held === null || profile === null ? null : toHeldView(held, profile.tenant);
  }

  /** Plans what follows from a bet's new state and tells the player of it. */
  #told(reply: rpc.WalletReply<acceptance.ShownBet>): rpc.WalletReply<acceptance.ShownBet> {
    if (!reply.ok || reply.value.replayed) return reply;
    const bet = reply.value.value;
    if (isHeld(bet) && bet.decidedAtMs === null) this.#jobs.soon();
    this.sockets.tellDecided(bet);
    return reply;
  }

  async #ask(betIds: readonly string[]): Promise<void> {
    const profile = this.stores.profiles.profile();
    if (profile === null) return;
    const { country, walletId } = profile;
    const messages: AcceptanceMessage[] = betIds.map((betId) => ({ v: 1, country, walletId, betId }));
    await this.env.ACCEPTANCE_QUEUE.sendBatch(messages.map((body) => ({ body })));
  }
}
