/**
 * `npm run bench:sportsbook`: what settling a match and telling of a price cost, as ratios to bare objects and bare broadcasts of the same
 * run. docs/bench.md says what each line means.
 *
 * Options: --bets=100000 --wallets=10000 (settlement), --sockets=5000 (the larger of two fan-outs) --changes=20 (of a price).
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Delays, type FanOut, type FanOutPlan, measureFanOut } from "../bench/sportsbook-fan-out.ts";
import {
  measureAcknowledgements,
  measureWalk,
  measureWallets,
  placeBets,
  tally,
  type WalkFigures,
  type WalletFigures,
} from "../bench/sportsbook-settlement.ts";
import { developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { numberOption } from "./lib/options.ts";
import { freePort } from "./lib/ports.ts";
import { workerdCpuMs, workerdMemoryBytes } from "./lib/process-memory.ts";
import { runTool } from "./lib/run-tool.ts";
import { startRuntime } from "./lib/runtime.ts";

const root = join(import.meta.dirname, "..");
const BUILD = ".wrangler/bench-sportsbook";
const plan = { bets: numberOption("bets", 100_000), wallets: numberOption("wallets", 10_000) };
const socketsMost = numberOption("sockets", 5_000);
const changes = numberOption("changes", 20);
/** A client on a slow line, and how many changes it is told of in one frame. */
const CONFLATE_MS = 1_000;
const GATHERED_CHANGES = 3;
const GATHERED_ROUNDS = 5;
if (plan.bets % plan.wallets !== 0) throw new Error("--bets must be a multiple of --wallets");

const stateDir = mkdtempSync(join(tmpdir(), "mkeka-bench-sportsbook-"));
await runTool(
  "wrangler",
  ["deploy", "bench/workers/sportsbook-worker.ts", "--dry-run", "--config", "bench/wrangler.toml", "--outdir", join(root, BUILD)],
  root,
);
const port = await freePort();
const channel = { className: "BenchChannel", useSQLite: true };
const wallet = { className: "BenchBettor", useSQLite: true };
const runtime = await startRuntime({
  root,
  port,
  stateDir,
  quiet: true,
  bindings: { ...developmentSettings(port, await freePort()), ...developmentSecrets(root), RATE_LIMITS: "off" },
  script: join(BUILD, "sportsbook-worker.js"),
  assets: false,
  objects: {
    BARE: { className: "BareObject", useSQLite: true },
    SINK: { className: "SettlementSink", useSQLite: true },
    // The product's own calls go to the same objects.
    ...{ ODDS_CHANNEL: channel, BENCH_CHANNEL: channel, WALLET: wallet, BENCH_WALLET: wallet },
  },
});

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${runtime.url}/bench/${path}`, { method: "POST" });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function showWalk(name: string, { elapsedMs, longestAlarmMs, alarms, told, messages, memory }: WalkFigures): void {
  const rate = ((plan.bets * 1_000) / elapsedMs).toFixed(0);
  console.log(`  ${name}: ${rate} selections/s (${elapsedMs.toFixed(0)} ms), ${told} bets told in ${messages} messages`);
  console.log(`    ${alarms} alarm runs, the longest ${longestAlarmMs.toFixed(0)} ms`);
  if (memory === null) return;
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(`    memory: ${mb(memory.before)} MB before, ${mb(memory.highest)} at most, ${mb(memory.after)} after`);
}

function showWallets(name: string, { writesPerSecond, betsPerSecond, barePerSecond }: WalletFigures): void {
  const share = ((100 * writesPerSecond) / barePerSecond).toFixed(0);
  console.log(
    `  ${name}: ${betsPerSecond.toFixed(0)} bets/s, ${writesPerSecond.toFixed(0)} wallets/s = ${share} % of ${barePerSecond.toFixed(0)} bare writes/s`,
  );
}

/** A bench that left a bet out must not pass for speed. */
async function expectAll(what: "told" | "acknowledged"): Promise<void> {
  const counts = await tally(ask);
  if (counts[what] !== plan.bets) throw new Error(`${counts[what]} of ${plan.bets} bets ${what}`);
}

async function settlement(): Promise<void> {
  console.log(`settlement: placing ${plan.bets} bets in ${plan.wallets} wallets`);
  const startedAtMs = performance.now();
  await placeBets(ask, plan);
  console.log(`  placed in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`);
  showWalk(
    "the channel, a result that concerns nobody",
    await measureWalk(ask, { market: "total=2.5", winner: "over" }, workerdMemoryBytes),
  );
  const untold = await tally(ask);
  if (untold.toldVersion !== 0) throw new Error("a result that concerns nobody was told");
  showWalk("the channel, the result", await measureWalk(ask, { market: "1x2", winner: "home" }, workerdMemoryBytes));
  await expectAll("told");
  showWallets("the wallets, asleep before", await measureWallets(ask, plan));
  await expectAll("acknowledged");
  showWalk("the channel, a corrected result", await measureWalk(ask, { market: "1x2", winner: "away" }, workerdMemoryBytes));
  console.log(`  acknowledgements: ${(await measureAcknowledgements(ask, plan)).toFixed(0)}/s`);
  showWallets("the wallets, the correction", await measureWallets(ask, plan));
}

function showFanOut(name: string, { changesEach, conflateMs }: FanOutPlan, { product, bare }: FanOut): void {
  const delays = ({ p50Ms, p99Ms, cpuMicros }: Delays, waitedMs: number) =>
    `p50 ${(p50Ms - waitedMs).toFixed(0)} ms, p99 ${(p99Ms - waitedMs).toFixed(0)} ms, CPU ${cpuMicros?.toFixed(1) ?? "?"} us a socket`;
  const ratio = ((product.p99Ms - conflateMs) / bare.p99Ms).toFixed(2);
  console.log(`  ${name}: ${delays(product, conflateMs)}, ${(product.frameBytes / changesEach).toFixed(0)} bytes a change`);
  console.log(`    bare broadcast of the same: ${delays(bare, 0)}; p99 ratio ${ratio}`);
}

async function fanOut(): Promise<void> {
  const load = fork(join(root, "bench", "sportsbook-sockets.ts"), { execArgv: ["--disable-warning=ExperimentalWarning"] });
  try {
    for (const sockets of [Math.ceil(socketsMost / 5), socketsMost]) {
      console.log(`fan-out: one change to ${sockets} sockets`);
      const atOnce = { port, sockets, rounds: changes, changesEach: 1, conflateMs: 0 };
      showFanOut("at once", atOnce, await measureFanOut(ask, load, atOnce, workerdCpuMs));
      const gathered = { ...atOnce, rounds: GATHERED_ROUNDS, changesEach: GATHERED_CHANGES, conflateMs: CONFLATE_MS };
      showFanOut(
        `${GATHERED_CHANGES} changes gathered, after the period`,
        gathered,
        await measureFanOut(ask, load, gathered, workerdCpuMs),
      );
    }
  } finally {
    load.kill();
  }
}

try {
  await fanOut();
  await settlement();
  console.log(`${cpus().length} cores, shared by runtime and load.`);
} finally {
  await runtime.dispose();
  rmSync(stateDir, { recursive: true, force: true });
}
