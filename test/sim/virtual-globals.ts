/**
 * Puts the simulator's world under everything of the runtime that is not determined by the program: time, chance, timers, the network.
 * Installed once for the process; between runs the real ones answer. The simulator itself measures with `performance.now()`.
 */

import { ObjectReset } from "./failure.ts";
import type { Prng } from "./prng.ts";
import type { Context, World } from "./world.ts";

/** Answers `fetch` for the code that runs. */
export type VirtualFetch = (url: string, init: RequestInit, caller: Context | null) => Promise<Response>;

interface Universe {
  readonly world: World;
  readonly chance: Prng;
  readonly fetch: VirtualFetch;
}

let universe: Universe | null = null;
let isInstalled = false;
let timers = 0;

/** Runs `work` inside a world. One at a time. */
export async function inUniverse<T>(world: World, fetch: VirtualFetch, work: () => Promise<T>): Promise<T> {
  install();
  if (universe !== null) throw new Error("two worlds at the same time");
  universe = { world, chance: world.prng.split("globals"), fetch };
  const onUncaught = (error: unknown): void => {
    // What a lost instance's last words were is nobody's business.
    if (!(error instanceof ObjectReset)) world.uncaught.push(error);
  };
  // Test runners listen too, and would take an expected last word for a failure.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", onUncaught);
  try {
    return await work();
  } finally {
    process.off("unhandledRejection", onUncaught);
    for (const other of others) process.on("unhandledRejection", other);
    universe = null;
  }
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const now = Date.now;
  Date.now = () => (universe === null ? now() : universe.world.clockMs());
  installChance();
  installSubtle();
  installTimers();
  const realFetch = globalThis.fetch;
  const virtualFetch = (input: string, init: RequestInit = {}): Promise<Response> =>
    universe === null ? realFetch(input, init) : universe.fetch(input, init, universe.world.current);
  Object.assign(globalThis, { fetch: virtualFetch, WebSocketRequestResponsePair: ResponsePair });
}

function installChance(): void {
  const random = Math.random;
  const uuid = crypto.randomUUID.bind(crypto);
  const realValues = crypto.getRandomValues.bind(crypto);
  Math.random = () => (universe === null ? random() : universe.chance.fraction());
  crypto.randomUUID = () => (universe === null ? uuid() : uuidOf(universe.chance.bytes(16)));
  const values = (array: ArrayBufferView): ArrayBufferView => {
    if (universe === null) return realValues(array as Uint8Array<ArrayBuffer>);
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(universe.chance.bytes(array.byteLength));
    return array;
  };
  crypto.getRandomValues = values as typeof crypto.getRandomValues;
}

/** WebCrypto works on other threads: what it takes belongs to the event that asked. */
function installSubtle(): void {
  for (const name of ["importKey", "sign", "verify", "digest"] as const) {
    const subtle = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => Promise<unknown>;
    const tracked = (...args: unknown[]): Promise<unknown> =>
      universe === null ? subtle(...args) : universe.world.outside(subtle(...args));
    Object.defineProperty(crypto.subtle, name, { value: tracked });
  }
}

function installTimers(): void {
  const { setTimeout, setInterval, clearTimeout } = globalThis;
  const cancelled = new Set<number>();
  const plan = (id: number, run: () => void, delayMs: number, world: World, repeats: boolean): void => {
    const fire = (): void => {
      if (cancelled.delete(id)) return;
      if (repeats) plan(id, run, delayMs, world, true);
      run();
    };
    world.after(delayMs, "", fire, world.current);
  };
  const timer =
    (repeats: boolean) =>
    (run: () => void, delayMs = 0): unknown => {
      if (universe === null) return repeats ? setInterval(run, delayMs) : setTimeout(run, delayMs);
      timers += 1;
      plan(timers, run, delayMs, universe.world, repeats);
      return timers;
    };
  const clear = (id: unknown): void => {
    if (typeof id === "number" && universe !== null) cancelled.add(id);
    else clearTimeout(id as NodeJS.Timeout);
  };
  const once = timer(false);
  const scheduler = { wait: (delayMs: number) => new Promise<void>((resolve) => once(resolve, delayMs)) };
  // The runtime's own types say more than the simulated globals do.
  Object.assign(globalThis, { setTimeout: once, setInterval: timer(true), clearTimeout: clear, clearInterval: clear, scheduler });
}

/** The class that objects hand to the runtime for sockets that only ask whether they live. */
class ResponsePair {
  readonly request: string;
  readonly response: string;

  constructor(request: string, response: string) {
    this.request = request;
    this.response = response;
  }
}

function uuidOf(bytes: Uint8Array): `${string}-${string}-${string}-${string}-${string}` {
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
