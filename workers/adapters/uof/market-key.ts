/**
 * Markets and outcomes of the feed under our ids and names.
 *
 * A market is its number and its specifiers, sorted: their order on the wire means nothing. The four markets that match pages know have
 * our own names; the others carry the feed's number.
 */
import { MARKET_DESCRIPTIONS } from "./market-descriptions.ts";

interface KnownMarket {
  readonly type: string;
  readonly outcomes: Readonly<Record<string, string>>;
}

const KNOWN: Readonly<Record<string, KnownMarket>> = {
  "1": { type: "1x2", outcomes: { "1": "home", "2": "draw", "3": "away" } },
  "10": { type: "double_chance", outcomes: { "9": "1x", "10": "12", "11": "x2" } },
  "18": { type: "total", outcomes: { "12": "over", "13": "under" } },
  "29": { type: "both_score", outcomes: { "74": "yes", "76": "no" } },
};

const ID_CHARS_MAX = 60;
/** With the market's number before it an id of ours. */
const SPECIFIER_CHARS_MAX = 46;
/** Its outcomes are named by the goals from now on: the score so far is added. */
const FLEX_SCORE = "41";

export interface MarketKey {
  readonly feedId: string;
  readonly marketId: string;
  readonly type: string;
  /** As the feed writes it, sorted: `total=2.5`. */
  readonly specifier: string;
  readonly specifiers: Readonly<Record<string, string>>;
  /** False for a market without a description: it is settled, never offered. */
  readonly isDescribed: boolean;
}

/** The key of a market element's id and specifiers; null for what would share its id with another market once written as ours. */
export function marketKey(feedId: string, specifierText: string): MarketKey | null {
  if (!/^\d{1,9}$/.test(feedId) || !isFaithful(specifierText) || specifierText.length > SPECIFIER_CHARS_MAX) return null;
  const pairs = specifierText
    .split("|")
    .filter((pair) => pair.includes("="))
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const specifier = pairs.map(([name, value]) => `${name}=${value}`).join("|");
  const known = KNOWN[feedId];
  const plain = safeId(pairs.map(([name, value]) => `${name}=${value}`).join("_"));
  const isOurs = known !== undefined && (known.type === "total" ? pairs.length === 1 && pairs[0]?.[0] === "total" : pairs.length === 0);
  return {
    feedId,
    marketId: isOurs ? (known.type === "total" ? plain : known.type) : safeId(plain === "" ? `uof${feedId}` : `uof${feedId}_${plain}`),
    type: isOurs ? known.type : `uof${feedId}`,
    specifier,
    specifiers: Object.fromEntries(pairs),
    isDescribed: MARKET_DESCRIPTIONS[feedId] !== undefined,
  };
}

/** Null for what would share its id with another outcome. */
export function outcomeIdOf(key: MarketKey, feedOutcomeId: string): string | null {
  if (feedOutcomeId === "" || feedOutcomeId.length > ID_CHARS_MAX || feedOutcomeId.includes("=") || !isFaithful(feedOutcomeId)) return null;
  const known = key.type.startsWith("uof") ? undefined : KNOWN[key.feedId]?.outcomes;
  return known !== undefined && Object.hasOwn(known, feedOutcomeId) ? (known[feedOutcomeId] ?? null) : safeId(feedOutcomeId);
}

/** True when nothing but the feed's own separators changes on the way to an id of ours. */
function isFaithful(text: string): boolean {
  return /^[A-Za-z0-9_=.:|-]*$/.test(text);
}

/** Characters that an address would escape become dashes. */
function safeId(text: string): string {
  return text.replace(/[^A-Za-z0-9_=.-]/g, "-");
}

/** The market's name with its line, e.g. "Total goals 2.5"; its number when it is not described. */
export function marketName(key: MarketKey): string {
  const name = MARKET_DESCRIPTIONS[key.feedId]?.name ?? `Market ${key.feedId}`;
  const filled = filledIn(name, key);
  const line = key.specifiers["total"] ?? key.specifiers["hcp"];
  return (line === undefined || filled.includes(line) ? filled : `${filled} ${line}`).slice(0, 80);
}

/** The outcome's name, the competitors as tokens that the fixture's view fills in; null when it is not described. */
export function outcomeName(key: MarketKey, feedOutcomeId: string): string | null {
  const outcomes = MARKET_DESCRIPTIONS[key.feedId]?.outcomes ?? {};
  const template = Object.hasOwn(outcomes, feedOutcomeId) ? outcomes[feedOutcomeId] : undefined;
  if (template === undefined) return null;
  return (key.feedId === FLEX_SCORE ? added(template, key.specifiers["score"]) : filledIn(template, key)).slice(0, 80);
}

/** "1:0" after a score of "1:0" is "2:0". */
function added(goals: string, score: string | undefined): string {
  const [home, away] = goals.split(":").map(Number);
  const [homeNow, awayNow] = (score ?? "0:0").split(":").map(Number);
  const sum = [(home ?? 0) + (homeNow ?? 0), (away ?? 0) + (awayNow ?? 0)];
  return sum.some(Number.isNaN) ? goals : sum.join(":");
}

function filledIn(template: string, key: MarketKey): string {
  return template.replace(/\{([^}]+)\}/g, (whole, token: string) => {
    const value = key.specifiers[token.replace(/^[!+%-]/, "")];
    if (value === undefined) return whole;
    if (token.startsWith("!")) return ordinal(value);
    if (token.startsWith("+")) return signed(value, 1);
    return token.startsWith("-") ? signed(value, -1) : value;
  });
}

function ordinal(text: string): string {
  const last = Number(text) % 10;
  const isTeen = Math.floor((Number(text) % 100) / 10) === 1;
  return `${text}${!isTeen && last === 1 ? "st" : !isTeen && last === 2 ? "nd" : !isTeen && last === 3 ? "rd" : "th"}`;
}

/** A handicap with its sign shown, for one side or the other. */
function signed(text: string, side: 1 | -1): string {
  const value = Number(text) * side;
  if (Number.isNaN(value)) return text;
  return value > 0 ? `+${value}` : `${value === 0 ? 0 : value}`;
}
