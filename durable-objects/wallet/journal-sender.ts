/**
 * Sends the journal's tail to the projection queue a moment after it was written, so that a burst leaves as one message.
 *
 * The journal is the outbox: what the projection has not acknowledged waits, and nothing else says so. The usual way costs the wallet
 * neither a write nor an alarm of its own: a timer sends what this instance has not sent yet. The alarm is the net below it: it writes
 * down what was acknowledged, and sends what an instance that died had not sent or nobody acknowledged in time. It is set well ahead,
 * so that most commands find it standing.
 */
import { SECOND_MS } from "../../shared/kernel/time.ts";
import type { WalletRun } from "../../shared/protocol/queue/wallet-run.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { RESEND_AFTER_MS } from "../platform/outbox.ts";
import { runFrom } from "./journal-runs.ts";
import type { WalletStores } from "./wallet-stores.ts";

export const DELIVERY_JOB = "delivery";

/** How long entries are gathered: what waits for them (a bet's channels, reports) has time. */
const GATHER_MS = 500;
/** Sooner than an idle object is put to sleep (ten seconds): it still remembers then what was acknowledged. */
const NET_MS = 8 * SECOND_MS;
const RESENDS_BACKED_OFF = 16;
/** Runs of one go; a long tail (a projection that was away for days) leaves in several. */
const RUNS_MAX = 50;
/** Between two goes of a long tail. */
const NEXT_GO_MS = SECOND_MS;

export class JournalSender {
  readonly #ctx: Pick<DurableObjectState, "waitUntil">;
  readonly #wallet: WalletStores;
  readonly #alarms: AlarmTable;
  readonly #send: (run: WalletRun) => Promise<void>;
  /** The last entry that this instance has sent or is sending. */
  #sentSeq = 0;
  #isTimerSet = false;
  /** That the net's job row is known to exist. A cache: false costs one statement. */
  #isNetSet = false;

  constructor(
    ctx: Pick<DurableObjectState, "waitUntil">,
    wallet: WalletStores,
    alarms: AlarmTable,
    send: (run: WalletRun) => Promise<void>,
  ) {
    this.#ctx = ctx;
    this.#wallet = wallet;
    this.#alarms = alarms;
    this.#send = send;
  }

  /** Has new entries sent soon. Synchronous: what it writes is part of the command's write. */
  soon(): void {
    if (!this.#isNetSet) {
      this.#alarms.scheduleIfAbsent(DELIVERY_JOB, Date.now() + NET_MS, "0");
      this.#alarms.arm();
      this.#isNetSet = true;
    }
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    const sent = scheduler
      .wait(GATHER_MS)
      .then(() => {
        this.#isTimerSet = false;
        return this.#sendNew();
      })
      .catch((error: unknown) => log("warn", "journal_not_sent", { error }));
    this.#ctx.waitUntil(sent);
  }

  /**
   * For the alarm, with the job's payload: how often in a row it found entries that nobody had acknowledged. Writes down what was
   * acknowledged, sends what is new or overdue, and comes again while something waits.
   */
  async runJob(payload: string): Promise<void> {
    const { sql, delivery, journal } = this.#wallet;
    const before = delivery.ackedSeq();
    const resends = Number(payload);
    // An instance that sent it all and hears nothing for so long sends again what is not acknowledged.
    if (resends > 0) this.#sentSeq = before;
    await this.#sendNew();
    const ackedSeq = delivery.ackedSeq();
    sql.transaction(() => delivery.persist());
    this.#isNetSet = ackedSeq < journal.book().head.seq;
    if (!this.#isNetSet) return;
    if (this.#sentSeq < journal.book().head.seq) {
      this.#alarms.schedule(DELIVERY_JOB, Date.now() + NEXT_GO_MS, "0");
      return;
    }
    const waits = ackedSeq > before ? 1 : Math.min(RESENDS_BACKED_OFF, resends + 1);
    this.#alarms.schedule(DELIVERY_JOB, Date.now() + RESEND_AFTER_MS * waits, String(waits));
  }

  async #sendNew(): Promise<void> {
    const { delivery, journal } = this.#wallet;
    for (let runs = 0; runs < RUNS_MAX; runs += 1) {
      const fromSeq = Math.max(this.#sentSeq, delivery.ackedSeq()) + 1;
      const run = runFrom(this.#wallet, fromSeq, journal.book().head.seq, "tail");
      if (run === null) return;
      this.#sentSeq = run.toSeq;
      try {
        await this.#send(run);
        journal.dropSent(run.toSeq);
      } catch (error) {
        this.#sentSeq = Math.min(this.#sentSeq, fromSeq - 1);
        throw error;
      }
    }
  }
}
