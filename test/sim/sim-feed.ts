/**
 * A feed with two producers, and the bridge that brings it to the platform: messages, signs of life and recoveries in the order of their
 * arrival, again until they are taken. The bridge's own idea of its producers decides what it asks for; the platform's port does the rest.
 *
 * A producer that is silent, or a bridge without its connection, loses what is said meanwhile: only a recovery brings it.
 */
import { Producers } from "../../bridge/producers.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/kernel/time.ts";
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { deliverSteps, type FeedStep } from "../../workers/services/feeds/deliver-steps.ts";
import type { Faults } from "./faults.ts";
import type { Platform } from "./platform.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

export const FEED = "simulator";
/** Before the match, and while it is played. */
export const PRODUCERS = { before: 1, live: 3 } as const;
const ALIVE_MS = 10 * SECOND_MS;
const TOO_OLD_MS = 20 * SECOND_MS;
const BATCH_MAX = 6;
const AWAY_MS = { min: SECOND_MS, max: MINUTE_MS };

/** A message of a fixture without its number, which it gets as it arrives. */
export type Said = FeedMessage extends infer One ? (One extends FeedMessage ? Omit<One, "sequence"> : never) : never;

interface Sent {
  readonly said: Said;
  readonly country: Country;
  readonly producer: number;
  /** Its number, once it has arrived. */
  sequence: number;
  readonly taken: () => void;
}

interface Waiting {
  readonly step: FeedStep;
  readonly country: Country | null;
  readonly arrivedAtMs: number;
  readonly taken: () => void;
}

export class SimFeed {
  /** For every recovery that is through, what it brought. */
  readonly recovered = new Map<string, readonly Sent[]>();
  readonly #world: World;
  readonly #platform: Platform;
  readonly #faults: Faults;
  readonly #prng: Prng;
  readonly #producers = new Producers();
  readonly #missed = new Map<number, Sent[]>();
  readonly #silentUntilMs = new Map<number, number>();
  /** What each fixture offers, as it was said last, by its producer. */
  readonly #offers = new Map<string, Sent>();
  readonly #spool: Waiting[] = [];
  #isPosting = false;
  #gapUntilMs = 0;
  #wasGap = false;
  #sequence = 0;
  #requests = 0;
  #isOver = false;

  constructor(world: World, platform: Platform, faults: Faults) {
    [this.#world, this.#platform, this.#faults] = [world, platform, faults];
    this.#prng = world.prng.split("feed");
    this.#producers.setList(Object.entries(PRODUCERS).map(([name, product]) => ({ product, name, path: name, windowMs: 60 * MINUTE_MS })));
    for (const product of Object.values(PRODUCERS)) this.#missed.set(product, []);
    this.#live();
    this.#tick();
  }

  /** True when everything that was said has been taken, and every producer is up as the bridge sees it. */
  get isWhole(): boolean {
    const missed = [...this.#missed.values()].some(({ length }) => length > 0);
    return !missed && this.#spool.length === 0 && !this.#isPosting && this.#producers.all().every(({ phase }) => phase === "up");
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Says nothing any more, not even that it lives. */
  end(): void {
    this.#isOver = true;
  }

  /** Says a message of a fixture; resolves when the platform has taken it, after a recovery if need be. */
  say(country: Country, producer: number, said: Said): Promise<void> {
    return new Promise((taken) => {
      const sent: Sent = { said, country, producer, sequence: 0, taken };
      if (said.type === "odds_change") this.#offers.set(said.fixtureId, sent);
      if (said.type === "bet_settlement") this.#offers.delete(said.fixtureId);
      this.#send(sent);
    });
  }

  #send(sent: Sent): void {
    if (this.#isAway(sent.producer)) {
      this.#world.reached("feed-message-missed");
      this.#missed.get(sent.producer)?.push(sent);
    } else this.#arrive(sent);
  }

  #arrive(sent: Sent): void {
    this.#sequence += 1;
    sent.sequence = this.#sequence;
    const step = { ...sent.said, producer: sent.producer, sequence: sent.sequence } as FeedMessage;
    this.#post({ step, country: sent.country, arrivedAtMs: this.#world.nowMs, taken: sent.taken });
  }

  #isAway(producer: number): boolean {
    return this.#world.nowMs < this.#gapUntilMs || this.#world.nowMs < (this.#silentUntilMs.get(producer) ?? 0);
  }

