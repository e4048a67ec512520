/**
 * `npm test`: unit and in-process tests, then the journey against the running platform over HTTP and WebSocket.
 *
 * Arguments are handed to vitest (`npm test -- wallet`), which then runs alone. The long runs have their own scripts (README).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

// wrangler.toml names the folder of the built page; the in-process tests need it to exist, not its content.
mkdirSync("web/dist", { recursive: true });
const filters = process.argv.slice(2);
run("vitest", ["run", ...filters]);
if (filters.length === 0) run(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", "test/e2e/*.test.ts"]);
