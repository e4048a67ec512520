/**
 * Markets settled or voided by hand: over the feed's results, which go on being noted below, so that undoing shows them again.
 *
 * An operator's word counts as confirmed. A void with a window is about bets that were placed in it and leaves the market as it is; one
 * without a window ends it.
 */
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import type { PlacedWindow, TradingState } from "./trading.ts";

/** The result that an outcome was given by hand; null without one. */
export function handResultOf({ settings }: TradingState, marketId: string, outcomeId: string): SelectionOutcome | null {
  for (const each of settings) if (each.kind === "result" && each.marketId === marketId) return each.value?.results[outcomeId] ?? null;
  return null;
}

/** Which bets on a market were voided by hand; null when none were. */
export function handVoidOf({ settings }: TradingState, marketId: string): PlacedWindow | null {
  for (const each of settings) if (each.kind === "void" && each.marketId === marketId) return each.value;
  return null;
}

/** True when a bet of that instant lies in the window. */
export function isPlacedIn({ placedFromMs, placedToMs }: PlacedWindow, placedAtMs: number): boolean {
  return placedAtMs >= (placedFromMs ?? 0) && placedAtMs <= (placedToMs ?? Number.MAX_SAFE_INTEGER);
}

/** How a market stands that was ended by hand; null for others. */
export function handStatusOf(trading: TradingState, marketId: string): "settled" | "cancelled" | null {
  const voided = handVoidOf(trading, marketId);
  if (voided !== null && voided.placedFromMs === null && voided.placedToMs === null) return "cancelled";
  return trading.settings.some((each) => each.kind === "result" && each.marketId === marketId) ? "settled" : null;
}

/** What a bet is told of a selection by hand; null where the feed's result holds. */
export function handOutcomeOf(trading: TradingState, marketId: string, outcomeId: string, placedAtMs: number): SelectionOutcome | null {
  const voided = handVoidOf(trading, marketId);
  if (voided !== null && isPlacedIn(voided, placedAtMs)) return "void";
  return handResultOf(trading, marketId, outcomeId);
}
