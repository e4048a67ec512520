/** Packs outbox rows into projection messages that a queue takes: in order, each under the size limit. */
import { QUEUE_MESSAGE_BYTES_MAX } from "../../shared/kernel/limits.ts";
import type { ProjectionMessage } from "../../shared/protocol/queue/messages.ts";
import type { OutboxRow } from "../platform/outbox.ts";
import type { Profile } from "./profile-store.ts";

/** Room for the message around the rows. */
const ENVELOPE_BYTES = 1_000;

/** Makes the messages of one drain. A row alone may pass the limit; the queue then refuses it and the alarm's log names it. */
export function projectionMessages(profile: Profile, rows: readonly OutboxRow[]): readonly ProjectionMessage[] {
  const pages: OutboxRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const rowBytes = new TextEncoder().encode(JSON.stringify(row.body)).length;
    if (bytes + rowBytes > QUEUE_MESSAGE_BYTES_MAX - ENVELOPE_BYTES) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)?.push(row);
    bytes += rowBytes;
  }
  return pages.map((page) => ({
    v: 1,
    source: "wallet",
    objectName: profile.walletId,
    country: profile.country,
    rows: page.map(({ seq, topic, body }) => ({ seq, topic, body })),
  }));
}
