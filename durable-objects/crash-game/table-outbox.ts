/**
 * What a table tells the read model: rows that are written with the state they speak of, sent by the alarm, and kept until they are stored.
 */
import type { Country } from "../../shared/tenants/tenant.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { OUTBOX_JOB, Outbox } from "../platform/outbox.ts";
import type { Sql } from "../platform/sql.ts";
import type { TableName } from "./table-rows.ts";

/** As `workers/queues/projection/crash-table.ts` tells rows apart. */
type Topic = "round" | "autoplay";

export interface TableOutboxPorts {
  readonly sql: Sql;
  readonly alarms: AlarmTable;
  readonly name: TableName;
  readonly country: Country;
  readonly queue: Queue;
}

export class TableOutbox {
  readonly #ports: TableOutboxPorts;
  readonly #outbox: Outbox;

  constructor(ports: TableOutboxPorts) {
    this.#ports = ports;
    this.#outbox = new Outbox(ports.sql);
  }

  /** Adds a row and its job; call inside the transaction of what it tells. */
  add(topic: Topic, row: object, nowMs: number): void {
    this.#outbox.add(topic, JSON.stringify(row), nowMs);
    // Brings the job forward: older rows may wait long for their acknowledgement.
    this.#ports.alarms.schedule(OUTBOX_JOB, nowMs);
  }

  acknowledge(seqs: readonly number[]): void {
    this.#outbox.acknowledge(seqs);
    if (this.#outbox.pending() === 0) this.#ports.alarms.cancel(OUTBOX_JOB);
  }

  /** For the alarm: sends what is due, and comes again while something waits. */
  async drain(): Promise<void> {
    const { alarms, name, country, queue } = this.#ports;
    const nextAtMs = await this.#outbox.drain(Date.now(), async (rows) => {
      await queue.send({
        ...{ v: 1, source: "crash_table", objectName: `${name.gameId}:${name.number}`, country },
        rows: rows.map(({ seq, topic, body }) => ({ seq, topic, body })),
      });
    });
    if (nextAtMs !== null) alarms.schedule(OUTBOX_JOB, nextAtMs);
  }
}
