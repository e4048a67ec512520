/**
 * Calls between objects and workers: each is an event on the way there and one on the way back, and both can get lost. A worker is code
 * without storage that lives for one piece of work and may die in the middle of it.
 */
import { ObjectReset } from "./failure.ts";
import type { Faults } from "./faults.ts";
import { Outages } from "./outages.ts";
import { type ObjectClass, type Prober, SimObject } from "./sim-object.ts";
import type { Context, World } from "./world.ts";

const LATENCY_MS_MAX = 12;
const SLOW_MS_MAX = 8_000;

export class SimWorker implements Context {
  readonly name: string;
  readonly skewMs = 0;
  #isAlive = true;

  constructor(name: string) {
    this.name = name;
  }

  isAlive(): boolean {
    return this.#isAlive;
  }

  afterWrites(work: () => void): void {
    work();
  }

  die(): void {
    this.#isAlive = false;
  }
}

export class SimNetwork {
  readonly objects = new Map<string, SimObject>();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #latency: () => number;
  readonly #outages: Outages;
  /** Set by checkers before anything is called. */
  prober: Prober = () => null;

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
    this.#outages = new Outages(world, faults, this.objects);
    const prng = world.prng.split("network");
    this.#latency = () => prng.between(0, LATENCY_MS_MAX);
  }

  /** The binding of a class: `getByName(name).method(...)`. */
  namespace(label: string, Class: ObjectClass, env: Cloudflare.Env): { getByName(name: string): object } {
    const stubs = new Map<string, object>();
    return {
      getByName: (name: string): object => {
        const key = `${label} ${name}`;
        const known = stubs.get(key);
        if (known !== undefined) return known;
        const stub = new Proxy(
          {},
          { get: (_, method) => (typeof method === "string" && method !== "then" ? this.#method(key, Class, env, method) : undefined) },
        );
        stubs.set(key, stub);
        return stub;
      },
    };
  }

  objectsOf(label: string): SimObject[] {
    return [...this.objects.values()].filter((object) => object.name.startsWith(`${label} `));
  }

  #object(key: string, Class: ObjectClass, env: Cloudflare.Env): SimObject {
    const known = this.objects.get(key);
    if (known !== undefined) return known;
    const object = new SimObject(this.#world, this.#faults, key, Class, env, (name, method) => this.prober(name, method));
    this.objects.set(key, object);
    return object;
  }

  #method(key: string, Class: ObjectClass, env: Cloudflare.Env, method: string) {
    return (...args: unknown[]): Promise<unknown> => {
      const caller = this.#world.current;
      return new Promise((resolve, reject) => {
        const leave = (): void => this.#send(key, Class, env, method, args, caller, { resolve, reject });
        if (caller === null) leave();
        else caller.afterWrites(leave);
      });
    };
  }

  #send(
    key: string,
    Class: ObjectClass,
    env: Cloudflare.Env,
    method: string,
    args: readonly unknown[],
    caller: Context | null,
    reply: { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void },
  ): void {
    const back = (label: string, run: () => void, lost: boolean): void => {
      const isLost = lost && this.#faults.strikes("rpc-reply-lost", `${key}.${method}`);
      const finish = isLost ? () => reply.reject(new ObjectReset("the connection was lost")) : run;
      this.#world.after(this.#latency(), isLost ? `${key}.${method} reply lost` : label, finish, caller);
    };
    const awayMs = this.#outages.delayMs(key);
    if (awayMs === null || this.#faults.strikes("rpc-request-lost", `${key}.${method}`)) {
      this.#world.after(this.#latency(), "", () => reply.reject(new ObjectReset("the connection was lost")), caller);
      return;
    }
    const slowMs = this.#faults.strikes("rpc-slow", `${key}.${method}`) ? SLOW_MS_MAX : 0;
    this.#world.after(this.#latency() + slowMs + awayMs, `${key}.${method}`, () => {
      this.#object(key, Class, env).receive(method, args, {
        resolve: (value) => back("", () => reply.resolve(value), true),
        reject: (error) => back("", () => reply.reject(error), false),
      });
    });
  }
}
