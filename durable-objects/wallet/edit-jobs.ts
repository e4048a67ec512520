/**
 * The alarm of edits that wait: sent to be decided after their delay, again every few seconds until they are, and ended when their time is
 * over. Rows are the truth: a message that is lost, late or doubled changes nothing.
 */
import { HOUR_MS } from "../../shared/kernel/time.ts";
import type { WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import type { DecideEdit, EditRequestView } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { type EditRequest, toEditView } from "./edit-request-store.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

const JOB = "edit:";
/** How long a decision may take before it is asked for again. */
const ASK_AGAIN_MS = 5_000;

export interface EditJobsPorts {
  readonly alarms: AlarmTable;
  readonly moment: () => Moment;
  /** Asks for the decision of a request. */
  readonly ask: (request: EditRequest) => Promise<void>;
  /** Ends a request whose time is over. */
  readonly decide: (command: DecideEdit) => WalletReply<EditRequestView>;
}

export class EditJobs {
  readonly #wallet: WalletStores;
  readonly #ports: EditJobsPorts;

  constructor(wallet: WalletStores, ports: EditJobsPorts) {
    this.#wallet = wallet;
    this.#ports = ports;
  }

  static owns(job: AlarmJob): boolean {
    return job.key.startsWith(JOB);
  }

  /** Call after a request was taken, in the same event. */
  placed({ requestId, decidesAtMs }: EditRequestView): void {
    this.#ports.alarms.schedule(`${JOB}${requestId}`, decidesAtMs);
    this.#ports.alarms.arm();
  }

  /** Call when the wallet was imported: alarms don't travel. */
  imported(): void {
    for (const request of this.#wallet.editRequests.open()) this.placed(toEditView(request));
  }

  async run(job: AlarmJob): Promise<void> {
    const requestId = job.key.slice(JOB.length);
    const request = this.#wallet.editRequests.find(requestId);
    if (request === null || request.answer !== null) return;
    const { nowMs } = this.#ports.moment();
    const { alarms } = this.#ports;
    if (request.endsAtMs <= nowMs) {
      const ended = this.#ports.decide({ requestId, verdict: { verdict: "refused", code: "CASH_OUT_SUSPENDED", details: "{}" } });
      // A frozen wallet ends nothing until it works again.
      if (!ended.ok) alarms.schedule(job.key, nowMs + HOUR_MS);
      return;
    }
    // The next time stands before anything is sent: what is decided meanwhile finds a request that is answered.
    alarms.schedule(job.key, nowMs + ASK_AGAIN_MS);
    await this.#ports.ask(request);
  }
}
