/**
 * `npm run bench:crash`: what a crash table's sockets and bets cost, beside a bare broadcast and a plain server of the same run.
 * docs/bench.md says what each line means.
 *
 * Options: --sockets=1000,2000,5000,9000 --bets=5000 (on one table) --wallets=1000 (real ones); --save writes the figures to
 * bench/crash-figures.json, from which docs/crash-capacity.md is made.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type BetFigures, Bets } from "../bench/crash-bets.ts";
import { type Delays, type FanOut, Watchers } from "../bench/crash-fan-out.ts";
import { tenantOf } from "../shared/tenants/index.ts";
import { developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { numberOption } from "./lib/options.ts";
import { freePort } from "./lib/ports.ts";
import { workerdCpuMs, workerdMemoryBytes } from "./lib/process-memory.ts";
import { runTool } from "./lib/run-tool.ts";
import { startRuntime } from "./lib/runtime.ts";

const root = join(import.meta.dirname, "..");
const BUILD = ".wrangler/bench-crash";
const FIGURES = join(root, "bench", "crash-figures.json");
const sizes = (process.argv.find((argument) => argument.startsWith("--sockets="))?.slice(10) ?? "1000,2000,5000,9000")
  .split(",")
  .map(Number);
const bets = numberOption("bets", 5_000);
const wallets = numberOption("wallets", 1_000);
const { bettingMs, cooldownMs } = tenantOf("KE").crash;
/** The flight of the game that is played for its bytes: 60 millionths a millisecond bring it to two and a half. */
const FLIGHT_MS = 15_000;
const BYTES_SOCKETS = 30;
if (sizes.some((size, index) => !Number.isInteger(size) || size <= (sizes[index - 1] ?? 0)))
  throw new Error("--sockets takes growing numbers");

await runTool(
  "wrangler",
  ["deploy", "bench/workers/crash-worker.ts", "--dry-run", "--config", "bench/wrangler.toml", "--outdir", join(root, BUILD)],
  root,
);
const [port, plainPort] = [await freePort(), await freePort()];

/** Runs a part of the bench in a runtime of its own, so that none finds the memory that another left behind. */
async function inRuntime<T>(part: () => Promise<T>): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), "mkeka-bench-crash-"));
  const game = { className: "BenchGame", useSQLite: true };
  const table = { className: "BenchTable", useSQLite: true };
  const player = { className: "BenchPlayer", useSQLite: true };
  const runtime = await startRuntime({
    root,
    port,
    stateDir,
    quiet: true,
    bindings: { ...developmentSettings(port, await freePort()), ...developmentSecrets(root), RATE_LIMITS: "off" },
    script: join(BUILD, "crash-worker.js"),
    assets: false,
    objects: {
      BARE: { className: "BareObject", useSQLite: true },
      OWN_PART_TABLE: { className: "OwnPartTable", useSQLite: true },
      // The product's own calls go to the same objects.
      ...{ CRASH_GAME: game, BENCH_GAME: game, CRASH_TABLE: table, BENCH_TABLE: table, WALLET: player, BENCH_PLAYER: player },
    },
  });
  try {
    return await part();
  } finally {
    await runtime.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function ask<T>(path: string, body?: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}/bench/${path}`, { method: "POST", ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function showFanOut({ sockets, change, crash, bare, plain, frameBytes, memoryPerSocket, flightCpuMicros }: FanOut): void {
  const delays = ({ p50Ms, p99Ms, cpuMicros }: Delays) =>
    `p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms${cpuMicros === null ? "" : `, CPU ${cpuMicros.toFixed(1)} us a socket`}`;
  console.log(`${sockets} sockets at one table`);
  console.log(`  a change: ${delays(change)}, ${frameBytes} bytes`);
  console.log(`  the crash, with each socket's result: ${delays(crash)}`);
  console.log(`  bare broadcast of the same: ${delays(bare)}; p99 ratio ${(change.p99Ms / bare.p99Ms).toFixed(2)}`);
  console.log(`  plain ws server: ${delays(plain)}`);
  console.log(
    `  memory ${((memoryPerSocket ?? Number.NaN) / 1_024).toFixed(1)} KB a socket, a second of flight ${flightCpuMicros?.toFixed(1) ?? "?"} us CPU a socket`,
  );
}

function showBets({ inside, byCall, whole, wholeSettled, bareWrites, rowsPerBet }: BetFigures): void {
  const rate = (a: number) => `${a.toFixed(0)}/s`;
  console.log(`bets and cash-outs of one table, each answered after its row is on disk`);
  console.log(`  the table's own part, from inside: ${rate(inside.bets)} bets, ${rate(inside.cashOuts)} cash-outs`);
  console.log(`  the same by a call each: ${rate(byCall.bets)} bets, ${rate(byCall.cashOuts)} cash-outs`);
  console.log(`  a bare object, one row a call: ${rate(bareWrites)}`);
  console.log(
    `  with ${wallets} real wallets: ${rate(whole.bets)} bets, ${rate(whole.cashOuts)} cash-outs, ${rate(wholeSettled)} until paid`,
  );
  console.log(`  rows written for a bet until it is paid, wallet and table: ${rowsPerBet.toFixed(1)}`);
}

/** Plays the game by its real times while a few sockets of each form count their bytes. */
async function bytes(watchers: Watchers): Promise<{ readonly lean: number; readonly full: number; readonly roundMs: number }> {
  const roundMs = bettingMs + FLIGHT_MS + cooldownMs;
  const play = async (): Promise<void> => {
    for (const ms of [bettingMs, FLIGHT_MS, cooldownMs]) {
      await ask("move");
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  };
  const { lean, full } = await watchers.bytesPerMinute(BYTES_SOCKETS, roundMs, play);
  console.log(`a played minute: ${lean.toFixed(0)} bytes for a lean socket, ${full.toFixed(0)} for a full one`);
  return { lean, full, roundMs };
}

async function fanOut(): Promise<{ readonly fanOut: readonly FanOut[]; readonly bytesPerMinute: Awaited<ReturnType<typeof bytes>> }> {
  const watchers = new Watchers(root, { port, plainPort, ask, cpuMs: workerdCpuMs, memoryBytes: workerdMemoryBytes });
  try {
    await watchers.start();
    const measured: FanOut[] = [];
    for (const size of sizes) {
      const one = await watchers.measure(size);
      showFanOut(one);
      measured.push(one);
    }
    return { fanOut: measured, bytesPerMinute: await bytes(watchers) };
  } finally {
    watchers.stop();
  }
}

async function measureBets(): Promise<BetFigures> {
  const figures = await new Bets(ask).measure(bets, wallets);
  showBets(figures);
  return figures;
}

const told = await inRuntime(fanOut);
const betFigures = await inRuntime(measureBets);
console.log(`${cpus().length} cores, shared by runtime and load.`);
const measuredOn = new Date().toISOString().slice(0, 10);
const figures = { measuredOn, cores: cpus().length, bets: betFigures, ...told };
if (process.argv.includes("--save")) writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
