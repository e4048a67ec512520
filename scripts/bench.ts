/**
 * `npm run bench`: what a request costs, bare and through the product, in one run on the same runtime (docs/bench.md).
 *
 * One Worker holds the product as it is and, beside it, the bare cases; Miniflare runs it on a direct socket without the assets'
 * router, the load comes from a process of its own. Cases take turns in rounds, so that a slow minute of the machine meets them all.
 * Options: --players=1000 --connections=32 --rounds=3 --seconds=3; --projection has the wallets' entries brought to D1 on the same core.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { benchCases, type Case } from "../bench/cases.ts";
import { type Figures, figuresOf, type Measured, table } from "../bench/figures.ts";
import type { LoadOrder, LoadResult, Player } from "../bench/load-order.ts";
import { developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { numberOption } from "./lib/options.ts";
import { freePort } from "./lib/ports.ts";
import { runTool } from "./lib/run-tool.ts";
import { type Runtime, startRuntime } from "./lib/runtime.ts";

const root = join(import.meta.dirname, "..");
const BENCH_BUILD = ".wrangler/bench";
const WARM_MS = 1_000;
/** Longer than the queue waits for a batch to fill. */
const QUIET_MS = 1_500;
const PLAYERS_PER_CALL = 50;

const playerCount = numberOption("players", 1_000);
const connections = numberOption("connections", 32);
const rounds = numberOption("rounds", 3);
const isProjected = process.argv.includes("--projection");
const measureMs = numberOption("seconds", 3) * 1_000;

async function startBench(port: number, stateDir: string): Promise<Runtime> {
  await runTool("wrangler", ["deploy", "--dry-run", "--config", "bench/wrangler.toml", "--outdir", join(root, BENCH_BUILD)], root);
  // No provider is called: the simulators' addresses lead nowhere.
  const settings = developmentSettings(port, await freePort());
  return startRuntime({
    root,
    port,
    stateDir,
    quiet: true,
    bindings: { ...settings, ...developmentSecrets(root), RATE_LIMITS: "off" },
    script: join(BENCH_BUILD, "bench-worker.js"),
    assets: false,
    objects: {
      BARE: { className: "BareObject", useSQLite: true },
      WALLET: { className: isProjected ? "Wallet" : "UnprojectedWallet", useSQLite: true },
    },
  });
}

async function post<T>(url: string): Promise<T> {
  const response = await fetch(url, { method: "POST" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function makePlayers(url: string): Promise<readonly Player[]> {
  const players: Player[] = [];
  for (let from = 0; from < playerCount; from += PLAYERS_PER_CALL)
    players.push(...(await post<Player[]>(`${url}/bench/players?count=${Math.min(PLAYERS_PER_CALL, playerCount - from)}`)));
  return players;
}

function order(load: ChildProcess, what: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    load.once("message", (answer: LoadResult | { failed: string }) => {
      if ("failed" in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    load.send(what);
  });
}

/** Waits until the projection has stored nothing new for a while, so that one case's messages don't slow the next one down. */
async function untilWorkedOff(url: string): Promise<void> {
  let before = -1;
  for (let polls = 0; polls < 60; polls += 1) {
    const now = await post<number>(`${url}/bench/projected`);
    if (now === before) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

/** A steady pace that every case keeps up with, over few enough objects that none falls asleep between its turns. */
const STEADY = { name: "steady", connections: 1, perSecond: 100, spread: Math.min(100, playerCount) } as const;
/** As much as the machine takes. */
const FULL = { name: "full", connections, perSecond: null, spread: playerCount } as const;

/** Measures every case at one load, in rounds. */
async function measure(
  cases: readonly Case[],
  at: typeof STEADY | typeof FULL,
  run: (what: Omit<LoadOrder, "port" | "players">) => Promise<LoadResult>,
  rest: () => Promise<void>,
): Promise<ReadonlyMap<string, Figures>> {
  const results = new Map<string, LoadResult[]>(cases.map((one) => [one.name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, request, leavesWork } of cases) {
      console.log(`  ${at.name} load, round ${round} of ${rounds}: ${name}`);
      results.get(name)?.push(await run({ ...at, warmMs: WARM_MS, measureMs, request }));
      if (leavesWork) await rest();
    }
  }
  return new Map([...results].map(([name, all]) => [name, figuresOf(all)]));
}

const stateDir = mkdtempSync(join(tmpdir(), "mkeka-bench-"));
const port = await freePort();
const runtime = await startBench(port, stateDir);
const load = fork(join(root, "bench", "load.ts"), { execArgv: ["--disable-warning=ExperimentalWarning"] });
try {
  console.log(`bench: making ${playerCount} players`);
  const fixtures = await post<string[][]>(`${runtime.url}/bench/fixtures`);
  const players = await makePlayers(runtime.url);
  const cases = benchCases(fixtures);
  const run = (what: Omit<LoadOrder, "port" | "players">) => order(load, { ...what, port, players });
  const rest = () => untilWorkedOff(runtime.url);
  await rest();
  const steady = await measure(cases, STEADY, run, rest);
  const full = await measure(cases, FULL, run, rest);
  const measured = new Map<string, Measured>();
  for (const [name, figures] of steady) {
    const alsoFull = full.get(name);
    if (alsoFull !== undefined) measured.set(name, { steady: figures, full: alsoFull });
  }
  console.log(`\n${table(cases, measured)}\n`);
  console.log(
    `steady = ${STEADY.perSecond} requests/s over ${STEADY.spread} players; full = ${connections} connections over ${playerCount} players; ` +
      `${rounds} rounds of ${measureMs / 1_000} s a case and load; ${cpus().length} cores shared by runtime and load; ` +
      `wallets' entries are projected ${isProjected ? "on the same core" : "elsewhere"}.`,
  );
} finally {
  load.kill();
  await runtime.dispose();
  rmSync(stateDir, { recursive: true, force: true });
}
