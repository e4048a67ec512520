/** The markets of an odds_change: statuses, prices, probabilities. */
import type { FeedMarket } from "../../../shared/protocol/feed/message.ts";
import type { DescriptionBook } from "./description-book.ts";
import { type MarketKey, marketKey, outcomeIdOf } from "./market-key.ts";
import { type MarketNames, marketNames, type Undescribed, undescribed } from "./market-names.ts";
import { childOf, childrenOf, type XmlElement } from "./xml.ts";

const OUTCOMES_MAX = 40;
const GROUPS_MAX = 20;
const ODDS_MIN = 1_001;
const ODDS_MAX = 10_000_000;

/** Market statuses: 1 active, 0 deactivated, -1 suspended, -2 handed over, -3 settled, -4 cancelled; active when none is said. */
const STATUS: Readonly<Record<string, FeedMarket["status"]>> = {
  "1": "active",
  "0": "closed",
  "-1": "suspended",
  "-2": "closed",
  "-3": "closed",
  "-4": "closed",
};
const CASH_OUT: Readonly<Record<string, FeedMarket["status"]>> = { "1": "active", "-1": "suspended", "-2": "closed" };

export function offersOf(message: XmlElement, book: DescriptionBook): FeedMarket[] {
  return listedIn(message).flatMap(({ market, key }) => offerOf(market, key, marketNames(key, book)));
}

/** What the markets of an odds_change would be sold with, and is not known. */
export function undescribedIn(message: XmlElement, book: DescriptionBook): readonly Undescribed[] {
  return listedIn(message).flatMap(({ market, key }) => {
    const outcomeIds = childrenOf(market, "outcome").map(({ attributes }) => attributes["id"] ?? "");
    return undescribed(key, outcomeIds.slice(0, OUTCOMES_MAX), book);
  });
}

function listedIn(message: XmlElement): readonly { readonly market: XmlElement; readonly key: MarketKey }[] {
  return childrenOf(childOf(message, "odds"), "market").flatMap((market) => {
    const key = marketKey(market.attributes["id"] ?? "", market.attributes["specifiers"] ?? "");
    return key === null ? [] : [{ market, key }];
  });
}

function offerOf(market: XmlElement, key: MarketKey, names: MarketNames): FeedMarket[] {
  const { name } = names;
  const cashOut = CASH_OUT[market.attributes["cashout_status"] ?? ""];
  const listed = childrenOf(market, "outcome");
  const outcomes = listed.slice(0, OUTCOMES_MAX).flatMap((outcome) => outcomeOf(key, names, outcome));
  const said = STATUS[market.attributes["status"] ?? "1"] ?? "suspended";
  // Outcomes without a single price offer nothing: what was known of their prices holds no more.
  const status = said === "active" && listed.length > 0 && outcomes.length === 0 ? "suspended" : said;
  return [
    {
      ...{ marketId: key.marketId, type: key.type, name, specifier: key.specifier.slice(0, 40) },
      // What nobody has described is kept and settled, but not sold.
      status: names.isDescribed ? status : "closed",
      ...(market.attributes["status"] === "-2" ? { handsOver: true } : {}),
      groups: groupsOf(names),
      ...(cashOut === undefined ? {} : { cashOut }),
      outcomes,
    },
  ];
}

const GROUPS: ReadonlySet<string> = new Set(["all", "regular_play", "1st_half", "2nd_half"]);

/** The groups that a stop names. One that no market is known by may mean any: then all are stopped. */
export function stoppedGroups(text: string | undefined): string[] {
  const groups = (text ?? "all").split("|");
  return groups.every((group) => GROUPS.has(group)) ? [...new Set(groups)] : ["all"];
}

/** Those of the description, and the half that its name says: the built-in descriptions have no groups. A stop of too much costs little. */
function groupsOf({ name, groups }: MarketNames): string[] {
  const half = /^(1st|2nd) half\b/.exec(name)?.[1];
  return [...new Set(["all", half === undefined ? "regular_play" : `${half}_half`, ...groups])].slice(0, GROUPS_MAX);
}

function outcomeOf(key: MarketKey, names: MarketNames, { attributes }: XmlElement): FeedMarket["outcomes"] {
  const feedId = attributes["id"] ?? "";
  const oddsThousandths = thousandths(attributes["odds"]);
  const outcomeId = outcomeIdOf(key, feedId);
  if (oddsThousandths === null || outcomeId === null) return [];
  const name = names.outcome(feedId);
  const probabilities = probabilitiesOf(attributes);
  return [
    {
      outcomeId,
      name: name ?? feedId.slice(0, 80),
      oddsThousandths,
      active: name !== null && attributes["active"] !== "0",
      ...(probabilities === null ? {} : { probabilities }),
    },
  ];
}

/** "2.05" as 2050, cut down; null for what is no price. */
function thousandths(text: string | undefined): number | null {
  const [, whole, decimals = ""] = /^(\d{1,5})(?:\.(\d{1,12}))?$/.exec(text ?? "") ?? [];
  if (whole === undefined) return null;
  const value = Number(whole) * 1_000 + Number(decimals.padEnd(3, "0").slice(0, 3));
  return value >= ODDS_MIN && value <= ODDS_MAX ? value : null;
}

function probabilitiesOf(attributes: Readonly<Record<string, string>>) {
  const winPpm = ppm(attributes["win_probabilities"] ?? attributes["probabilities"]);
  if (winPpm === null) return null;
  const [refundPpm, halfWinPpm, halfLosePpm] = ["refund", "half_win", "half_lose"].map(
    (name) => ppm(attributes[`${name}_probabilities`]) ?? 0,
  );
  return { winPpm, refundPpm: refundPpm ?? 0, halfWinPpm: halfWinPpm ?? 0, halfLosePpm: halfLosePpm ?? 0 };
}

/** A probability in millionths, rounded; a probability is no money. */
function ppm(text: string | undefined): number | null {
  if (text === undefined || !/^[01](\.\d{1,20})?$/.test(text)) return null;
  return Math.min(1_000_000, Math.round(Number(text) * 1_000_000));
}
