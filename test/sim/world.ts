/**
 * The simulated universe: one clock, one queue of events, one thing at a time.
 *
 * An event runs with everything that follows from it without waiting (its microtasks) before the next one starts, as in an isolate.
 * Whatever waits (a timer, a call, a write that must be confirmed) becomes another event. Events of one instant run in an order drawn
 * from the seed. Code that runs belongs to a `Context`: an object's instance or a worker; what a dead one waits for never comes.
 */
import { hash32, Prng } from "./prng.ts";

/** Whose code runs: decides whether it still lives, and when what it sends may leave. */
export interface Context {
  readonly name: string;
  /** How far this machine's clock is off. */
  readonly skewMs: number;
  isAlive(): boolean;
  /** Runs `work` once everything that this context has written is confirmed. */
  afterWrites(work: () => void): void;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly serial: number;
  readonly label: string;
  readonly context: Context | null;
  readonly run: () => unknown;
}

const TRACE_LINES = 60;

export class World {
  readonly seed: string;
  readonly prng: Prng;
  nowMs: number;
  steps = 0;
  current: Context | null = null;
  /** Errors that no code caught: the simulation fails with the first. */
  readonly uncaught: unknown[] = [];
  readonly #heap: Event[] = [];
  readonly #order: Prng;
  readonly #ring: string[] = [];
  readonly #reached = new Map<string, number>();
  #serial = 0;
  #outside = 0;
  #traceHash = 0x811c9dc5;

  constructor(seed: string, startMs: number) {
    this.seed = seed;
    this.prng = new Prng(`mkeka-${seed}`);
    this.#order = this.prng.split("order");
    this.nowMs = startMs;
  }

  /** Runs `run` after `delayMs`, on behalf of `context` if that still lives then. */
  after(delayMs: number, label: string, run: () => unknown, context: Context | null = null): void {
    this.#serial += 1;
    push(this.#heap, { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order.next32(), serial: this.#serial, label, context, run });
  }

  /** Runs the next event; false when there is none up to `untilMs`. */
  async step(untilMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const next = this.#heap[0];
    if (next === undefined || next.atMs > untilMs) return false;
    pop(this.#heap);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    if (next.context !== null && !next.context.isAlive()) return true;
    this.steps += 1;
    if (next.label !== "") this.trace(next.label);
    this.current = next.context;
    try {
      next.run();
    } catch (error) {
      this.uncaught.push(error);
    }
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#outside > 0);
    this.current = null;
    return true;
  }

  /** The time as the running code's machine has it. */
  clockMs(): number {
    return this.nowMs + (this.current?.skewMs ?? 0);
  }

  /** Work that the runtime does on threads of its own belongs to the event that began it: the event lasts until it is done. */
  outside<T>(work: Promise<T>): Promise<T> {
    this.#outside += 1;
    const done = (): void => {
      this.#outside -= 1;
    };
    work.then(done, done);
    return work;
  }

  /** Time passes in which nothing happens: what was due comes late. */
  pass(ms: number): void {
    this.nowMs += ms;
  }

  /** Milliseconds until the next event, or null. */
  nextInMs(): number | null {
    const next = this.#heap[0];
    return next === undefined ? null : Math.max(0, next.atMs - this.nowMs);
  }

  /** One line of what happened. */
  trace(line: string): void {
    const text = `${this.nowMs} ${line}`;
    this.#traceHash = hash32(text, this.#traceHash);
    this.#ring.push(text);
    if (this.#ring.length > TRACE_LINES) this.#ring.shift();
  }

  get lastLines(): readonly string[] {
    return this.#ring;
  }

  /** Equal for two runs that did the same. */
  get traceHash(): string {
    return this.#traceHash.toString(16).padStart(8, "0");
  }

  /** Says that an interesting state came about. */
  reached(state: string): void {
    this.#reached.set(state, (this.#reached.get(state) ?? 0) + 1);
  }

  get coverage(): ReadonlyMap<string, number> {
    return this.#reached;
  }
}

function isBefore(a: Event, b: Event): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.order === b.order ? a.serial < b.serial : a.order < b.order;
}

function push(heap: Event[], event: Event): void {
  heap.push(event);
  let index = heap.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Event;
    if (isBefore(above, event)) break;
    heap[index] = above;
    heap[parent] = event;
    index = parent;
  }
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  heap[0] = last;
  for (;;) {
    let least = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      const candidate = heap[child];
      if (candidate !== undefined && isBefore(candidate, heap[least] as Event)) least = child;
    }
    if (least === index) return;
    [heap[index], heap[least]] = [heap[least] as Event, heap[index] as Event];
    index = least;
  }
}
