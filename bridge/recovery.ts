/**
 * Asks for what was missed. Each producer that needs it is asked from its bookmark, within the limits; when the bookmark is older than
 * the producer keeps, for a snapshot of all prices and then for the settlements of each event.
 */
import { log } from "../durable-objects/platform/log.ts";
import { MINUTE_MS, SECOND_MS } from "../shared/kernel/time.ts";
import type { ProducerState, Producers } from "./producers.ts";
import { kindOf, mayAsk } from "./recovery-limits.ts";
import type { Rest } from "./rest.ts";
import type { Spool } from "./spool.ts";

const ACCEPTED = 202;
/** Single events asked for in one run. */
const EVENTS_AT_ONCE = 5;
const WAIT_MS_MIN = 30 * SECOND_MS;
const WAIT_MS_MAX = 10 * MINUTE_MS;
/** A bookmark on the edge of the window may be over it on arrival. */
const WINDOW_RESERVE_MS = MINUTE_MS;

export interface RecoveryOptions {
  readonly spool: Spool;
  readonly producers: Producers;
  readonly rest: Rest;
  readonly nodeId: number;
  readonly now: () => number;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #failures = new Map<number, number>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Asks whoever is due. Not to be called again before it has answered. */
  async run(): Promise<void> {
    const { producers, now } = this.#options;
    for (const state of producers.due(now())) await this.#askProducer(state);
    await this.#askEvents();
  }

  async #askProducer({ producer: { product, path, windowMs } }: ProducerState): Promise<void> {
    const { spool, producers, rest, nodeId, now } = this.#options;
    const nowMs = now();
    const bookmark = spool.bookmark(product);
    const afterMs = bookmark === null || nowMs - bookmark > windowMs - WINDOW_RESERVE_MS ? null : bookmark;
    const kind = kindOf(afterMs, nowMs);
    if (!mayAsk(kind, nowMs, (sinceMs) => spool.askedSince(kind, sinceMs))) {
      log("warn", "recovery_held_back", { product, kind });
      producers.onHeldBack(product, nowMs + WAIT_MS_MIN);
      return;
    }
    // Noted before it is asked: its first answers may overtake the provider's "accepted".
    const requestId = spool.noteRecovery(product, kind, nowMs);
    producers.onAsked(product, requestId, nowMs);
    const after = afterMs === null ? "" : `after=${afterMs}&`;
    const status = await rest.post(`/${path}/recovery/initiate_request?${after}request_id=${requestId}&node_id=${nodeId}`);
    log(status === ACCEPTED ? "info" : "warn", "recovery_asked", { product, requestId, afterMs, status });
    if (status === ACCEPTED) {
      this.#failures.delete(product);
      if (afterMs === null) spool.wantStateOfEvents(product);
      return;
    }
    const failures = (this.#failures.get(product) ?? 0) + 1;
    this.#failures.set(product, failures);
    producers.onNotAccepted(product, requestId, now() + Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(failures - 1, 8)));
  }

  /** Single events, as far as the limits go; one that is not accepted goes back to the end of the list. */
  async #askEvents(): Promise<void> {
    const { spool, producers, rest, nodeId, now } = this.#options;
    for (const wanted of spool.wantedEvents(EVENTS_AT_ONCE)) {
      const nowMs = now();
      if (!mayAsk("event", nowMs, (sinceMs) => spool.askedSince("event", sinceMs))) return;
      const path = producers.all().find(({ producer }) => producer.product === wanted.product)?.producer.path;
      const requestId = spool.noteEventRecovery(wanted, nowMs);
      if (path === undefined) continue;
      const query = `request_id=${requestId}&node_id=${nodeId}`;
      const status = await rest.post(`/${path}/${wanted.wants}/events/${wanted.urn}/initiate_request?${query}`);
      if (status === ACCEPTED) continue;
      log("warn", "event_recovery_not_accepted", { ...wanted, status });
      // An event that the provider does not know any more has nothing to recover.
      if (status !== 404) spool.wantEvent(wanted);
      return;
    }
  }
}
