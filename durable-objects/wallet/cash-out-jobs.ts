/**
 * The alarm of cash-out orders, a job for each that is open. A request is sent to be decided after its delay, again every few seconds
 * until it is, and ends when its time is over. A rule is looked at when it is set, when a result has changed its bet, and every few
 * minutes besides: its matches tell of their prices meanwhile, and what they tell may be lost.
 */
import { HOUR_MS } from "../../shared/kernel/time.ts";
import type { WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import type { CashOutOrderView, DecideCashOut } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import { sportsRulesOf } from "../../shared/tenants/sports/index.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { toOrderView } from "./cash-out-order-store.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

const JOB = "cash-out:";
/** How long a decision may take before it is asked for again. */
const ASK_AGAIN_MS = 5_000;

export interface CashOutJobsPorts {
  readonly alarms: AlarmTable;
  readonly moment: () => Moment;
  /** Asks for the decision of an order. */
  readonly ask: (order: CashOutOrderView) => Promise<void>;
  /** Decides an order without prices: its time is over, or its bet is. */
  readonly decide: (command: DecideCashOut) => WalletReply<CashOutOrderView>;
}

export class CashOutJobs {
  readonly #wallet: WalletStores;
  readonly #ports: CashOutJobsPorts;

  constructor(wallet: WalletStores, ports: CashOutJobsPorts) {
    this.#wallet = wallet;
    this.#ports = ports;
  }

  static owns(job: AlarmJob): boolean {
    return job.key.startsWith(JOB);
  }

  /** Call after an order was placed, in the same event. */
  placed({ orderId, decidesAtMs }: CashOutOrderView): void {
    this.#ports.alarms.schedule(`${JOB}${orderId}`, decidesAtMs);
    this.#ports.alarms.arm();
  }

  /** Call after results changed what these bets are worth: a rule may be reached by it. */
  betsChanged(betIds: readonly string[]): void {
    const { nowMs } = this.#ports.moment();
    const rules = this.#wallet.cashOutOrders.openOfBets(betIds).filter(({ kind }) => kind === "rule");
    for (const { orderId, decidesAtMs } of rules) this.#ports.alarms.schedule(`${JOB}${orderId}`, Math.max(decidesAtMs, nowMs));
    if (rules.length > 0) this.#ports.alarms.arm();
  }

  /** Call when the wallet was imported: alarms don't travel. */
  imported(): void {
    for (const order of this.#wallet.cashOutOrders.all()) if (order.answer === null) this.placed(toOrderView(order));
  }

  async run(job: AlarmJob): Promise<void> {
    const orderId = job.key.slice(JOB.length);
    const order = this.#wallet.cashOutOrders.find(orderId);
    if (order === null || order.answer !== null) return;
    const { nowMs } = this.#ports.moment();
    const { alarms } = this.#ports;
    if (order.endsAtMs !== null && order.endsAtMs <= nowMs) {
      const ended = this.#ports.decide({ orderId, verdict: { verdict: "none", state: "SUSPENDED", reason: "no_price" } });
      // A frozen wallet pays nothing and ends nothing until it works again.
      if (!ended.ok) alarms.schedule(job.key, nowMs + HOUR_MS);
      return;
    }
    // The next time stands before anything is sent: what is decided meanwhile finds an order that is answered.
    alarms.schedule(job.key, nowMs + (order.kind === "rule" ? this.#lookAgainMs() : ASK_AGAIN_MS));
    await this.#ports.ask(toOrderView(order));
  }

  #lookAgainMs(): number {
    const profile = this.#wallet.profiles.profile();
    return profile === null ? HOUR_MS : sportsRulesOf(profile.country).cashOut.rule.lookAgainMs;
  }
}
