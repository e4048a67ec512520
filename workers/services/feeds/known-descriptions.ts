/**
 * What this worker knows of a feed's names: asked for once a batch by version, so that only what has changed travels, and never once a
 * message. Lost with the worker, and read again by the next.
 */
import { InvariantViolation } from "../../../shared/kernel/invariant.ts";
import { DESCRIPTIONS_MAX, DESCRIPTIONS_PAGE_MAX, type MarketDescription } from "../../../shared/protocol/feed/market-description.ts";
import type { FeedMonitorRpc } from "../../../shared/protocol/rpc/feed-monitor.ts";
import { DescriptionBook } from "../../adapters/uof/description-book.ts";
import type { Env } from "../../env.ts";

/** A fixture carries one name of each market, in this language; documents in others are kept for who will show them. */
const LANGUAGE = "en";
/** Everything that may be kept, and as much again that changes meanwhile. */
const PAGES_MAX = (2 * DESCRIPTIONS_MAX) / DESCRIPTIONS_PAGE_MAX;

interface Known {
  readonly version: number;
  readonly entries: ReadonlyMap<string, MarketDescription>;
}

const NOTHING: Known = { version: 0, entries: new Map() };
/** By environment, which a worker has one of, then by feed. */
const known = new WeakMap<Env, Map<string, Known>>();

/** The feed's names as its monitor has them now. */
export async function knownDescriptions(env: Env, feed: string, monitor: FeedMonitorRpc): Promise<DescriptionBook> {
  const feeds = known.get(env) ?? new Map<string, Known>();
  known.set(env, feeds);
  const before = feeds.get(feed) ?? NOTHING;
  const now = await newest(monitor, before);
  if (now.version > (feeds.get(feed) ?? NOTHING).version) feeds.set(feed, now);
  return new DescriptionBook(now.entries);
}

async function newest(monitor: FeedMonitorRpc, before: Known): Promise<Known> {
  let { version } = before;
  let entries = before.entries;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await monitor.descriptionsSince({ language: LANGUAGE, version });
    if (answer.entries.length > 0)
      entries = new Map([...entries, ...answer.entries.map(({ key, description }) => [key, description] as const)]);
    version = answer.version;
    if (answer.isComplete) return { version, entries };
  }
  throw new InvariantViolation("a feed's descriptions have no end");
}
