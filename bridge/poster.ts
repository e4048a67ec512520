/**
 * Brings the spool to the platform: batches in order, one at a time, again until they are acknowledged. A batch that the platform
 * refuses for its content is halved until the one message is found; that one is set aside.
 */
import { log } from "../durable-objects/platform/log.ts";
import { SECOND_MS } from "../shared/kernel/time.ts";
import { FEED_BATCH_MAX } from "../shared/protocol/feed/batch.ts";
import { type Platform, wireOf } from "./platform.ts";
import type { Spool, Spooled } from "./spool.ts";

/** Bytes of one body that every door on the way lets through; a larger message goes alone. */
const BODY_BYTES_MAX = 200_000;
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
    const [first] = batch;
    if (first === undefined) return null;
    const outcome = await platform.post(batch);
    if (outcome.kind === "failed") return this.#waitAfter(outcome.why);
    this.#failures = 0;
    if (outcome.kind === "accepted") {
      spool.acknowledge(batch.map(({ sequence }) => sequence));
      this.#lastPostedAtMs = now();
      this.#batchMax = FEED_BATCH_MAX;
      if (outcome.unknownFixtures.length > 0) this.#options.onUnknownFixtures(outcome.unknownFixtures);
    } else if (batch.length > 1) {
      this.#batchMax = Math.floor(batch.length / 2);
    } else {
      log("error", "message_refused", { sequence: first.sequence, status: outcome.status });
      spool.setAside(first, outcome.status, now());
    }
    return 0;
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
