/**
 * `npm start`: the whole platform and the simulators of its providers on this machine, with data that outlives a restart.
 *
 * Environment: PORT (8787), SIM_PORT (8788), STATE_DIR (.wrangler/state-3: wallets of before have other tables), RATE_LIMITS, LIVE_DELAY_MS (how long live bets wait; their sport's delay),
 * MKEKA_SEED=off to leave the demo player out.
 * Prints one line `ready` as the last thing, which scripts/lib/platform-process.ts waits for. Ctrl-C ends all of it.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulators } from "../simulators/server.ts";
import { buildWeb, buildWorker } from "./lib/builds.ts";
import { DEMO_OPERATOR, DEMO_PLAYER } from "./lib/demo-accounts.ts";
import { demoStaffAccounts, developmentSecrets, developmentSettings } from "./lib/development-secrets.ts";
import { isPortFree } from "./lib/ports.ts";
import { ToolFailed } from "./lib/run-tool.ts";
import { startRuntime } from "./lib/runtime.ts";
import { seedDemoPlayer } from "./lib/seed.ts";

/** As often as wrangler.toml's cron. */
const CRON_MS = 5 * 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));

function fail(line: string): never {
  console.error(`mkeka: ${line}`);
  process.exit(1);
}

function portFrom(name: string, fallback: number): number {
  const port = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`${name} is not a port: ${process.env[name]}`);
  return port;
}

async function main(): Promise<void> {
  const port = portFrom("PORT", 8787);
  const simulatorPort = portFrom("SIM_PORT", 8788);
  for (const [name, taken] of [
    ["PORT", port],
    ["SIM_PORT", simulatorPort],
  ] as const) {
    if (!(await isPortFree(taken))) fail(`port ${taken} is taken; end what uses it, or choose another: ${name}=${taken + 10} npm start`);
  }
  await Promise.all([buildWeb(root), buildWorker(root)]);
  const secrets = developmentSecrets(root);
  const bindings = {
    ...developmentSettings(port, simulatorPort),
    ...secrets,
    STAFF_ACCOUNTS: await demoStaffAccounts(secrets),
    ...(process.env.RATE_LIMITS === undefined ? {} : { RATE_LIMITS: process.env.RATE_LIMITS }),
    ...(process.env.LIVE_DELAY_MS === undefined ? {} : { LIVE_DELAY_MS: process.env.LIVE_DELAY_MS }),
  };
  const simulators = await startSimulators(simulatorPort, { platformUrl: `http://127.0.0.1:${port}`, environment: bindings });
  const stateDir = process.env.STATE_DIR ?? join(root, ".wrangler", "state-3");
  const runtime = await startRuntime({ root, port, stateDir, bindings });
  const runCron = (): void => void runtime.runCron().catch((error: unknown) => console.error("cron failed:", error));
  const cron = setInterval(runCron, CRON_MS);

  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    clearInterval(cron);
    await simulators.stop();
    await runtime.dispose();
    process.exit(0);
  };
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());

  simulators.start();
  const seeded = process.env.MKEKA_SEED === "off" ? "left out" : await seedDemoPlayer(runtime.url, simulators.url);
  console.log(`
  Mkeka runs.
    page          ${runtime.url}
    API reference ${runtime.url}/docs
    simulators    ${simulators.url}   (SMS, M-Pesa, identity, odds feed)

    demo player   phone ${DEMO_PLAYER.phone}   password ${DEMO_PLAYER.password}   (${seeded})
    operator      ${DEMO_OPERATOR.email}   password ${DEMO_OPERATOR.password}   code: ${simulators.url}/sim/operator/code

  To try: open the page, log in, pick odds, place a bet; open Crash and fly a round.
  The README has the same by curl. Ctrl-C ends it; the data stays in ${stateDir}.
ready`);
}

main().catch((error: unknown) => {
  if (error instanceof ToolFailed) fail(error.message);
  console.error(error);
  fail("could not start (see above).");
});
