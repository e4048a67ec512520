/** The two builds that serving needs: the page's assets and the Worker's bundle. */
import { makeIfStale } from "./freshness.ts";
import { runTool } from "./run-tool.ts";

export const WORKER_BUILD = ".wrangler/build";

/** Builds the page into web/dist. */
export function buildWeb(root: string): Promise<void> {
  const inputs = ["web", "shared", "package-lock.json"];
  return makeIfStale(root, "web", inputs, "web/dist/index.html", async () => {
    await runTool("vite", ["build", "--config", "web/vite.config.ts", "--logLevel", "warn"], root);
  });
}

/** Bundles the Worker exactly as `wrangler deploy` would, without talking to anyone. */
export function buildWorker(root: string): Promise<void> {
  const inputs = ["workers", "durable-objects", "shared", "wrangler.toml", "package-lock.json"];
  return makeIfStale(root, "worker", inputs, `${WORKER_BUILD}/index.js`, async () => {
    await runTool("wrangler", ["deploy", "--dry-run", "--env=", "--outdir", WORKER_BUILD], root);
  });
}
