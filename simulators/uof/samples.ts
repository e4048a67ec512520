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

/** The descriptions of the markets that the table knows. */
export function marketDescriptions(): string {
  const markets = new Map<string, string[]>();
  for (const line of readFileSync(join(FOLDER, "market-outcome-ids.csv"), "utf8").trim().split("\n").slice(1)) {
    const [market = "", name = "", , outcome = "", outcomeName = ""] = cells(line);
    const outcomes = markets.get(`${market}\n${name}`) ?? [];
    if (outcome !== "") outcomes.push(`<outcome id="${escaped(outcome)}" name="${escaped(outcomeName)}"/>`);
    markets.set(`${market}\n${name}`, outcomes);
  }
  const shown = [...markets].map(([key, outcomes]) => {
    const [id = "", name = ""] = key.split("\n");
    return `<market id="${escaped(id)}" name="${escaped(name)}"><outcomes>${outcomes.join("")}</outcomes></market>`;
  });
  return `<market_descriptions response_code="OK">${shown.join("")}</market_descriptions>`;
}

function cells(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
