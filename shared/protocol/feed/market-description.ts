/**
 * How a feed names its markets and outcomes: templates with tokens (`{total}`, `{!goalnr} goal`, `{$competitor1}`), as its documents give
 * them. Kept for each feed and language; the names of players and the outcomes of variants have the same form.
 */
export interface MarketDescription {
  readonly name: string;
  /** By the feed's own outcome ids. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** Names by which a stop may mean the market. */
  readonly groups?: readonly string[];
  /** Its outcomes are named by the goals from now on: the score so far is added. */
  readonly isFlexScore?: boolean;
}

/** `market:18`, `market:534/pre:markettext:1`, `variant:sr:exact_goals:6+`, `player:sr:player:1`. */
export interface KeyedDescription {
  readonly key: string;
  readonly description: MarketDescription;
}

/** Of one feed and language; players and single variants beyond it are forgotten, the oldest first. */
export const DESCRIPTIONS_MAX = 20_000;
/** In one call between a worker and the object that keeps them. */
export const DESCRIPTIONS_PAGE_MAX = 2_000;
