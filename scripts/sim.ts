/**
 * `npm run sim`: the simulator. Without arguments a minute of it, on all cores: the fixed seeds, those that failed once, and new ones.
 *
 * `-- --minutes 30` runs longer, `-- --commands 1000000` at least so many commands, `-- --seed 7 [--commands N] [--faults a@1,b@2]
 * [--bug name]` one run, as a failure's last line says it. `-- --planted` shows that each planted bug is found.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CampaignOptions, COMMANDS_PER_SEED, newRun, runCampaign, runOne, type Summary } from "../test/sim/campaign.ts";
import { DECLARED_STATES, type FaultPlan, PLANTED_BUGS, type PlantedBug, parseFaults, seedThatFinds, unreached } from "../test/sim/load.ts";

const SUMMARY = "SIM-SUMMARY ";
const DEFAULT_SECONDS = 60;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    commands: { type: "string" },
    minutes: { type: "string" },
    faults: { type: "string" },
    bug: { type: "string" },
    planted: { type: "boolean" },
    part: { type: "string" },
    series: { type: "string" },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function bugOf(name: string | undefined): PlantedBug | null {
  if (name === undefined) return null;
  const bug = PLANTED_BUGS.find((known) => known === name);
  if (bug === undefined) throw new TypeError(`no such bug: ${name} (there are ${PLANTED_BUGS.join(", ")})`);
  return bug;
}

function faultsOf(text: string | undefined): FaultPlan {
  return text === undefined || text === "all" ? "all" : text === "none" ? "none" : parseFaults(text);
}

function campaign(part: number, parts: number): CampaignOptions {
  const commands = Number(values.commands ?? 0);
  const seconds = values.minutes === undefined ? (commands > 0 ? 0 : DEFAULT_SECONDS) : Number(values.minutes) * 60;
  return { part, parts, seconds, commands, series: values.series ?? "new", withFixedSeeds: true };
}

/** One process a core; each prints its seeds and hands back its summary. */
async function runOnAllCores(): Promise<readonly Summary[]> {
  const parts = availableParallelism();
  const series = values.series ?? `t${Date.now().toString(36)}`;
  const args = process.argv.slice(2);
  return Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const own = [...process.execArgv, fileURLToPath(import.meta.url), ...args, `--part=${part}/${parts}`, `--series=${series}`];
      const child = spawn(process.execPath, own, { stdio: ["ignore", "pipe", "inherit"] });
      let summary: Summary | null = null;
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith(SUMMARY)) summary = JSON.parse(line.slice(SUMMARY.length)) as Summary;
        else say(line);
      }
      return summary ?? { seeds: 0, failed: 1, commands: 0, steps: 0, faults: 0, reached: {} };
    }),
  );
}

function sumOf(summaries: readonly Summary[]): Summary {
  const reached: Record<string, number> = {};
  for (const summary of summaries)
    for (const [state, count] of Object.entries(summary.reached)) reached[state] = (reached[state] ?? 0) + count;
  const sum = (field: "seeds" | "failed" | "commands" | "steps" | "faults"): number =>
    summaries.reduce((total, one) => total + one[field], 0);
  return { seeds: sum("seeds"), failed: sum("failed"), commands: sum("commands"), steps: sum("steps"), faults: sum("faults"), reached };
}

/** Each bug must be found by its seed, and the same seeds must be clean without it. */
async function runPlanted(): Promise<number> {
  let missed = 0;
  for (const bug of PLANTED_BUGS) {
    const startedMs = performance.now();
    const { failed } = await runOne({ ...newRun(seedThatFinds(bug)), bug }, () => {});
    say(
      `SIM planted ${bug}: ${failed > 0 ? "found" : "MISSED"} in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s, shrinking included`,
    );
    missed += failed > 0 ? 0 : 1;
  }
  for (const seed of new Set(PLANTED_BUGS.map(seedThatFinds))) missed += (await runOne(newRun(seed), say)).failed;
  return missed;
}

async function main(): Promise<number> {
  if (values.planted === true) return runPlanted();
  if (values.seed !== undefined) {
    const commands = Number(values.commands ?? COMMANDS_PER_SEED);
    const one = await runOne({ seed: values.seed, commands, faults: faultsOf(values.faults), bug: bugOf(values.bug) }, say);
    return one.failed;
  }
  if (values.part !== undefined) {
    const [part = 0, parts = 1] = values.part.split("/").map(Number);
    const summary = await runCampaign(campaign(part, parts), say);
    say(`${SUMMARY}${JSON.stringify(summary)}`);
    return summary.failed;
  }
  const startedMs = performance.now();
  const total = sumOf(await runOnAllCores());
  const seconds = (performance.now() - startedMs) / 1_000;
  const missing = unreached(new Map(Object.entries(total.reached)));
  if (missing.length > 0) say(`SIM never reached: ${missing.join(", ")}`);
  say(
    `SIM total seeds=${total.seeds} failed=${total.failed} commands=${total.commands} steps=${total.steps} faults=${total.faults} ` +
      `reached=${DECLARED_STATES.length - missing.length}/${DECLARED_STATES.length} seconds=${seconds.toFixed(0)} commands/s=${Math.round(total.commands / seconds)}`,
  );
  return total.failed + missing.length;
}

process.exit((await main()) === 0 ? 0 : 1);
