/** What the ledger's bench measures, over the bench Worker's HTTP: each function is one question. */
import type { Calls } from "./calls.ts";

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LedgerBench {
  readonly url: string;
}

/** Turns go on through the whole run, so that no two commands have one key. */
let turn = 0;

async function ask<T>(bench: LedgerBench, path: string): Promise<T> {
  const response = await fetch(`${bench.url}/bench/${path}`, { method: "POST" });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

const OPENED_PER_CALL = 50;

/** Opens wallets; the entries of `isProjected` ones are brought to D1, those of others count as stored when they are handed over. */
export async function openWallets(bench: LedgerBench, from: number, count: number, isProjected = false): Promise<void> {
  for (let opened = 0; opened < count; opened += OPENED_PER_CALL)
    await ask(bench, `open?from=${from + opened}&count=${Math.min(OPENED_PER_CALL, count - opened)}&projected=${isProjected ? 1 : 0}`);
}

export interface CallPlan {
  readonly verb: string;
  readonly firstObject?: number;
  readonly objects: number;
  readonly calls: number;
  readonly concurrency: number;
}

/** Calls objects in a closed loop inside the Worker. */
export async function call(bench: LedgerBench, { verb, firstObject = 0, objects, calls, concurrency }: CallPlan): Promise<Calls> {
  const plan = `verb=${verb}&first_object=${firstObject}&objects=${objects}&calls=${calls}&concurrency=${concurrency}&first_turn=${turn}`;
  turn += calls;
  const startedAtMs = performance.now();
  const { latenciesMs } = await ask<Calls>(bench, `calls?${plan}`);
  // The runtime's clock stands still between I/O: the whole is timed from outside.
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

/** Pools calls of the same kind. */
export function rateOf(rounds: readonly Calls[]): Rate {
  const latencies = rounds.flatMap((round) => round.latenciesMs).sort((a, b) => a - b);
  const elapsedMs = rounds.reduce((sum, round) => sum + round.elapsedMs, 0);
  const percentile = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  return { perSecond: (latencies.length * 1_000) / elapsedMs, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

const FILLED_PER_CALL = 5_000;

/** Writes rows from inside one object and answers how many a second. */
export async function fill(bench: LedgerBench, object: number, kind: "entries" | "bare", count: number): Promise<number> {
  const startedAtMs = performance.now();
  for (let filled = 0; filled < count; filled += FILLED_PER_CALL)
    await ask(bench, `fill?object=${object}&kind=${kind}&count=${Math.min(FILLED_PER_CALL, count - filled)}`);
  return (count * 1_000) / (performance.now() - startedAtMs);
}

/** Size of a filled wallet's database. */
export function databaseBytes(bench: LedgerBench, object: number): Promise<number> {
  return ask(bench, `bytes?object=${object}`);
}
