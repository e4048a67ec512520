/**
 * `npm run bench:ledger`: what the ledger costs, as ratios to a bare object of the same run. docs/bench.md says what each line means.
 *
 * Options: --wallets=1000 --calls=10000 (a round) --rounds=3 --entries=1000000 (of the long wallet) --idle=2000 (wallets in memory).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Calls } from "../bench/calls.ts";
import { type CallPlan, call, databaseBytes, fill, type LedgerBench, openWallets, type Rate, rateOf } from "../bench/ledger-runs.ts";
import { developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { numberOption } from "./lib/options.ts";
import { freePort } from "./lib/ports.ts";
import { workerdMemoryBytes } from "./lib/process-memory.ts";
import { runTool } from "./lib/run-tool.ts";
import { type Runtime, startRuntime } from "./lib/runtime.ts";

const root = join(import.meta.dirname, "..");
const BUILD = ".wrangler/bench-ledger";
const wallets = numberOption("wallets", 1_000);
const callsPerRound = numberOption("calls", 10_000);
const rounds = numberOption("rounds", 3);
const longEntries = numberOption("entries", 1_000_000);
const idleWallets = numberOption("idle", 2_000);
const INSIDE_POSTS = 20_000;
const CONCURRENCY = 32;
/** Longer than a wallet takes to send its entries and to write down that they arrived. */
const REST_MS = 9_500;
const SHORT_WALLET = 1;
const LONG_WALLET = 2;
const FIRST_WALLET = 100_000;

async function start(stateDir: string): Promise<Runtime> {
  const port = await freePort();
  return startRuntime({
    root,
    port,
    stateDir,
    quiet: true,
    bindings: { ...developmentSettings(port, await freePort()), ...developmentSecrets(root), RATE_LIMITS: "off" },
    script: join(BUILD, "ledger-worker.js"),
    assets: false,
    objects: {
      BARE: { className: "BareObject", useSQLite: true },
      BENCH_WALLET: { className: "BenchWallet", useSQLite: true },
    },
  });
}

function show(name: string, rate: Rate, base?: Rate): void {
  const share =
    base === undefined
      ? ""
      : ` = ${((100 * rate.perSecond) / base.perSecond).toFixed(0)} % of bare, p50 ${(rate.p50Ms / base.p50Ms).toFixed(2)} x`;
  console.log(
    `  ${name.padEnd(44)} ${rate.perSecond.toFixed(0).padStart(7)}/s  p50 ${rate.p50Ms.toFixed(2)} ms  p99 ${rate.p99Ms.toFixed(2)} ms${share}`,
  );
}

/** Runs plans in turn, round by round, so that what the machine does beside hits all alike. */
async function inTurn(bench: LedgerBench, plans: Readonly<Record<string, CallPlan>>): Promise<ReadonlyMap<string, Rate>> {
  const measured = new Map<string, Calls[]>(Object.keys(plans).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, plan] of Object.entries(plans)) {
      // The objects went to sleep while others had their turn: what it takes to wake them is not part of a call.
      await call(bench, { ...plan, calls: Math.max(plan.objects, 500) });
      measured.get(name)?.push(await call(bench, plan));
      // What posts leave to be sent must not slow down the next case.
      if (name === "post") await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  }
  return new Map([...measured].map(([name, all]) => [name, rateOf(all)]));
}

async function insideOneObject(bench: LedgerBench): Promise<void> {
  await openWallets(bench, SHORT_WALLET, 1);
  const bare = await fill(bench, SHORT_WALLET, "bare", INSIDE_POSTS);
  const posts = await fill(bench, SHORT_WALLET, "entries", INSIDE_POSTS);
  console.log(`inside one object, ${INSIDE_POSTS} transactions:`);
  console.log(`  bare rows ${bare.toFixed(0)}/s, posts ${posts.toFixed(0)}/s = ${((100 * posts) / bare).toFixed(0)} % of bare`);
}

async function overRpc(bench: LedgerBench): Promise<void> {
  for (const isProjecting of [false, true]) {
    await openWallets(bench, FIRST_WALLET, wallets, isProjecting);
    console.log(`over RPC, ${CONCURRENCY} at a time, projection ${isProjecting ? "on, on the same core" : "elsewhere"}:`);
    for (const objects of [1, wallets]) {
      const plan = { firstObject: FIRST_WALLET, objects, calls: callsPerRound, concurrency: CONCURRENCY };
      const rates = await inTurn(bench, {
        answer: { ...plan, verb: "answer" },
        write: { ...plan, verb: "write" },
        command: { ...plan, verb: "command" },
        post: { ...plan, verb: isProjecting ? "projected_post" : "post" },
      });
      for (const [verb, rate] of rates)
        show(`${verb}, ${objects} object${objects === 1 ? "" : "s"}`, rate, verb === "post" ? rates.get("write") : undefined);
      const [post, command] = [rates.get("post"), rates.get("command")];
      if (post !== undefined && command !== undefined) show("post, beside the bare row for the same command and reply", post, command);
    }
  }
}

async function memoryOfIdle(bench: LedgerBench): Promise<void> {
  const first = 1_000_000;
  await openWallets(bench, first, 100);
  const before = workerdMemoryBytes();
  await openWallets(bench, first + 100, idleWallets);
  const after = workerdMemoryBytes();
  if (before === null || after === null) return console.log("memory of idle wallets: this system does not tell");
  console.log(
    `memory: ${((after - before) / idleWallets / 1_024).toFixed(0)} KB a wallet in memory (${idleWallets} opened, none doing anything)`,
  );
}

async function historyOf(bench: LedgerBench, name: string, object: number): Promise<void> {
  const one = { firstObject: object, objects: 1, concurrency: 1 };
  const opened = await call(bench, { ...one, verb: "read", calls: 1 });
  console.log(
    `${name}: ${((await databaseBytes(bench, object)) / 2 ** 20).toFixed(0)} MB, first answer of a new instance ${opened.elapsedMs.toFixed(1)} ms`,
  );
  for (const [label, verb, calls] of [
    ["post", "post", 1_000],
    ["read", "read", 1_000],
    ["newest page of 20", "page", 500],
    ["page at 100,000", "deep_page", 20],
  ] as const)
    show(label, rateOf([await call(bench, { ...one, verb, calls })]));
}

const stateDir = mkdtempSync(join(tmpdir(), "mkeka-bench-ledger-"));
await runTool(
  "wrangler",
  ["deploy", "bench/workers/ledger-worker.ts", "--dry-run", "--config", "bench/wrangler.toml", "--outdir", join(root, BUILD)],
  root,
);
let runtime = await start(stateDir);
try {
  await insideOneObject(runtime);
  await overRpc(runtime);
  await memoryOfIdle(runtime);
  await openWallets(runtime, LONG_WALLET, 1);
  console.log(`filling a wallet with ${longEntries} entries`);
  const perSecond = await fill(runtime, LONG_WALLET, "entries", longEntries);
  console.log(`  ${perSecond.toFixed(0)} entries/s`);
  // New instances, as after a deployment: what is measured is stored, not remembered.
  await runtime.dispose();
  runtime = await start(stateDir);
  await call(runtime, { verb: "answer", objects: 1, calls: 100, concurrency: 1 });
  await historyOf(runtime, `wallet with ${INSIDE_POSTS} entries`, SHORT_WALLET);
  await historyOf(runtime, `wallet with ${longEntries} entries`, LONG_WALLET);
  console.log(`${cpus().length} cores, shared by runtime and load.`);
} finally {
  await runtime.dispose();
  rmSync(stateDir, { recursive: true, force: true });
}
