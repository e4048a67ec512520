/**
 * `npm run dev`: `wrangler dev` with reload on PORT (8787), the simulators on SIM_PORT (8788), and the page rebuilt on change.
 *
 * Slower than `npm start` (proxies stand in front of the runtime) but follows every edit. Ctrl-C ends all of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulators } from "../simulators/server.ts";
import { buildWeb } from "./lib/builds.ts";
import { demoStaffAccounts, developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { runTool } from "./lib/run-tool.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const port = Number(process.env.PORT ?? 8787);
const simulatorPort = Number(process.env.SIM_PORT ?? 8788);
const stateDir = process.env.STATE_DIR ?? join(root, ".wrangler", "state-3");
const secrets = developmentSecrets(root);
const settings = { ...developmentSettings(port, simulatorPort), STAFF_ACCOUNTS: await demoStaffAccounts(secrets) };
const bindings = { ...settings, ...secrets };

await buildWeb(root);
for (const database of ["mkeka-ke", "mkeka-ng", "mkeka-gh"]) {
  await runTool("wrangler", ["d1", "migrations", "apply", database, "--local", "--persist-to", stateDir], root);
}
const simulators = await startSimulators(simulatorPort, { platformUrl: `http://127.0.0.1:${port}`, environment: bindings });

const vars = Object.entries(settings).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
const children: ChildProcess[] = [
  spawn(
    "wrangler",
    [
      "dev",
      "--ip",
      "127.0.0.1",
      "--port",
      String(port),
      "--inspector-port",
      "0",
      "--persist-to",
      stateDir,
      "--show-interactive-dev-session=false",
      ...vars,
    ],
    {
      cwd: root,
      stdio: "inherit",
    },
  ),
  spawn("vite", ["build", "--watch", "--config", "web/vite.config.ts", "--logLevel", "warn"], { cwd: root, stdio: "inherit" }),
];
simulators.start();

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  for (const child of children) child.kill("SIGTERM");
  void simulators.stop();
}
process.on("SIGINT", end);
process.on("SIGTERM", end);
for (const child of children) child.on("exit", end);
