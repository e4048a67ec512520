/**
 * Runs many seeds and says so, a line each: the fixed ones, those that failed once (files in seeds/), then new ones until the time or
 * the number of commands is reached. What fails is shrunk and printed with its last steps and a command that repeats it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faultText, parseFaults, type RunOptions, type RunReport, shrink, simulate } from "./load.ts";

export interface CampaignOptions {
  /** This process's share: every `parts`-th seed from `part` on. */
  readonly part: number;
  readonly parts: number;
  readonly seconds: number;
  /** Commands to run at least, whatever the time; 0 for no such demand. */
  readonly commands: number;
  /** Names the new seeds. */
  readonly series: string;
  readonly withFixedSeeds: boolean;
}

export interface Summary {
  readonly seeds: number;
  readonly failed: number;
  readonly commands: number;
  readonly steps: number;
  readonly faults: number;
  readonly reached: Readonly<Record<string, number>>;
}

export const COMMANDS_PER_SEED = 2_000;
const FIXED_SEEDS = 20;
const SEEDS_FOLDER = join(import.meta.dirname, "seeds");

/** Runs this process's share and says each seed's line. */
export async function runCampaign(options: CampaignOptions, say: (line: string) => void): Promise<Summary> {
  const startedMs = performance.now();
  const total = { seeds: 0, failed: 0, commands: 0, steps: 0, faults: 0, reached: {} as Record<string, number> };
  const fixed = options.withFixedSeeds ? fixedRuns() : [];
  for (let index = options.part; ; index += options.parts) {
    const run = fixed[index] ?? newRun(`${options.series}-${index}`);
    const isOver = performance.now() - startedMs >= options.seconds * 1_000 && total.commands >= options.commands / options.parts;
    if (isOver && index >= fixed.length) break;
    const report = await simulate(run);
    say(lineOf(report));
    if (report.failure !== null) await sayFailure(run, report, say);
    total.seeds += 1;
    total.failed += report.failure === null ? 0 : 1;
    total.commands += report.commands;
    total.steps += report.steps;
    total.faults += report.faults.length;
    for (const [state, count] of report.reached) total.reached[state] = (total.reached[state] ?? 0) + count;
  }
  return total;
}

/** Runs one seed, as a repro command names it. */
export async function runOne(run: RunOptions, say: (line: string) => void): Promise<Summary> {
  const report = await simulate(run);
  say(lineOf(report));
  if (report.failure !== null) await sayFailure(run, report, say);
  const failed = report.failure === null ? 0 : 1;
  return {
    seeds: 1,
    failed,
    commands: report.commands,
    steps: report.steps,
    faults: report.faults.length,
    reached: Object.fromEntries(report.reached),
  };
}

export function newRun(seed: string): RunOptions {
  return { seed, commands: COMMANDS_PER_SEED, faults: "all", bug: null };
}

/** The fixed seeds, and every run that failed once. */
function fixedRuns(): readonly RunOptions[] {
  const numbered = Array.from({ length: FIXED_SEEDS }, (_, index) => newRun(String(index + 1)));
  const failedOnce = readdirSync(SEEDS_FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file): RunOptions => {
      const { seed, commands, faults } = JSON.parse(readFileSync(join(SEEDS_FOLDER, file), "utf8")) as {
        readonly seed: string;
        readonly commands: number;
        readonly faults: string;
      };
      return { seed, commands, faults: faults === "all" || faults === "none" ? faults : parseFaults(faults), bug: null };
    });
  return [...numbered, ...failedOnce];
}

function lineOf({ seed, commands, steps, faults, reached, traceHash, failure }: RunReport): string {
  const verdict = failure === null ? "ok" : "FAILED";
  return `SIM seed=${seed} ${verdict} commands=${commands} steps=${steps} faults=${faults.length} reached=${reached.size} trace=${traceHash}`;
}

async function sayFailure(run: RunOptions, failed: RunReport, say: (line: string) => void): Promise<void> {
  const { options, report } = await shrink(run, failed);
  const faults = typeof options.faults === "string" ? options.faults : options.faults.map(faultText).join(",");
  for (const line of report.failure?.trace ?? []) say(`  ${line}`);
  say(`SIM seed=${run.seed} ${report.failure?.message ?? ""}`);
  say(`SIM faults that are enough: ${faults === "" ? "none" : faults}`);
  const bug = run.bug === null ? "" : ` --bug=${run.bug}`;
  say(`SIM again: npm run sim -- --seed=${run.seed} --commands=${options.commands} --faults=${faults === "" ? "none" : faults}${bug}`);
}
