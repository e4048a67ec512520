/**
 * The door of every npm script: makes a fresh machine ready, then runs the verb with a Node that the tools accept.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and on Node 20. Usage:
 * `node scripts/setup.mjs <verb> [arguments]`, where the verb is a file `scripts/<verb>.ts`.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const stampFile = join(root, "node_modules", ".mkeka-lock");
const NODE_MIN = [22, 12];

function fail(line) {
  console.error(`mkeka: ${line}`);
  process.exit(1);
}

/** Installs dependencies when they are missing or the lock file changed since. */
function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === lock) return;
  console.log("mkeka: installing dependencies (once, about half a minute) ...");
  const npm = spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-progress", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) fail("npm ci failed (see above): check the connection to the package registry, then run the command again.");
  writeFileSync(stampFile, lock);
}

/** The Node that the project brings, or this one when it is new enough. */
function nodeToUse() {
  const brought = join(bin, "node");
  if (existsSync(brought)) return brought;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return process.execPath;
  return fail(
    `no Node for this platform comes with the packages; install Node ${NODE_MIN.join(".")} or later (this is ${process.versions.node}).`,
  );
}

const [verb, ...rest] = process.argv.slice(2);
const file = join(root, "scripts", `${verb}.ts`);
if (verb === undefined || !existsSync(file)) fail(`there is no script "${verb}".`);
install();
const child = spawn(nodeToUse(), ["--disable-warning=ExperimentalWarning", file, ...rest], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    // Nothing reaches out at start: no country look-up, no update check, no telemetry.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG: "warn",
    NO_UPDATE_NOTIFIER: "1",
  },
});
// The child gets the terminal's Ctrl-C itself; this process only waits for it to clean up.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
