/**
 * A change of price told to thousands of sockets, in turns with a bare broadcast of the same text to the same sockets by the same object.
 */
import type { ChildProcess } from "node:child_process";
import type { SocketsAnswer, SocketsOrder } from "./sportsbook-orders.ts";
import type { Ask } from "./sportsbook-settlement.ts";

export interface FanOutPlan {
  readonly port: number;
  readonly sockets: number;
  readonly rounds: number;
  /** Changes that follow one another at once in each round. */
  readonly changesEach: number;
  /** What the sockets ask to be gathered for, milliseconds; 0 for each frame at once. */
  readonly conflateMs: number;
}

export interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the runtime's processor time, for one round and socket. */
  readonly cpuMicros: number | null;
  readonly frameBytes: number;
}

export interface FanOut {
  readonly product: Delays;
  readonly bare: Delays;
}

/** What a change leaves behind (the lobby, D1) is worked off before the next round. */
const REST_MS = 500;

function send(process: ChildProcess, order: SocketsOrder): Promise<SocketsAnswer> {
  return new Promise((resolve, reject) => {
    process.once("message", (answer: SocketsAnswer | { failed: string }) => {
      if ("failed" in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    process.send(order);
  });
}

class Rounds {
  readonly #delaysMs: number[] = [];
  #cpuMs = 0;
  #frameBytes = 0;

  /** One round; its processor time is counted until what follows from it is done. */
  async run(load: ChildProcess, order: SocketsOrder, cpuMs: () => number | null): Promise<void> {
    const before = cpuMs() ?? Number.NaN;
    const { delaysMs, frameBytes } = await send(load, order);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    this.#cpuMs += (cpuMs() ?? Number.NaN) - before;
    this.#frameBytes = frameBytes;
    this.#delaysMs.push(...delaysMs);
  }

  delays(): Delays {
    const sorted = this.#delaysMs.sort((a, b) => a - b);
    const percentile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    const cpuMicros = Number.isNaN(this.#cpuMs) ? null : (this.#cpuMs * 1_000) / sorted.length;
    return { p50Ms: percentile(0.5), p99Ms: percentile(0.99), cpuMicros, frameBytes: this.#frameBytes };
  }
}

export async function measureFanOut(ask: Ask, load: ChildProcess, plan: FanOutPlan, cpuMs: () => number | null): Promise<FanOut> {
  const fixture = `bench-told-${plan.sockets}-${plan.conflateMs}`;
  await ask(`fixture?fixture=${fixture}`);
  const path = `/ws/odds/${fixture}?conflate_ms=${plan.conflateMs}`;
  await send(load, { kind: "open", port: plan.port, path, count: plan.sockets });
  const change = { kind: "post", path: `/bench/change?fixture=${fixture}&count=${plan.changesEach}`, repeats: false } as const;
  const broadcast = { kind: "post", path: `/bench/broadcast?fixture=${fixture}`, repeats: true } as const;
  // Each way once before it counts.
  await send(load, change);
  await send(load, broadcast);
  const [product, bare] = [new Rounds(), new Rounds()];
  for (let round = 0; round < plan.rounds; round += 1) {
    await product.run(load, change, cpuMs);
    await bare.run(load, broadcast, cpuMs);
  }
  await send(load, { kind: "close" });
  return { product: product.delays(), bare: bare.delays() };
}
