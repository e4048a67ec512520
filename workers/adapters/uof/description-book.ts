/**
 * What is known of markets' names: the documents that the feed has posted, and below them the subset that the code brings along
 * (market-descriptions.ts), so that a feed whose documents have not come yet sells its main markets.
 */
import type { MarketDescription } from "../../../shared/protocol/feed/market-description.ts";
import { MARKET_DESCRIPTIONS } from "./market-descriptions.ts";

export class DescriptionBook {
  readonly #posted: ReadonlyMap<string, MarketDescription>;

  constructor(posted: ReadonlyMap<string, MarketDescription> = new Map()) {
    this.#posted = posted;
  }

  /** A market's description; one with a variant needs the variant's too: its own document, or the list of variants. */
  market(feedId: string, variant: string | undefined): MarketDescription | null {
    const general = this.#posted.get(`market:${feedId}`) ?? MARKET_DESCRIPTIONS[feedId] ?? null;
    if (variant === undefined) return general;
    const own = this.#posted.get(`market:${feedId}/${variant}`);
    if (own !== undefined) return { ...general, ...own };
    const outcomes = this.#posted.get(`variant:${variant}`)?.outcomes;
    return general === null || outcomes === undefined ? null : { ...general, outcomes };
  }

  player(urn: string): string | null {
    return this.#posted.get(`player:${urn}`)?.name ?? null;
  }
}

/** What is known without any document. */
export const BUILT_IN = new DescriptionBook();