  /** Producers say every ten seconds that they live, as long as they are not silent and the bridge hears. */
  #live(): void {
    if (this.#isOver) return;
    if (this.#faults.strikes("feed-gap", "feed")) this.#gapUntilMs = this.#world.nowMs + this.#prng.between(AWAY_MS.min, AWAY_MS.max);
    for (const product of Object.values(PRODUCERS)) {
      const isHushed = this.#world.nowMs >= this.#gapUntilMs && this.#faults.strikes("producer-silent", `producer ${product}`);
      if (isHushed) this.#silentUntilMs.set(product, this.#world.nowMs + this.#prng.between(AWAY_MS.min, AWAY_MS.max));
      if (this.#isAway(product)) continue;
      // Who lost messages on the far side says that nobody is subscribed.
      const isSubscribed = this.#missed.get(product)?.length === 0 || this.#prng.chance(0.5);
      this.#producers.onAlive(product, isSubscribed, this.#world.nowMs, this.#world.nowMs);
      const step: FeedStep = { kind: "alive", producer: product, atMs: this.#world.nowMs, isSubscribed };
      this.#post({ step, country: null, arrivedAtMs: this.#world.nowMs, taken: () => {} });
    }
    this.#world.after(ALIVE_MS, "", () => this.#live());
  }

  /** The bridge's clock: what is lost is noticed, and asked for. */
  #tick(): void {
    if (this.#isOver) return;
    const { nowMs } = this.#world;
    const isGap = nowMs < this.#gapUntilMs;
    const oldest = this.#spool[0];
    const isLate = oldest !== undefined && nowMs - oldest.arrivedAtMs > TOO_OLD_MS;
    if ((this.#wasGap && !isGap) || isLate) this.#producers.onGap();
    this.#wasGap = isGap;
    if (!isGap && !isLate) for (const { producer } of this.#producers.due(nowMs)) this.#ask(producer.product);
    this.#world.after(SECOND_MS, "", () => this.#tick());
  }

  #ask(product: number): void {
    this.#requests += 1;
    const requestId = this.#requests;
    const { nowMs } = this.#world;
    this.#producers.onAsked(product, requestId, nowMs);
    const recovery = { product, request_id: requestId, requested_at_ms: nowMs };
    this.#post({ step: { sequence: 1, received_at_ms: nowMs, recovery }, country: null, arrivedAtMs: nowMs, taken: () => {} });
    this.#world.reached("feed-recovery");
    this.#world.after(this.#prng.between(200, 5_000), `producer ${product} recovers`, () => this.#recover(product, requestId));
  }

  /** What was missed, then what is offered now, then the end. A producer that is away meanwhile has answered nobody. */
  #recover(product: number, requestId: number): void {
    if (this.#isAway(product)) return;
    const missed = this.#missed.get(product)?.splice(0) ?? [];
    for (const sent of missed) this.#arrive(sent);
    const offers = [...this.#offers.values()].filter(({ producer }) => producer === product).map((sent) => ({ ...sent, taken: () => {} }));
    for (const sent of offers) this.#arrive(sent);
    this.#producers.onSnapshotComplete(product, requestId);
    this.recovered.set(`${product}:${requestId}`, [...missed, ...offers]);
    const step: FeedStep = { kind: "snapshot_complete", producer: product, requestId, atMs: this.#world.nowMs };
    this.#post({ step, country: null, arrivedAtMs: this.#world.nowMs, taken: () => {} });
  }

  #post(waiting: Waiting): void {
    this.#spool.push(waiting);
    void this.#postAll();
  }

  /** One batch at a time, again until the platform has taken it. */
  async #postAll(): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    for (;;) {
      const [first] = this.#spool;
      if (first === undefined) break;
      const batch: Waiting[] = [];
      for (const one of this.#spool.slice(0, BATCH_MAX)) {
        if (one.country !== null && batch.some(({ country }) => country !== null && country !== one.country)) break;
        batch.push(one);
      }
      await this.#postBatch(batch);
      this.#spool.splice(0, batch.length);
      for (const { taken } of batch) taken();
    }
    this.#isPosting = false;
  }

  async #postBatch(batch: readonly Waiting[]): Promise<void> {
    const country = batch.find((one) => one.country !== null)?.country ?? null;
    for (;;) {
      // A sign of life that comes late is none.
      const timely = batch.filter(
        ({ step, arrivedAtMs }) => !("kind" in step && step.kind === "alive") || this.#world.nowMs - arrivedAtMs <= TOO_OLD_MS,
      );
      const steps = timely.map(({ step }) => step);
      const context = this.#platform.context("KE", null);
      const done = await this.#platform.inWorker("feed", () => deliverSteps(context, FEED, country === null ? [] : [country], steps));
      if (done !== null) {
        for (const producer of done.value.recoveryWanted) {
          this.#world.reached("feed-recovery-wanted");
          this.#producers.onRecoveryWanted(producer);
        }
        return;
      }
      await new Promise<void>((resolve) => this.#world.after(this.#prng.between(50, 2_000), "", resolve));
    }
  }
}
