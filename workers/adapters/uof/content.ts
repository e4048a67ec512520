/** What the readers of the feed's messages share: the form of what they read, and how events are named here. */
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";

export type Unreadable = { readonly reason: string };

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What a message says beside its envelope. */
export type Content = DistributiveOmit<FeedMessage, "v" | "feed" | "messageId" | "sequence">;

/** `sr:match:1` under our id; null for what is no event. */
export function fixtureIdOf(urn: string): string | null {
  return /^[A-Za-z0-9_:.-]{1,80}$/.test(urn) ? urn.replace(/[:.]/g, "_") : null;
}
