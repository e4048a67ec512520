/**
 * The platform as a process of its own, for tests and loads that must meet it as its users do: over sockets, through restarts and
 * kills. Each has its own ports and state directory.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_MS_MAX = 90_000;

export interface PlatformOptions {
  readonly port?: number;
  readonly simulatorPort?: number;
  /** Kept when given; a fresh one that `stop` removes when not. */
  readonly stateDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Platform {
  readonly url: string;
  readonly simulatorUrl: string;
  readonly port: number;
  readonly simulatorPort: number;
  readonly stateDir: string;
  /** Everything the platform wrote to its output so far. */
  output(): string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
  /** SIGKILL to the runtime and all beside it, as a power cut would; the state directory stays. */
  kill(): Promise<void>;
}

/** Starts the platform and resolves when it is ready; throws with its output when it does not come up. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const port = options.port ?? (await freePort());
  const simulatorPort = options.simulatorPort ?? (await freePort());
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "mkeka-"));
  const child = spawn(process.execPath, [join(root, "scripts", "start.ts")], {
    cwd: root,
    // A process group of its own, so that kill() reaches workerd too.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      RATE_LIMITS: "off",
      LIVE_DELAY_MS: "300",
      MKEKA_SEED: "off",
      ...options.env,
      PORT: String(port),
      SIM_PORT: String(simulatorPort),
      STATE_DIR: stateDir,
    },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await untilReady(child, () => output);
  return {
    url: `http://127.0.0.1:${port}`,
    simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
    port,
    simulatorPort,
    stateDir,
    output: () => output,
    stop: async () => {
      await end(child, "SIGTERM");
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
    kill: () => end(child, "SIGKILL"),
  };
}

function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error("took too long")), START_MS_MAX);
    const poll = setInterval(() => {
      if (/^ready$/m.test(output())) finish(null);
    }, 50);
    const onExit = (code: number | null): void => finish(new Error(`exited with ${code}`));
    child.once("exit", onExit);
    function finish(error: Error | null): void {
      clearTimeout(timer);
      clearInterval(poll);
      child.off("exit", onExit);
      if (error === null) {
        resolve();
        return;
      }
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      reject(new Error(`the platform did not start (${error.message}):\n${output()}`));
    }
  });
}

function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  const { pid } = child;
  return new Promise((resolve) => {
    const force = setTimeout(() => process.kill(-pid, "SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    if (signal === "SIGKILL") process.kill(-pid, "SIGKILL");
    else child.kill("SIGTERM");
  });
}
