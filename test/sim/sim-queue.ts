/**
 * Queues as the platform has them: at least once, in batches, in any order. Messages are doubled, delayed, retried, given up to the
 * dead-letter queue, and sometimes lost outright, which no queue promises but some do.
 */
import type { Faults } from "./faults.ts";
import { SimWorker } from "./sim-network.ts";
import type { Context, World } from "./world.ts";

export interface QueueSettings {
  readonly name: string;
  readonly batchMax: number;
  readonly waitMs: number;
  readonly retriesMax: number;
}

/** Runs a batch on behalf of a worker. */
export type Consume = (batch: MessageBatch, worker: Context) => Promise<void>;

interface Waiting {
  readonly id: string;
  readonly body: unknown;
  attempts: number;
}

const MESSAGE_BYTES_MAX = 128_000;
const ACK_MS_MAX = 8;
const DELAY_MS_MAX = 90_000;
const BATCH_LIFE_MS = 30_000;

export class SimQueue {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #settings: QueueSettings;
  readonly #consume: Consume;
  readonly #deadLetters: (body: unknown) => void;
  #waiting: Waiting[] = [];
  #isBatchPlanned = false;
  #sent = 0;
  #inFlight = 0;

  constructor(world: World, faults: Faults, settings: QueueSettings, consume: Consume, deadLetters: (body: unknown) => void) {
    this.#world = world;
    this.#faults = faults;
    this.#settings = settings;
    this.#consume = consume;
    this.#deadLetters = deadLetters;
  }

  /** True when nothing waits and nothing runs. */
  get isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#inFlight === 0;
  }

  /** The producer's binding. */
  binding(): { send(body: unknown): Promise<void>; sendBatch(messages: Iterable<{ readonly body: unknown }>): Promise<void> } {
    return {
      send: (body) => this.#send([body]),
      sendBatch: (messages) => this.#send([...messages].map(({ body }) => body)),
    };
  }

  #send(bodies: readonly unknown[]): Promise<void> {
    const sender = this.#world.current;
    const { name } = this.#settings;
    for (const body of bodies)
      if (JSON.stringify(body).length > MESSAGE_BYTES_MAX) return Promise.reject(new Error("message is too large"));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const fails = this.#faults.strikes("queue-send-fails", name);
        const failsAfter = !fails && this.#faults.strikes("queue-send-fails-after", name);
        if (!fails) for (const body of bodies) this.#accept(body);
        const answer = fails || failsAfter ? () => reject(new Error(`queue ${name} is not available`)) : () => resolve();
        this.#world.after(this.#world.prng.between(0, ACK_MS_MAX), "", answer, sender);
      };
      if (sender === null) leave();
      else sender.afterWrites(leave);
    });
  }

  #accept(body: unknown): void {
    const { name } = this.#settings;
    this.#sent += 1;
    const message = { id: `${name}-${this.#sent}`, body, attempts: 1 };
    if (this.#faults.strikes("queue-lost", name)) return;
    if (this.#faults.strikes("queue-duplicate", name)) this.#arrive({ ...message }, this.#world.prng.between(0, DELAY_MS_MAX));
    this.#arrive(
      message,
      this.#faults.strikes("queue-delay", name) ? this.#world.prng.between(1_000, DELAY_MS_MAX) : this.#world.prng.between(0, 20),
    );
  }

  #arrive(message: Waiting, delayMs: number): void {
    this.#inFlight += 1;
    this.#world.after(delayMs, "", () => {
      this.#inFlight -= 1;
      this.#waiting.push(message);
      this.#planBatch();
    });
  }

  #planBatch(): void {
    if (this.#isBatchPlanned || this.#waiting.length === 0) return;
    this.#isBatchPlanned = true;
    this.#world.after(this.#world.prng.between(0, this.#settings.waitMs), "", () => {
      this.#isBatchPlanned = false;
      this.#runBatch();
      this.#planBatch();
    });
  }

  #runBatch(): void {
    const { name, batchMax } = this.#settings;
    this.#world.prng.shuffle(this.#waiting);
    const batch = this.#waiting.splice(0, batchMax);
    const outcomes = new Map<Waiting, number | "ack">();
    const worker = new SimWorker(`consumer ${name}`);
    this.#inFlight += 1;
    let isOver = false;
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      this.#inFlight -= 1;
      worker.die();
      for (const message of batch) this.#settle(message, outcomes.get(message) ?? 0);
    };
    this.#world.trace(`queue ${name}: ${batch.length} messages`);
    this.#world.current = worker;
    this.#consume(batchOf(name, batch, outcomes), worker).then(finish, finish);
    const dies = this.#faults.strikes("worker-dies", name);
    this.#world.after(dies ? this.#world.prng.between(0, 60) : BATCH_LIFE_MS, "", finish);
  }

  #settle(message: Waiting, outcome: number | "ack"): void {
    if (outcome === "ack") return;
    this.#world.reached("queue-retry");
    message.attempts += 1;
    if (message.attempts <= this.#settings.retriesMax + 1) {
      this.#arrive(message, outcome * 1_000);
      return;
    }
    this.#world.reached("dead-letter");
    this.#world.trace(`queue ${this.#settings.name}: ${message.id} given up`);
    this.#deadLetters(message.body);
  }
}

function batchOf(queue: string, waiting: readonly Waiting[], outcomes: Map<Waiting, number | "ack">): MessageBatch {
  const messages = waiting.map((one) => ({
    id: one.id,
    body: one.body,
    attempts: one.attempts,
    timestamp: new Date(0),
    ack: () => void outcomes.set(one, "ack"),
    retry: (options?: { readonly delaySeconds?: number }) => void outcomes.set(one, options?.delaySeconds ?? 0),
  }));
  const batch = {
    queue,
    messages,
    ackAll: () => {
      for (const message of messages) message.ack();
    },
    retryAll: () => {
      for (const message of messages) message.retry();
    },
  };
  return batch as unknown as MessageBatch;
}
