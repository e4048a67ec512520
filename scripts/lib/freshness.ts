/**
 * Says whether a generated thing is older than what it is made from, so that a second start skips what a first one did.
 *
 * Compares names, sizes and times of the input files with a stamp; a wrong "stale" costs a second, a wrong "fresh" can't happen
 * without a file whose time was set back.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

function fingerprint(root: string, inputs: readonly string[]): string {
  const hash = createHash("sha256");
  const visit = (path: string): void => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "node_modules" && name !== "dist") visit(join(path, name));
    } else {
      hash.update(`${path}:${stat.size}:${stat.mtimeMs}\n`);
    }
  };
  for (const input of inputs) visit(join(root, input));
  return hash.digest("hex");
}

/** Runs `make` unless its last run saw the same inputs and `output` still exists. */
export async function makeIfStale(
  root: string,
  name: string,
  inputs: readonly string[],
  output: string,
  make: () => Promise<void>,
): Promise<void> {
  const stamp = join(root, ".wrangler", "stamps", name);
  const now = fingerprint(root, inputs);
  if (existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}
