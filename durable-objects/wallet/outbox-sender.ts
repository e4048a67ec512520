/**
 * Sends a wallet's news to the projection queue a moment after they were written, so that a burst leaves as one message.
 *
 * The usual way costs the wallet neither a write nor an alarm: a timer sends the rows that this instance has not sent yet, and their
 * acknowledgement removes them. The alarm is the net below it. It stands while rows may wait, and sends what an instance that died
 * had not sent and what nobody acknowledged in time. It is set well ahead, so that most commands find it standing.
 */
import { SECOND_MS } from "../../shared/kernel/time.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { OUTBOX_JOB, type Outbox, type OutboxRow } from "../platform/outbox.ts";

/** How long news are gathered: what waits for them (a bet's channels, reports) has time. */
const GATHER_MS = 500;
const NET_MS = 15 * SECOND_MS;

export class OutboxSender {
  readonly #ctx: DurableObjectState;
  readonly #outbox: Outbox;
  readonly #alarms: AlarmTable;
  readonly #send: (rows: readonly OutboxRow[]) => Promise<void>;
  /** The last row that this instance has sent or is sending; older ones are the net's. */
  #sentSeq = 0;
  #isTimerSet = false;
  /** That the net's job row is known to exist. A cache: false costs one statement. */
  #isNetSet = false;

  constructor(ctx: DurableObjectState, outbox: Outbox, alarms: AlarmTable, send: (rows: readonly OutboxRow[]) => Promise<void>) {
    this.#ctx = ctx;
    this.#outbox = outbox;
    this.#alarms = alarms;
    this.#send = send;
  }

  /** Has new rows sent soon. Synchronous: what it writes is part of the command's write. */
  soon(): void {
    if (!this.#isNetSet) {
      this.#alarms.scheduleIfAbsent(OUTBOX_JOB, Date.now() + NET_MS);
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
      .catch((error: unknown) => log("warn", "outbox_send_failed", { error }));
    this.#ctx.waitUntil(sent);
  }

  /** For the alarm: sends what is new or overdue, and comes again while rows wait. */
  async runJob(): Promise<void> {
    await this.#sendNew();
    const nextAtMs = await this.#outbox.drain(Date.now(), this.#send);
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, Math.max(nextAtMs, Date.now() + GATHER_MS));
    this.#isNetSet = nextAtMs !== null;
  }

  async #sendNew(): Promise<void> {
    for (let rows = this.#outbox.after(this.#sentSeq); rows.length > 0; rows = this.#outbox.after(this.#sentSeq)) {
      const before = this.#sentSeq;
      this.#sentSeq = rows.at(-1)?.seq ?? before;
      try {
        await this.#send(rows);
      } catch (error) {
        this.#sentSeq = Math.min(this.#sentSeq, before);
        throw error;
      }
    }
  }
}
