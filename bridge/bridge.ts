/**
 * The bridge: one consumer, one spool, one poster, and the clock that drives recovery. Started once; stopped without losing anything.
 */
import { log } from "../durable-objects/platform/log.ts";
import { DAY_MS, SECOND_MS } from "../shared/kernel/time.ts";
import { Changes } from "./changes.ts";
import { fetchAwaited, fixturePath } from "./documents.ts";
import type { BridgeStatus } from "./health.ts";
import { Intake } from "./intake.ts";
import { awaitNames, listPaths } from "./names.ts";
import type { Platform } from "./platform.ts";
import { Poster } from "./poster.ts";
import { Producers, SILENCE_MS_MAX } from "./producers.ts";
import { type Account, readProducers } from "./provider-documents.ts";
import { Recovery } from "./recovery.ts";
import type { Rest } from "./rest.ts";
import { type AmqpConnection, Session } from "./session.ts";
import type { Spool } from "./spool.ts";

const IDLE_MS = SECOND_MS;
const FETCH_MS = 200;
const EVENTS_KEPT_MS = 7 * DAY_MS;

export interface BridgeOptions {
  readonly spool: Spool;
  readonly platform: Platform;
  readonly rest: Rest;
  readonly connect: () => Promise<AmqpConnection>;
  readonly account: Account;
  readonly nodeId: number;
  readonly language: string;
  readonly spoolMax: number;
  /** Between two looks at producers and lists. */
  readonly tickMs: number;
  readonly now: () => number;
  readonly random: () => number;
  /** The bridge can't go on: its disk refuses. */
  readonly onBroken: (error: unknown) => void;
}

export class Bridge {
  readonly #options: BridgeOptions;
  readonly #producers = new Producers();
  readonly #intake: Intake;
  readonly #poster: Poster;
  readonly #recovery: Recovery;
  readonly #changes: Changes;
  readonly #session: Session;
  #isStopped = false;
  #describedAtMs: number | null = null;
  readonly #stopping = new AbortController();
  #wake: () => void = () => {};
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: BridgeOptions) {
    const { spool, platform, rest, nodeId, language, now, random, onBroken } = options;
    const producers = this.#producers;
    this.#options = options;
    this.#intake = new Intake({ spool, producers, language, now, onStored: () => this.#wake(), onBroken });
    this.#poster = new Poster({
      ...{ spool, platform, now, random },
      onUnknownFixtures: (fixtureIds) => this.#describe(fixtureIds),
      onUndescribed: (wanted) => awaitNames(spool, wanted, language, now()),
      onRecoveryWanted: (product) => producers.onRecoveryWanted(product),
    });
    this.#recovery = new Recovery({ spool, producers, rest, nodeId, now });
    this.#changes = new Changes({ spool, rest, language, now });
    this.#session = new Session({
      ...{ connect: options.connect, nodeId, random, wait: (ms) => this.#pause(ms) },
      onMessage: (text) => this.#intake.take(text),
      onGap: () => producers.onGap(),
      hasRoom: () => spool.figures().waiting < options.spoolMax / 2,
    });
  }

  /** Reads the producers, then runs until `stop`; rejects when the provider does not answer at the start. */
  async start(): Promise<void> {
    await this.#readDescriptions();
    const isStopped = () => this.#isStopped;
    const loops = [this.#session.run(isStopped), this.#post(), this.#fetch(), this.#tick()];
    this.#loops = Promise.all(loops).catch(this.#options.onBroken);
  }

  /** Takes no more, stores what came in, and ends when the batch under way is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#session.disconnect();
    this.#intake.flush();
    this.#stopping.abort();
    this.#wake();
    await this.#loops;
  }

  status(): BridgeStatus {
    const { spool, now, account } = this.#options;
    const { waiting, oldestMs, refused, wantedEvents } = spool.figures();
    return {
      connected: this.#session.isConnected,
      producers: this.#producers
        .all()
        .map(({ producer: { product }, phase }) => ({ product, phase, bookmark_ms: spool.bookmark(product) })),
      ...{ waiting, oldest_age_ms: oldestMs === null ? 0 : Math.max(0, now() - oldestMs), refused, events_to_recover: wantedEvents },
      ...{ last_posted_at_ms: this.#poster.lastPostedAtMs, token_expires_at: account.expiresAt },
    };
  }

  async #post(): Promise<void> {
    while (!this.#isStopped) {
      const waitMs = await this.#poster.step();
      if (waitMs !== 0) await this.#pause(waitMs ?? IDLE_MS, waitMs === null);
    }
  }

  async #tick(): Promise<void> {
    while (!this.#isStopped) {
      await this.#everySecond();
      await this.#pause(this.#options.tickMs);
    }
  }

  async #fetch(): Promise<void> {
    const { spool, rest, now } = this.#options;
    while (!this.#isStopped) {
      const tried = await fetchAwaited(spool, rest, now);
      if (tried === 0) await this.#pause(FETCH_MS);
      else this.#wake();
    }
  }

  async #everySecond(): Promise<void> {
    const { spool, now, spoolMax } = this.#options;
    if (this.#session.isConnected && spool.figures().waiting >= spoolMax) {
      log("error", "spool_full", { waiting: spool.figures().waiting });
      await this.#session.disconnect();
    }
    // Asked only when the platform has caught up: until then its producers are down, and each answer would be late as well.
    if (spool.isLate(now(), SILENCE_MS_MAX)) this.#producers.onGap();
    else if (this.#session.isConnected) {
      await this.#recovery.run();
      await this.#changes.run();
    }
    // A provider that does not answer is asked again in a second: the lists that are known hold until then.
    if (this.#describedAtMs === null || now() - this.#describedAtMs >= DAY_MS)
      await this.#readDescriptions().catch((error: unknown) => log("warn", "descriptions_not_read", { error }));
  }

  /** The producers' list, which the bridge itself needs, and those of names, which the platform does. Daily. */
  async #readDescriptions(): Promise<void> {
    const { spool, rest, now, language } = this.#options;
    const fetched = await rest.get("/descriptions/producers.xml");
    if (!fetched.ok) throw new Error(`the provider answered ${fetched.status} to the list of producers`);
    const producers = readProducers(fetched.text);
    if (!producers.ok) throw new Error(`the list of producers can't be used: ${producers.error.reason}`);
    this.#producers.setList(producers.value);
    spool.appendDocument(fetched.text, now());
    for (const path of listPaths(language)) spool.awaitDocument(null, path, now());
    spool.forget(now() - EVENTS_KEPT_MS);
    this.#describedAtMs = now();
  }

  #describe(fixtureIds: readonly string[]): void {
    const { spool, language, now } = this.#options;
    for (const fixtureId of fixtureIds) {
      const urn = spool.describeAgain(fixtureId, now());
      const path = urn === null ? null : fixturePath(urn, language, false);
      if (path !== null) spool.awaitDocument(urn, path, now());
    }
  }

  /** Waits, unless the bridge stops or (when `wakeable`) something comes in. */
  #pause(ms: number, wakeable = false): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isStopped) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        this.#stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#stopping.signal.addEventListener("abort", done);
      if (wakeable) this.#wake = done;
    });
  }
}
