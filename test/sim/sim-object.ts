/**
 * One Durable Object: durable storage and alarm, and a volatile instance of the real class that can be lost at any moment.
 *
 * The output gate is modelled: answers, messages and calls of an instance leave only after what it wrote is confirmed; a crash before
 * that loses the write and all of them together. Constructors run on the next touch. An object that moved leaves a stale instance behind
 * that still runs until it touches storage.
 */
import { ObjectReset } from "./failure.ts";
import type { Faults } from "./faults.ts";
import { SimDatabase, type StorageHooks } from "./sim-storage.ts";
import type { Context, World } from "./world.ts";

/** The classes of the product, as the simulator needs to know them. */
export type ObjectClass = new (ctx: DurableObjectState, env: Cloudflare.Env) => object;

/**
 * Looks at a call from outside: told its method, it says what to ask the instance right before and right after it (synchronously, so
 * that nothing comes in between), and is told the three answers.
 */
export interface Probe {
  readonly method: string;
  readonly compare: (reply: unknown, before: unknown, after: unknown) => void;
}
export type Prober = (object: string, method: string) => Probe | null;

type Method = (...args: readonly unknown[]) => Promise<unknown>;

export interface Caller {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const CONFIRM_MS_MAX = 6;
const ALARM_LATENCY_MS = 5;
const CLOCK_AHEAD_MS = 40_000;
const CLOCK_BEHIND_MS = -200;
/** Objects that cron wakes: wallets by reconciliation, payments by their sweep. */
const SWEPT = /^(wallet|intent) /;
const STALE_MS = 10_000;
const ALARM_ATTEMPTS_MAX = 6;
const ALARM_RETRY_MS = 2_000;

/** One life of an object's code. */
class Instance implements Context {
  readonly name: string;
  readonly skewMs: number;
  readonly calls = new Set<Caller>();
  /** The class's own object; set once its constructor ran. */
  self: Record<string, unknown> = {};
  isGone = false;
  readonly #object: SimObject;

  constructor(object: SimObject, name: string, skewMs: number) {
    this.#object = object;
    this.name = name;
    this.skewMs = skewMs;
  }

  isAlive(): boolean {
    return !this.isGone;
  }

  afterWrites(work: () => void): void {
    this.#object.afterWrites(this, work);
  }
}

export class SimObject {
  readonly name: string;
  readonly database = new SimDatabase();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #Class: ObjectClass;
  readonly #env: Cloudflare.Env;
  readonly #prober: Prober;
  #instance: Instance | null = null;
  #stale: Instance | null = null;
  #gated: { readonly instance: Instance; readonly work: () => void }[] = [];
  #isConfirmPlanned = false;
  /** Durable alarm, and what it will be once confirmed. */
  #alarmAtMs: number | null = null;
  #nextAlarmAtMs: number | null = null;
  #alarmPlan = 0;
  #alarmAttempts = 0;
  #lives = 0;

  constructor(world: World, faults: Faults, name: string, Class: ObjectClass, env: Cloudflare.Env, prober: Prober) {
    this.#prober = prober;
    this.#world = world;
    this.#faults = faults;
    this.name = name;
    this.#Class = Class;
    this.#env = env;
  }

  /** A call arrives. */
  receive(method: string, args: readonly unknown[], caller: Caller): void {
    const { strikes } = this.#strikes();
    if (strikes("object-evict")) this.crash("evicted");
    if (strikes("object-stale")) this.#move();
    const instance = this.#stale !== null && !this.#stale.isGone && this.#world.prng.chance(0.5) ? this.#stale : this.#alive();
    if (instance === null) {
      caller.reject(new ObjectReset("the object could not start"));
      return;
    }
    this.#invoke(instance, method, args, caller);
    if (!instance.isGone && strikes("object-crash-in-call")) this.crash("crashed in a call");
  }

  /** Ends the instance; what it had not confirmed is lost, and whoever waits for it gets an error. */
  crash(why: string): void {
    const instance = this.#instance;
    this.database.lose();
    this.#gated = [];
    this.#nextAlarmAtMs = this.#alarmAtMs;
    this.#instance = null;
    if (instance === null) return;
    this.#world.trace(`${this.name} ${why}`);
    this.#end(instance);
  }

  afterWrites(instance: Instance, work: () => void): void {
    if (this.database.isDirty && instance === this.#instance) this.#gated.push({ instance, work });
    else work();
  }

  /** For checks: runs a method on the living instance, between events, with nothing unconfirmed left behind. */
  ask(method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#faults.quietly(() => {
      this.confirm();
      const instance = this.#alive();
      return instance === null ? Promise.reject(new Error(`${this.name} could not start`)) : call(instance, method, args);
    });
  }

  /** For checks: whether the object's storage has this table. */
  has(table: string): boolean {
    return this.count(`SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name = '${table}'`) > 0;
  }

