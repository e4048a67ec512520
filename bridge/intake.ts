/**
 * From the broker to the disk: takes raw messages in their order, tells the producers what they say about themselves, and stores all of
 * a moment with one write. What is not yet written when the process dies was never acknowledged by a bookmark: recovery brings it again.
 */
import { log } from "../durable-objects/platform/log.ts";
import { fixturePath } from "./documents.ts";
import { type MessageHead, readHead } from "./message-head.ts";
import type { Producers } from "./producers.ts";
import type { Arrival, Spool } from "./spool.ts";

export interface IntakeOptions {
  readonly spool: Spool;
  readonly producers: Producers;
  readonly language: string;
  readonly now: () => number;
  readonly onStored: () => void;
  /** The disk does not take it: nothing may go on. */
  readonly onBroken: (error: unknown) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  #pending: { readonly receivedAtMs: number; readonly text: string }[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  take(text: string): void {
    this.#pending.push({ receivedAtMs: this.#options.now(), text });
    if (this.#pending.length === 1) setImmediate(() => this.flush());
  }

  /** Writes what came in; called by itself at the end of each turn of the event loop. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return;
    try {
      this.#options.spool.append(pending.flatMap(({ receivedAtMs, text }) => this.#arrival(receivedAtMs, text)));
      this.#options.onStored();
    } catch (error) {
      this.#options.onBroken(error);
    }
  }

  #arrival(receivedAtMs: number, text: string): readonly Arrival[] {
    const head = readHead(text);
    if (head === null) {
      log("warn", "message_is_no_xml", { chars: text.length });
      return [];
    }
    const { language } = this.#options;
    const { eventId, product } = head;
    const event = eventId === null || product === null ? null : { urn: eventId, product, isOver: head.closesEvent };
    return [
      {
        receivedAtMs,
        text,
        isAlive: head.name === "alive",
        event,
        fixturePath: event === null ? null : fixturePath(event.urn, language, false),
        renewedPath: event === null || head.name !== "fixture_change" ? null : fixturePath(event.urn, language, true),
        bookmark: this.#bookmarkOf(head, receivedAtMs),
      },
    ];
  }

  /** Tells the producers, and says where a recovery could begin once all until here is posted. */
  #bookmarkOf({ name, product, timestampMs, requestId, subscribed }: MessageHead, nowMs: number): Arrival["bookmark"] {
    const { producers } = this.#options;
    if (product === null) return null;
    if (name === "snapshot_complete" && requestId !== null) {
      const answer = producers.onSnapshotComplete(product, requestId);
      if (answer !== null) log("info", "producer_up", { product, requestId });
      const afterMs = answer?.coveredFromMs ?? null;
      return afterMs === null ? null : { product, afterMs };
    }
    if (name !== "alive") return null;
    const isUp = producers.onAlive(product, subscribed === true, timestampMs, nowMs);
    return isUp && timestampMs !== null ? { product, afterMs: timestampMs } : null;
  }
}
