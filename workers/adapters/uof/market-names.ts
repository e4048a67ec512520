/**
 * Names of markets and outcomes, from the templates of their descriptions.
 *
 * `{total}` is a specifier, `{!goalnr}` its ordinal, `{+hcp}` and `{-hcp}` the number with its sign for one side or the other, `{(inning+1)}`
 * a number near it, `{%player}` the name of whom it names, `{$competitor1}` a team, which the fixture's view fills in. A template with a
 * token that can't be filled in names nothing: half a name could sell another bet than it says.
 */
import type { MarketDescription } from "../../../shared/protocol/feed/market-description.ts";
import type { DescriptionBook } from "./description-book.ts";
import type { MarketKey } from "./market-key.ts";

const NAME_CHARS_MAX = 80;
/** Described as flexible by the feed; known before its documents come. */
const FLEX_SCORE = "41";
const PLAYER = /^sr:player:\d{1,12}$/;

/** What a message must be kept waiting for nothing: names that a document of the feed would give. */
export type Undescribed = { readonly market: string; readonly variant: string | null } | { readonly player: string };

export interface MarketNames {
  /** With its line, e.g. "Total goals 2.5"; its number when it is not described. */
  readonly name: string;
  /** False for a market without a whole name: it is settled, never offered. */
  readonly isDescribed: boolean;
  readonly groups: readonly string[];
  /** Null when the outcome is not described: it is not offered. */
  outcome(feedOutcomeId: string): string | null;
}

export function marketNames(key: MarketKey, book: DescriptionBook): MarketNames {
  const description = book.market(key.feedId, key.specifiers["variant"]);
  const filled = description === null ? null : filledIn(description.name, key, book);
  const name = filled === null ? `Market ${key.feedId}` : withLine(filled, key);
  return {
    ...{ name: name.slice(0, NAME_CHARS_MAX), isDescribed: filled !== null, groups: description?.groups ?? [] },
    outcome: (feedOutcomeId) => (description === null ? null : outcomeName(key, description, feedOutcomeId, book)),
  };
}

/** What the feed would have to be asked for to name the market and these outcomes whole. */
export function undescribed(key: MarketKey, feedOutcomeIds: readonly string[], book: DescriptionBook): readonly Undescribed[] {
  const variant = key.specifiers["variant"] ?? null;
  const people = [...Object.values(key.specifiers), ...feedOutcomeIds].filter((id) => PLAYER.test(id) && book.player(id) === null);
  const players = [...new Set(people)].map((player): Undescribed => ({ player }));
  return book.market(key.feedId, variant ?? undefined) === null ? [{ market: key.feedId, variant }, ...players] : players;
}

function withLine(name: string, { specifiers }: MarketKey): string {
  const line = specifiers["total"] ?? specifiers["hcp"];
  return line === undefined || name.includes(line) ? name : `${name} ${line}`;
}

function outcomeName(key: MarketKey, description: MarketDescription, feedOutcomeId: string, book: DescriptionBook): string | null {
  const { outcomes, isFlexScore } = description;
  const template = Object.hasOwn(outcomes, feedOutcomeId) ? outcomes[feedOutcomeId] : undefined;
  if (template === undefined) return PLAYER.test(feedOutcomeId) ? book.player(feedOutcomeId) : null;
  const isFlexible = isFlexScore === true || key.feedId === FLEX_SCORE;
  const name = isFlexible ? added(template, key.specifiers["score"]) : filledIn(template, key, book);
  return name?.slice(0, NAME_CHARS_MAX) ?? null;
}

/** "1:0" after a score of "1:0" is "2:0"; what is no score ("other") stays. */
function added(goals: string, score: string | undefined): string {
  const [home, away] = goals.split(":").map(Number);
  const [homeNow, awayNow] = (score ?? "0:0").split(":").map(Number);
  const sum = [(home ?? 0) + (homeNow ?? 0), (away ?? 0) + (awayNow ?? 0)];
  return sum.some(Number.isNaN) ? goals : sum.join(":");
}

const TOKEN = /\{([^{}]*)\}/g;
const TOKEN_PARTS = /^([!+%-]?)(?:(\w{1,40})|\((\w{1,40})([+-])(\d{1,3})\))$/;
const COMPETITOR = /^\$competitor[12]$/;

/** Null when a token can't be filled in. */
function filledIn(template: string, key: MarketKey, book: DescriptionBook): string | null {
  let isWhole = true;
  const text = template.replace(TOKEN, (whole, token: string) => {
    const value = COMPETITOR.test(token) ? whole : tokenValue(token, key, book);
    isWhole &&= value !== null;
    return value ?? whole;
  });
  return isWhole ? text : null;
}

function tokenValue(token: string, { specifiers }: MarketKey, book: DescriptionBook): string | null {
  const [, sign = "", plain, counted, operator, by] = TOKEN_PARTS.exec(token) ?? [];
  const name = plain ?? counted;
  const value = name !== undefined && Object.hasOwn(specifiers, name) ? specifiers[name] : undefined;
  if (value === undefined) return null;
  const shown = counted === undefined ? value : moved(value, operator === "-" ? -Number(by) : Number(by));
  if (shown === null || sign === "") return shown;
  if (sign === "!") return ordinal(shown);
  if (sign === "%") return book.player(shown);
  return signed(shown, sign === "+" ? 1 : -1);
}

/** A whole number that lies so far from this one; null when this is none. */
function moved(text: string, by: number): string | null {
  return /^-?\d{1,9}$/.test(text) ? String(Number(text) + by) : null;
}

function ordinal(text: string): string | null {
  if (!/^\d{1,9}$/.test(text)) return null;
  const last = Number(text) % 10;
  const isTeen = Math.floor((Number(text) % 100) / 10) === 1;
  return `${text}${!isTeen && last === 1 ? "st" : !isTeen && last === 2 ? "nd" : !isTeen && last === 3 ? "rd" : "th"}`;
}

/** A handicap with its sign shown, for one side or the other. */
function signed(text: string, side: 1 | -1): string | null {
  if (!/^[+-]?\d{1,6}(\.\d{1,6})?$/.test(text)) return null;
  const value = Number(text) * side;
  return value > 0 ? `+${value}` : `${value === 0 ? 0 : value}`;
}
