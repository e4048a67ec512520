/**
 * The recorded story and documents of `simulators/data/uof` (see SOURCES.md there).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "..", "data", "uof");

/** The messages 01 to 20, in order. */
export function loadStory(): readonly string[] {
  const names = readdirSync(FOLDER).filter((name) => /^\d\d-.*\.xml$/.test(name));
  return names.sort().map((name) => readFileSync(join(FOLDER, name), "utf8"));
}

/** A document by the beginning of its name; null when there is none. */
export function loadDocument(prefix: string): string | null {
  const name = readdirSync(FOLDER).find((one) => one.startsWith(prefix) && one.endsWith(".xml"));
  return name === undefined ? null : readFileSync(join(FOLDER, name), "utf8");
}
