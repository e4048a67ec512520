/**
 * Markets and outcomes of the feed under our ids.
 *
 * A market is its number and its specifiers, sorted: their order on the wire means nothing. The four markets that match pages know have
 * our own names; the others carry the feed's number.
 */

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

export interface MarketKey {
  readonly feedId: string;
  readonly marketId: string;
  readonly type: string;
  /** As the feed writes it, sorted: `total=2.5`. */
  readonly specifier: string;
  readonly specifiers: Readonly<Record<string, string>>;
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
  return /^[A-Za-z0-9_=.:|-]*$/.test(spelled(text));
}

/** `sr:exact_goals:6+` and its outcomes: a plus that ends a part is a word, for as a dash it could be a minus. */
function spelled(text: string): string {
  return text.replace(/(?<=:\d{1,3})\+(?=[:|]|$)/g, "plus");
}

/** Characters that an address would escape become dashes. */
function safeId(text: string): string {
  return spelled(text).replace(/[^A-Za-z0-9_=.-]/g, "-");
}
