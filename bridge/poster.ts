/**
 * Brings the spool to the platform: batches in order, one at a time, again until they are acknowledged. A batch that the platform
 * refuses for its content is halved until the one message is found; that one is set aside.
 */
import { log } from "../durable-objects/platform/log.ts";
import { SECOND_MS } from "../shared/kernel/time.ts";
import { FEED_BATCH_MAX } from "../shared/protocol/feed/batch.ts";
import type { UofReceipt } from "../shared/protocol/feed/uof-batch.ts";
import { type Platform, wireOf } from "./platform.ts";
import { SILENCE_MS_MAX } from "./producers.ts";
import type { Spool, Spooled } from "./spool.ts";

/** Bytes of one body; a larger message goes alone. */
const BODY_BYTES_MAX = 1_000_000;
const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 30 * SECOND_MS;

export interface PosterOptions {
  readonly spool: Spool;
  readonly platform: Platform;
  readonly now: () => number;
  /** 0..1, for back-off. */
  readonly random: () => number;
  /** The platform has never heard of these fixtures. */
  readonly onUnknownFixtures: (fixtureIds: readonly string[]) => void;
  /** It sells nothing of these until a document names them. */
  readonly onUndescribed: (wanted: UofReceipt["undescribed"]) => void;
  /** The platform takes this producer as away, and needs a recovery to take it back. */
  readonly onRecoveryWanted: (product: number) => void;
}

export class Poster {
  readonly #options: PosterOptions;
  #batchMax = FEED_BATCH_MAX;
  #failures = 0;
  #lastPostedAtMs: number | null = null;

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  get lastPostedAtMs(): number | null {
    return this.#lastPostedAtMs;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Posts one batch; answers how long to wait before the next, 0 when there may be more, null when nothing waits. */
  async step(): Promise<number | null> {
    const { spool, platform, now } = this.#options;
    const batch = fitting(spool.next(this.#batchMax));
    if (batch.length === 0) return null;
    const startedAtMs = now();
    // A sign of life that comes late is none: the platform would sell old prices on the word of it.
    const timely = batch.filter(({ kind, receivedAtMs }) => kind !== "alive" || startedAtMs - receivedAtMs <= SILENCE_MS_MAX);
    const [first] = timely;
    if (first === undefined) {
      spool.acknowledge(batch.map(({ sequence }) => sequence));
      return 0;
    }
    const outcome = await platform.post(timely);
    if (outcome.kind === "failed") return this.#waitAfter(outcome.why);
    this.#failures = 0;
    if (outcome.kind === "accepted") this.#settle(batch, outcome.receipt);
    else if (timely.length > 1) {
      this.#batchMax = Math.max(1, Math.floor(batch.length / 2));
    } else {
      this.#setAside(first, `status ${outcome.status}`);
      this.#batchMax = FEED_BATCH_MAX;
    }
    return 0;
  }

  #settle(batch: readonly Spooled[], receipt: UofReceipt): void {
    const { spool, now, onUnknownFixtures, onUndescribed, onRecoveryWanted } = this.#options;
    const { refused, unknown_fixtures: unknownFixtures, undescribed, recovery_wanted: recoveryWanted } = receipt;
    const reasons = new Map(refused.map(({ sequence, reason }) => [sequence, reason]));
    for (const message of batch) {
      const reason = reasons.get(message.sequence);
      if (reason !== undefined) this.#setAside(message, reason);
    }
    spool.acknowledge(batch.flatMap(({ sequence }) => (reasons.has(sequence) ? [] : [sequence])));
    this.#lastPostedAtMs = now();
    this.#batchMax = FEED_BATCH_MAX;
    if (unknownFixtures.length > 0) onUnknownFixtures(unknownFixtures);
    if (undescribed.length > 0) onUndescribed(undescribed);
    for (const product of recoveryWanted) onRecoveryWanted(product);
  }

  #setAside(message: Spooled, reason: string): void {
    log("error", "message_refused", { sequence: message.sequence, reason });
    this.#options.spool.setAside(message, reason, this.#options.now());
  }

  /** Full jitter: bridges and platforms that come back do not do so in step. */
  #waitAfter(why: string): number {
    this.#failures += 1;
    if (this.#failures === 1 || this.#failures % 20 === 0) log("warn", "platform_does_not_take", { failures: this.#failures, why });
    const ceiling = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(this.#failures, 16));
    return Math.max(WAIT_MS_MIN, Math.floor(ceiling * this.#options.random()));
  }
}

/** As many as fit into one body, at least one. */
function fitting(messages: readonly Spooled[]): readonly Spooled[] {
  let bytes = 0;
  const end = messages.findIndex((message, index) => {
    bytes += Buffer.byteLength(wireOf(message), "utf8") + 1;
    return bytes > BODY_BYTES_MAX && index > 0;
  });
  return end === -1 ? messages : messages.slice(0, end);
}
