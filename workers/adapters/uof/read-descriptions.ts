/**
 * The documents that name markets, variants and players, in the form in which they are kept. The bridge fetches them and posts them like
 * messages, with the path that they came from: it says the language.
 *
 * An entry that can't be read loses none of its neighbours: its market is not sold until it is described. A document without one readable
 * entry is refused.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { KeyedDescription, MarketDescription } from "../../../shared/protocol/feed/market-description.ts";
import type { Unreadable } from "./content.ts";
import { childOf, childrenOf, type XmlElement } from "./xml.ts";

const ENTRIES_MAX = 2_000;
const OUTCOMES_MAX = 1_000;
const NAME_CHARS_MAX = 200;
const GROUPS_MAX = 20;
const GROUP = /^[a-z0-9_]{1,40}$/;
const OUTCOME_ID = /^[A-Za-z0-9_.:+-]{1,60}$/;
const VARIANT = /^[A-Za-z0-9_.:+-]{1,60}$/;
const PLAYER = /^sr:player:\d{1,12}$/;

export interface Descriptions {
  readonly language: string;
  readonly entries: readonly KeyedDescription[];
}

/** The language of a document's path; null for a path of something else. */
export function languageOf(path: string): string | null {
  return /^\/(?:descriptions|sports)\/([a-z]{2})\//.exec(path)?.[1] ?? null;
}

/** True for the path of a document that this file reads. */
export function isPathOfNames(path: string): boolean {
  return /^\/(?:descriptions\/[a-z]{2}\/(?:markets|variants)|sports\/[a-z]{2}\/players\/)/.test(path);
}

/** Reads `market_descriptions`, `variant_descriptions` or `player_profile`. */
export function descriptionsOf(document: XmlElement, language: string): Result<Descriptions, Unreadable> {
  const entries = listed(document)
    .slice(0, ENTRIES_MAX)
    .flatMap((element) => entryOf(document.name, element));
  return entries.length === 0 ? err({ reason: `${document.name} without a readable entry` }) : ok({ language, entries });
}

function listed(document: XmlElement): readonly XmlElement[] {
  switch (document.name) {
    case "market_descriptions":
      return childrenOf(document, "market");
    case "variant_descriptions":
      return childrenOf(document, "variant");
    default:
      return childrenOf(document, "player");
  }
}

function entryOf(documentName: string, element: XmlElement): readonly KeyedDescription[] {
  const { id = "", name = "", variant } = element.attributes;
  if (documentName === "variant_descriptions") return VARIANT.test(id) ? described(`variant:${id}`, "", element) : [];
  if (name === "" || name.length > NAME_CHARS_MAX) return [];
  if (documentName === "player_profile") return PLAYER.test(id) ? described(`player:${id}`, name, element) : [];
  if (!/^\d{1,9}$/.test(id)) return [];
  if (variant === undefined) return described(`market:${id}`, name, element);
  return VARIANT.test(variant) ? described(`market:${id}/${variant}`, name, element) : [];
}

/** Nothing when a single outcome can't be read: a market is described whole. */
function described(key: string, name: string, element: XmlElement): readonly KeyedDescription[] {
  const outcomes = childrenOf(childOf(element, "outcomes"), "outcome").map(
    ({ attributes }) => [attributes["id"] ?? "", attributes["name"] ?? ""] as const,
  );
  const isReadable = outcomes.every(([id, text]) => OUTCOME_ID.test(id) && text !== "" && text.length <= NAME_CHARS_MAX);
  if (!isReadable || outcomes.length > OUTCOMES_MAX) return [];
  const groups = (element.attributes["groups"] ?? "").split("|").filter((group) => GROUP.test(group));
  const isFlexScore = childrenOf(childOf(element, "attributes"), "attribute").some(
    ({ attributes }) => attributes["name"] === "is_flex_score",
  );
  const description: MarketDescription = {
    ...{ name, outcomes: Object.fromEntries(outcomes) },
    ...(groups.length === 0 ? {} : { groups: groups.slice(0, GROUPS_MAX) }),
    ...(isFlexScore ? { isFlexScore } : {}),
  };
  return [{ key, description }];
}
