/** Brings the documents of a batch that name markets, variants and players to the feed's monitor, which keeps them. */
import { log } from "../../../durable-objects/platform/log.ts";
import type { UofEntry, UofReceipt } from "../../../shared/protocol/feed/uof-batch.ts";
import type { FeedMonitorRpc } from "../../../shared/protocol/rpc/feed-monitor.ts";
import { isPathOfNames } from "../../adapters/uof/read-descriptions.ts";
import { readMessage } from "../../adapters/uof/read-message.ts";

type Named = Extract<UofEntry, { readonly xml: string }>;

/** True for a document of names: it says nothing of a fixture or a producer. */
export function isOfNames(entry: UofEntry): entry is Named {
  return "xml" in entry && entry.path !== undefined && isPathOfNames(entry.path);
}

/** Keeps what can be read, answers the rest with the reason. Repeated documents change nothing. */
export async function keepDescriptions(monitor: FeedMonitorRpc, feed: string, documents: readonly Named[]): Promise<UofReceipt["refused"]> {
  const refused: UofReceipt["refused"] = [];
  for (const { xml, sequence, path } of documents) {
    const news = readMessage(xml, { feed, sequence, path });
    if (news.ok && news.value.kind === "descriptions") {
      const { language, entries } = news.value;
      const changed = await monitor.describe({ language, entries });
      if (changed > 0) log("info", "feed_described", { feed, language, entries: entries.length, changed });
      continue;
    }
    const reason = news.ok ? "names nothing" : news.error.reason;
    refused.push({ sequence, reason });
    log("error", "feed_message_unreadable", { feed, sequence, reason });
  }
  return refused;
}
