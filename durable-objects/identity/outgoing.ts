/**
 * What leaves an Identity object: text messages with codes, and the player's row for lists. Both are outbox rows written with the
 * change they speak of, sent by the alarm and kept until acknowledged.
 *
 * Sequence numbers come from a counter that never goes back: were a number used again, a late acknowledgement of the first message
 * would erase the second. A message whose code expired or was replaced is dropped, never sent late.
 */
import { CODE_VALID_MS } from "../../shared/compliance/attempts.ts";
import { MINUTE_MS } from "../../shared/kernel/time.ts";
import { type SmsRow, smsRowSchema, type UserRow } from "../../shared/protocol/queue/identity-rows.ts";
import type { NotificationMessage, ProjectionMessage } from "../../shared/protocol/queue/messages.ts";
import type { ProfileView } from "../../shared/protocol/rpc/identity.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { DRAIN_DELAY_MS, OUTBOX_JOB, Outbox, type OutboxRow } from "../platform/outbox.ts";
import type { Sql } from "../platform/sql.ts";

export interface Queues {
  readonly NOTIFICATION_QUEUE: Queue;
  readonly PROJECTION_QUEUE: Queue;
}

const CODE_VALID_MINUTES = CODE_VALID_MS / MINUTE_MS;

export class Outgoing {
  readonly #sql: Sql;
  readonly #outbox: Outbox;
  readonly #alarms: AlarmTable;

  constructor(sql: Sql, alarms: AlarmTable) {
    this.#sql = sql;
    this.#outbox = new Outbox(sql);
    this.#alarms = alarms;
  }

  /** Adds the message with a code; returns its sequence number. Call inside the transaction. */
  addCode(to: string, code: string, nowMs: number): number {
    const text = `Mkeka: your code is ${code}. It is valid for ${CODE_VALID_MINUTES} minutes. Never share it with anyone.`;
    return this.#add("sms", { to, text, expiresAtMs: nowMs + CODE_VALID_MS } satisfies SmsRow, nowMs);
  }

  /** Adds the player's row for lists. Call inside the transaction. */
  addUser(profile: ProfileView, nowMs: number): void {
    const { userId, phoneNumber, fullName, verified, createdAtMs } = profile;
    this.#add("user", { userId, phoneNumber, fullName, verified, createdAtMs } satisfies UserRow, nowMs);
  }

  acknowledge(seqs: readonly number[]): void {
    this.#outbox.acknowledge(seqs);
  }

  /** Sends what is due and schedules the next run while rows wait. */
  async drain(profile: ProfileView, queues: Queues, nowMs: number): Promise<void> {
    const nextAtMs = await this.#outbox.drain(nowMs, (rows) => send(rows, profile, queues));
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, nextAtMs);
  }

  #add(topic: string, body: SmsRow | UserRow, nowMs: number): number {
    this.#sql.run("UPDATE message_sequence SET last = last + 1");
    const seq = this.#sql.first<{ last: number }>("SELECT last FROM message_sequence")?.last ?? 1;
    this.#outbox.add(topic, JSON.stringify(body), nowMs, seq);
    this.#alarms.schedule(OUTBOX_JOB, nowMs + DRAIN_DELAY_MS);
    return seq;
  }
}

async function send(rows: readonly OutboxRow[], profile: ProfileView, queues: Queues): Promise<void> {
  const { country } = profile;
  const objectName = `${country}:${profile.phoneNumber}`;
  for (const row of rows.filter(({ topic }) => topic === "sms")) {
    const { to, text, expiresAtMs } = smsRowSchema.parse(JSON.parse(row.body));
    const message: NotificationMessage = {
      v: 1,
      country,
      kind: "sms",
      notificationId: `${profile.userId}:${row.seq}`,
      to,
      text,
      expiresAtMs,
      source: { objectName, seq: row.seq },
    };
    await queues.NOTIFICATION_QUEUE.send(message);
  }
  const users = rows.filter(({ topic }) => topic === "user").map(({ seq, topic, body }) => ({ seq, topic, body }));
  if (users.length === 0) return;
  const message: ProjectionMessage = { v: 1, source: "identity", objectName, country, rows: users };
  await queues.PROJECTION_QUEUE.send(message);
}
