/**
 * `npm test`: unit and in-process tests, a minute of the simulator, then the journeys against the running platform over HTTP and
 * WebSocket, and a closing line that counts them.
 *
 * Arguments are handed to vitest (`npm test -- wallet`), which then runs alone. The long runs have their own scripts (README).
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a command with its output shown and kept; resolves with the output and whether it succeeded. */
function run(command: string, args: readonly string[]): Promise<{ readonly output: string; readonly isOk: boolean }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.on("exit", (code) => resolve({ output, isOk: code === 0 }));
  });
}

/** In-process tests. A run that fails without a failed test (a file that does not load) counts as one. */
async function runVitest(filters: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "mkeka-vitest-"));
  const report = join(folder, "report.json");
  const { isOk } = await run("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...filters]);
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number };
  rmSync(folder, { recursive: true });
  return { passed: numPassedTests, failed: isOk ? numFailedTests : Math.max(1, numFailedTests) };
}

/** Tests in plain Node, one file after another: of the simulator, and of the platform as a process of its own, which each file starts. */
async function runNodeTests(files: string): Promise<Count> {
  const flags = ["--disable-warning=ExperimentalWarning", "--test", "--test-concurrency=1", "--test-reporter=spec"];
  const { output, isOk } = await run(process.execPath, [...flags, files]);
  const count = (name: string): number => Number(new RegExp(`^. ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  return { passed: count("pass"), failed: isOk ? failed : Math.max(1, failed) };
}

/** A minute of the simulator: one test, which passes when every seed does and every declared state was reached. */
async function runSimulator(): Promise<Count> {
  const { isOk } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", "scripts/sim.ts"]);
  return isOk ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

// wrangler.toml names the folder of the built page; the in-process tests need it to exist, not its content.
mkdirSync("web/dist", { recursive: true });
const filters = process.argv.slice(2);
const counts = [await runVitest(filters)];
if (filters.length === 0) {
  counts.push(await runNodeTests("test/sim/*.test.ts"), await runSimulator());
  counts.push(await runNodeTests("test/e2e/*.test.ts"));
}
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
