/**
 * The simulated feed's documents of names: the markets of its table, one list of variants, single variants as made up as the story's
 * outright, and any player.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const TABLE = join(import.meta.dirname, "..", "data", "uof", "market-outcome-ids.csv");

/** The document at a path below the provider's address; null when it has none. */
export function nameDocument(path: string): string | null {
  const [, list] = /^\/descriptions\/[a-z]{2}\/(markets|variants)\.xml$/.exec(path) ?? [];
  if (list === "markets") return marketDescriptions();
  if (list === "variants") return VARIANTS;
  const [, market, variant] = /^\/descriptions\/[a-z]{2}\/markets\/(\d{1,9})\/variants\/([\w%.-]{1,120})$/.exec(path) ?? [];
  if (market !== undefined && variant !== undefined) return single(market, decodeURIComponent(variant));
  const [, player] = /^\/sports\/[a-z]{2}\/players\/(sr:player:\d{1,12})\/profile\.xml$/.exec(path) ?? [];
  return player === undefined ? null : `<player_profile><player id="${player}" name="Player, ${player.split(":")[2]}"/></player_profile>`;
}

const VARIANTS = `<variant_descriptions response_code="OK"><variant id="sr:exact_goals:6+"><outcomes>${[0, 1, 2, 3, 4, 5, "6+"]
  .map((goals, index) => `<outcome id="sr:exact_goals:6+:${index + 1}" name="${goals}"/>`)
  .join("")}</outcomes></variant></variant_descriptions>`;

/** Three runners of an outright; a variant of another kind is unknown. */
function single(market: string, variant: string): string | null {
  if (!/^pre:markettext:\d{1,12}$/.test(variant)) return null;
  const outcomes = [1, 2, 3].map((runner) => `<outcome id="pre:outcometext:700000${runner}" name="Example Runner ${runner}"/>`);
  const text = `<market id="${market}" name="Example Champion" variant="${variant}"><outcomes>${outcomes.join("")}</outcomes></market>`;
  return `<market_descriptions response_code="OK">${text}</market_descriptions>`;
}

/** The descriptions of the markets that the table knows. */
function marketDescriptions(): string {
  const markets = new Map<string, string[]>();
  for (const line of readFileSync(TABLE, "utf8").trim().split("\n").slice(1)) {
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
