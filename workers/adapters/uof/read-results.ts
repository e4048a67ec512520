/** Results: which pairs of result and void factor mean what (betting-rules 2.4.2), and dead heats. */
import type { DeadHeat, SelectionOutcome } from "../../../shared/betting/types.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { Unreadable } from "./content.ts";
import { marketKey, outcomeIdOf } from "./market-key.ts";
import { childOf, childrenOf, type XmlElement } from "./xml.ts";

type SettledMarket = Extract<FeedMessage, { type: "bet_settlement" }>["markets"][number];

/**
 * Refuses the whole message when one result can't be read: a half-read settlement could pay wrongly. Markets and outcomes that have no id
 * of ours were never sold, so nothing waits for them.
 */
export function settlementsOf(message: XmlElement): Result<readonly SettledMarket[], Unreadable> {
  const markets: SettledMarket[] = [];
  for (const market of childrenOf(childOf(message, "outcomes"), "market")) {
    const key = marketKey(market.attributes["id"] ?? "", market.attributes["specifiers"] ?? "");
    if (key === null) continue;
    const outcomes: SettledMarket["outcomes"] = [];
    for (const outcome of childrenOf(market, "outcome")) {
      const result = resultOf(outcome.attributes);
      if (result === undefined) return err({ reason: `a result that means nothing: ${JSON.stringify(outcome.attributes)}`.slice(0, 200) });
      const outcomeId = outcomeIdOf(key, outcome.attributes["id"] ?? "");
      if (outcomeId !== null) outcomes.push({ outcomeId, result });
    }
    if (outcomes.length > 0) markets.push({ marketId: key.marketId, outcomes });
  }
  return ok(markets);
}

export function marketIdsOf(message: XmlElement): readonly string[] {
  return childrenOf(message, "market").flatMap(
    (market) => marketKey(market.attributes["id"] ?? "", market.attributes["specifiers"] ?? "")?.marketId ?? [],
  );
}

/** Null while undecided (-1); undefined when the pair means nothing. */
function resultOf(attributes: Readonly<Record<string, string>>): SelectionOutcome | null | undefined {
  const result = attributes["result"];
  if (result === "-1") return null;
  if (result !== "0" && result !== "1") return undefined;
  const voidFactor = Number(attributes["void_factor"] ?? 0);
  if (voidFactor === 1) return "void";
  if (voidFactor === 0.5) return result === "1" ? "half_won" : "half_lost";
  if (voidFactor !== 0) return undefined;
  if (result === "0") return "lost";
  const deadHeat = attributes["dead_heat_factor"];
  return deadHeat === undefined || Number(deadHeat) === 1 ? "won" : deadHeatOf(deadHeat);
}

const RUNNERS_MAX = 50;

/** The smallest tie that a factor can mean, as exactly as it is written: 0.33 and 0.3333 are one place among three. */
function deadHeatOf(text: string): DeadHeat | undefined {
  const decimals = /^0\.(\d{1,12})$/.exec(text)?.[1]?.length;
  if (decimals === undefined) return undefined;
  const factor = Number(text);
  // Half of the last digit, and no more than what tells ties of so many runners apart.
  const tolerance = Math.min(0.005, 0.5 / 10 ** decimals) + Number.EPSILON;
  for (let runners = 2; runners <= RUNNERS_MAX; runners += 1) {
    const places = Math.round(factor * runners);
    if (places >= 1 && places < runners && Math.abs(places / runners - factor) <= tolerance) return `dead_heat:${places}/${runners}`;
  }
  return undefined;
}
