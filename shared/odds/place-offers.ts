/**
 * On which place terms a market may be bet each way now: the feed's own, else the tenant's by the number of runners.
 *
 * A place is settled by a market of its own, "among the first three", as a feed settles it: with its dead heats, voids, corrections and
 * rollbacks. So terms count only where the match has that market with the same runner in it: otherwise nobody would say who was placed.
 */
import type { PlaceShare, PlaceTerms } from "../betting/each-way.ts";
import type { LocalDay } from "../kernel/time.ts";
import type { EachWayRule } from "../tenants/sports/each-way.ts";
import type { FixtureState, MarketState } from "./fixture-state.ts";
import { selectionId } from "./selection-id.ts";

/** Places of a market, and the market of the same fixture whose results say who is placed. */
export type PlaceOffer = PlaceShare & { readonly placeMarketId: string };

/** The tenant's rules and the tenant's day. */
export interface PlaceRules {
  readonly rules: readonly EachWayRule[];
  readonly day: LocalDay;
}

/** The terms of one outcome of a market; null where it can't be bet each way. */
export function placeTermsOf(
  state: FixtureState,
  { marketId, outcomeId }: { readonly marketId: string; readonly outcomeId: string },
  known: PlaceRules,
): PlaceTerms | null {
  const market = state.markets.find((one) => one.marketId === marketId);
  const offer = market === undefined ? null : placeOfferOf(state, market, known);
  if (offer === null) return null;
  const { places, divisor, placeMarketId } = offer;
  const placed = state.markets.find((one) => one.marketId === placeMarketId);
  if (placed === undefined || placed.status === "settled" || placed.status === "cancelled") return null;
  if (!placed.outcomes.some((one) => one.outcomeId === outcomeId)) return null;
  return { selectionId: selectionId({ fixtureId: state.fixtureId, marketId: placeMarketId, outcomeId }), places, divisor };
}

function placeOfferOf({ sport }: FixtureState, market: MarketState, { rules, day }: PlaceRules): PlaceOffer | null {
  if (market.eachWay !== undefined) return market.eachWay;
  const isInForce = ({ validFrom, validTo }: EachWayRule) => validFrom <= day && (validTo === null || day <= validTo);
  const rule = rules.find((one) => isInForce(one) && one.marketId === market.marketId && one.sports.includes(sport));
  const runners = market.outcomes.filter(({ active, result }) => active && result === null).length;
  const step = rule?.steps.findLast(({ runnersMin }) => runnersMin <= runners);
  const placeMarketId = step === undefined ? undefined : rule?.placeMarketIds[step.places];
  if (step === undefined || placeMarketId === undefined) return null;
  return { places: step.places, divisor: step.divisor, placeMarketId };
}
