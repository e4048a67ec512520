/**
 * `npm run test:browser`: the whole journey of a player in a real Chromium, against a platform and simulators of its own.
 *
 * CHROMIUM_PATH names the browser (/usr/bin/chromium otherwise); as root on Debian it is installed when it is missing.
 * Pictures go to a temporary folder; UPDATE_PICTURES=1 also puts those of the README into docs/pictures.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runJourney } from "../test/browser/journey.ts";
import { startPlatform } from "./lib/platform-process.ts";
import { freePort, isPortFree } from "./lib/ports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const README_PICTURES = ["matches", "slip", "crash"];

function findBrowser(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined) return existsSync(named) ? named : null;
  if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  console.log("installing chromium (once) ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], { env, stdio: "ignore" });
  return existsSync(DEBIAN_CHROMIUM) ? DEBIAN_CHROMIUM : null;
}

/** Puts the pictures that the README shows where it looks for them. */
function updateReadmePictures(from: string): void {
  const folder = join(root, "docs", "pictures");
  mkdirSync(folder, { recursive: true });
  for (const name of README_PICTURES) copyFileSync(join(from, `${name}.png`), join(folder, `${name}.png`));
}

/** The page's development panel looks for the simulators one port above the page. */
async function adjacentPorts(): Promise<{ port: number; simulatorPort: number }> {
  for (;;) {
    const port = await freePort();
    if (port < 65_535 && (await isPortFree(port + 1))) return { port, simulatorPort: port + 1 };
  }
}

const browserPath = findBrowser();
if (browserPath === null) {
  console.log("skipped: there is no Chromium here; install it, or name it with CHROMIUM_PATH.");
} else {
  const pictures = mkdtempSync(join(tmpdir(), "mkeka-pictures-"));
  const platform = await startPlatform(await adjacentPorts());
  try {
    const { passed, failed } = await runJourney({ browserPath, platform, pictures });
    if (failed === 0 && process.env.UPDATE_PICTURES === "1") updateReadmePictures(pictures);
    console.log(`pictures: ${pictures}`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await platform.stop();
  }
}
