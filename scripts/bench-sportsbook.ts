/**
 * `npm run bench:sportsbook`: what settling a match and telling of a price cost, as ratios to bare objects and bare broadcasts of the same
 * run. docs/bench.md says what each line means.
 *
 * Options: --bets=100000 --wallets=10000 (settlement), --sockets=5000 (the larger of two fan-outs) --changes=20 (of a price).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
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
import { workerdMemoryBytes } from "./lib/process-memory.ts";
import { runTool } from "./lib/run-tool.ts";
import { startRuntime } from "./lib/runtime.ts";

const root = join(import.meta.dirname, "..");
const BUILD = ".wrangler/bench-sportsbook";
const plan = { bets: numberOption("bets", 100_000), wallets: numberOption("wallets", 10_000) };
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

try {
  await settlement();
  console.log(`${cpus().length} cores, shared by runtime and load.`);
} finally {
  await runtime.dispose();
  rmSync(stateDir, { recursive: true, force: true });
}
