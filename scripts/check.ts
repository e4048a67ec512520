/**
 * `npm run check`: everything that can be said about the code without running it. One line a step with its time; a step that fails
 * shows its output in full, the others still run, and the exit code is 1.
 */
import { join } from "node:path";
import { runTool, ToolFailed } from "./lib/run-tool.ts";

const root = join(import.meta.dirname, "..");

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const STEPS: readonly Step[] = [
  { name: "types of the Worker", command: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "types of the page", command: "tsc", args: ["-p", "web/tsconfig.json"] },
  { name: "types of simulators, scripts and benches", command: "tsc", args: ["-p", "simulators/tsconfig.json"] },
  {
    name: "bindings are those of wrangler.toml",
    command: "wrangler",
    args: ["types", "--check", "--include-runtime=false", "--strict-vars=false", "--env-file=/dev/null"],
  },
  { name: "format and lint", command: "biome", args: ["check", "--diagnostic-level=warn", "--error-on-warnings"] },
  { name: "promises are awaited", command: "oxlint", args: ["--type-aware"] },
  {
    name: "import rules and tidiness",
    command: "vitest",
    args: ["run", "--project", "node", "test/node/tidy.test.ts", "test/node/import-rules.test.ts"],
  },
  { name: "no dead code", command: "knip", args: ["--no-progress"] },
  { name: "generated documents are what the code says", command: "node", args: ["scripts/generate-docs.ts", "--check"] },
];

let failed = 0;
for (const { name, command, args } of STEPS) {
  const startedAtMs = performance.now();
  const seconds = () => `${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`;
  try {
    await runTool(command, args, root);
    console.log(`ok    ${name} (${seconds()})`);
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error;
    failed += 1;
    console.log(`FAIL  ${name} (${seconds()})\n\n${error.message}\n`);
  }
}
console.log(failed === 0 ? `check: all ${STEPS.length} steps are clean` : `check: ${failed} of ${STEPS.length} steps failed`);
process.exit(failed === 0 ? 0 : 1);
