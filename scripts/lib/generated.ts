/**
 * A committed file that is made from code: written by its generator, or compared with `--check`, so that the two can't drift.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes `text` to `file`; with `--check` on the command line compares instead and makes the program exit 1 when it differs. */
export function writeGenerated(file: string, text: string, command: string): void {
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  console.error(`${file} is not what the code says; run: ${command}`);
  process.exitCode = 1;
}