  /** For checks: the `n` of a query's one row. */
  count(query: string): number {
    return Number(this.rows(query)[0]?.n ?? 0);
  }

  /** For checks: reads storage past the instance. */
  rows(query: string, ...params: readonly string[]): readonly Record<string, unknown>[] {
    return this.database.exec(query, params, { beforeWrite: () => {}, onDirty: () => {} }).rows;
  }

  /** Makes everything that was written durable, and lets go what waited for it. */
  confirm(): void {
    this.#isConfirmPlanned = false;
    this.database.confirm();
    if (this.#alarmAtMs !== this.#nextAlarmAtMs) {
      this.#alarmAtMs = this.#nextAlarmAtMs;
      this.#planAlarm();
    }
    const gated = this.#gated;
    this.#gated = [];
    for (const { instance, work } of gated) if (instance.isAlive()) work();
  }

  #strikes(): { readonly strikes: (name: Parameters<Faults["strikes"]>[0]) => boolean } {
    return { strikes: (name) => this.#faults.strikes(name, this.name) };
  }

  #alive(): Instance | null {
    if (this.#instance !== null) return this.#instance;
    this.#lives += 1;
    const skewMs = this.#faults.strikes("clock-ahead", this.name)
      ? CLOCK_AHEAD_MS
      : this.#faults.strikes("clock-behind", this.name)
        ? CLOCK_BEHIND_MS
        : 0;
    const instance = new Instance(this, `${this.name}#${this.#lives}`, skewMs);
    this.#instance = instance;
    const before = this.#world.current;
    this.#world.current = instance;
    try {
      instance.self = new this.#Class(this.#state(instance), this.#env) as Record<string, unknown>;
    } catch (error) {
      this.crash(`failed to start: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    } finally {
      this.#world.current = before;
    }
    return this.#instance;
  }

  #invoke(instance: Instance, method: string, args: readonly unknown[], caller: Caller): void {
    instance.calls.add(caller);
    const end = (finish: () => void): void => {
      if (!instance.isAlive()) return;
      instance.afterWrites(() => {
        if (instance.calls.delete(caller)) finish();
      });
    };
    this.#world.current = instance;
    const probe = this.#prober(this.name, method);
    const before = probe === null ? null : call(instance, probe.method, []);
    const reply = call(instance, method, args);
    if (probe !== null && before !== null)
      Promise.all([reply, before, call(instance, probe.method, [])]).then(
        (seen) => probe.compare(...seen),
        () => {},
      );
    reply.then(
      (value) => end(() => caller.resolve(value)),
      (error: unknown) => end(() => caller.reject(error instanceof Error ? error : new Error(String(error)))),
    );
  }

  #end(instance: Instance): void {
    instance.isGone = true;
    for (const caller of instance.calls) caller.reject(new ObjectReset(`${this.name} was reset`));
    instance.calls.clear();
  }

  /** The object starts elsewhere while its old instance goes on without storage. */
  #move(): void {
    const old = this.#instance;
    if (old === null || this.database.isDirty) return;
    if (this.#stale !== null) this.#end(this.#stale);
    this.#stale = old;
    this.#instance = null;
    this.#world.after(STALE_MS, "", () => {
      this.#end(old);
      if (this.#stale === old) this.#stale = null;
    });
  }

  #state(instance: Instance): DurableObjectState {
    const guard = (): void => {
      if (instance !== this.#instance || instance.isGone) {
        this.#world.reached("stale-instance-stopped");
        throw new ObjectReset(`${this.name}: this instance is no longer the object's`);
      }
    };
    const hooks: StorageHooks = {
      beforeWrite: () => {
        if (!this.#faults.strikes("object-crash-at-write", this.name)) return;
        this.crash("crashed at a write");
        throw new ObjectReset(`${this.name} crashed at a write`);
      },
      onDirty: () => this.#planConfirm(),
    };
    const isCurrent = (): boolean => instance === this.#instance && !instance.isGone;
    const storage = {
      sql: {
        exec: (query: string, ...params: unknown[]) => {
          guard();
          return cursor(this.database.exec(query, params, hooks));
        },
      },
      transactionSync: <T>(work: () => T): T => {
        guard();
        return this.database.transaction(work, hooks, isCurrent);
      },
      setAlarm: (atMs: number): Promise<void> => this.#setAlarm(guard, Number(atMs)),
      sync: (): Promise<void> => new Promise((resolve) => instance.afterWrites(() => this.#world.after(0, "", resolve, instance))),
      deleteAlarm: (): Promise<void> => this.#setAlarm(guard, null),
      getAlarm: (): Promise<number | null> => {
        guard();
        return Promise.resolve(this.#nextAlarmAtMs);
      },
    };
    const state = {
      id: { name: this.name.slice(this.name.indexOf(" ") + 1), toString: () => this.name, equals: () => false },
      storage,
      waitUntil: () => {},
      blockConcurrencyWhile: <T>(work: () => Promise<T>): Promise<T> => work(),
      acceptWebSocket: () => {},
      getWebSockets: () => [],
      getTags: () => [],
      setWebSocketAutoResponse: () => {},
    };
    // The state offers far more than the product uses; what it misses fails loudly.
    return state as unknown as DurableObjectState;
  }

  #planConfirm(): void {
    if (this.#isConfirmPlanned) return;
    this.#isConfirmPlanned = true;
    this.#world.after(this.#world.prng.between(0, CONFIRM_MS_MAX), "", () => {
      this.#isConfirmPlanned = false;
      if (!this.database.isDirty) return;
      if (this.#faults.strikes("object-crash-before-confirm", this.name)) return this.crash("crashed before its write was confirmed");
      if (!this.#faults.strikes("object-crash-after-confirm", this.name)) return this.confirm();
      const lost = this.#gated.splice(0);
      this.confirm();
      this.#gated = lost;
      this.crash("crashed after its write was confirmed");
    });
  }

  #setAlarm(guard: () => void, atMs: number | null): Promise<void> {
    guard();
    this.#nextAlarmAtMs = atMs;
    if (!this.database.isDirty && this.#nextAlarmAtMs !== this.#alarmAtMs) {
      this.#alarmAtMs = atMs;
      this.#planAlarm();
    }
    return Promise.resolve();
  }

  #planAlarm(): void {
    const atMs = this.#alarmAtMs;
    this.#alarmPlan += 1;
    const plan = this.#alarmPlan;
    if (atMs === null) return;
    const lateMs = this.#faults.strikes("alarm-late", this.name) ? this.#world.prng.between(100, 60_000) : 0;
    // An alarm of the past comes at once, but not in no time: a clock that lags behind the alarm's would never get there.
    const delayMs = Math.max(ALARM_LATENCY_MS, atMs + lateMs - this.#world.nowMs);
    const fire = (): void => {
      if (plan === this.#alarmPlan) this.#fireAlarm(atMs);
    };
    this.#world.after(delayMs, "", fire);
  }

  /** An alarm is over once its handler is through; until then a crash brings it again. */
  #fireAlarm(atMs: number): void {
    this.#world.trace(`${this.name} alarm`);
    if (SWEPT.test(this.name) && this.#faults.strikes("alarm-given-up", this.name)) {
      // The platform has tried often enough: only the next start of the object can set it again, so something must wake it.
      this.#alarmAtMs = null;
      this.#nextAlarmAtMs = null;
      this.crash("moved without its alarm");
      return;
    }
    const instance = this.#faults.strikes("alarm-dropped-once", this.name) ? null : this.#alive();
    if (instance === null) {
      this.#retryAlarm(atMs);
      return;
    }
    this.#alarmAtMs = null;
    this.#nextAlarmAtMs = null;
    const done = { resolve: () => this.#alarmDone(), reject: () => this.#retryAlarm(atMs) };
    this.#invoke(instance, "alarm", [], done);
    if (this.#faults.strikes("alarm-twice", this.name) && instance.isAlive())
      this.#invoke(instance, "alarm", [], { resolve: () => {}, reject: () => {} });
  }

  #alarmDone(): void {
    this.#alarmAttempts = 0;
  }

  #retryAlarm(atMs: number): void {
    if (this.#alarmAtMs !== null && this.#alarmAtMs !== atMs) return;
    this.#alarmAttempts += 1;
    if (this.#alarmAttempts > ALARM_ATTEMPTS_MAX) {
      this.#world.trace(`${this.name} alarm given up`);
      this.#world.reached("alarm-given-up");
      return;
    }
    const againAtMs = this.#world.nowMs + ALARM_RETRY_MS * this.#alarmAttempts;
    this.#alarmAtMs = againAtMs;
    this.#nextAlarmAtMs = againAtMs;
    this.#planAlarm();
  }
}

function call(instance: Instance, method: string, args: readonly unknown[]): Promise<unknown> {
  const run = instance.self[method];
  if (typeof run !== "function") return Promise.reject(new TypeError(`${instance.name} has no method ${method}`));
  try {
    return Promise.resolve((run as Method).apply(instance.self, [...args]));
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function cursor({ rows, written }: { readonly rows: Record<string, unknown>[]; readonly written: number }) {
  let position = 0;
  return {
    rowsWritten: written,
    rowsRead: rows.length,
    toArray: () => rows,
    next: () => {
      const value = rows[position];
      position += 1;
      return value === undefined ? { done: true as const } : { done: false as const, value };
    },
    one: () => {
      if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
      return rows[0];
    },
    [Symbol.iterator]: () => rows[Symbol.iterator](),
  };
}
