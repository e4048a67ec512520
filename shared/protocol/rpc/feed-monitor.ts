/**
 * What callers say to a FeedMonitor object and what it answers. Additive only. One per feed, named after it: who of the feed's producers is
 * there, which fixtures each of them has spoken of, and how the feed names its markets.
 */
import type { KeyedDescription } from "../feed/market-description.ts";

/** Whether what a producer offers may be sold. `version` grows with each change; an older word changes nothing. */
export interface Coverage {
  readonly isUp: boolean;
  readonly version: number;
}

export interface ProducerState extends Coverage {
  readonly producer: number;
  /** When it was last heard, by our clock; 0 for never. */
  readonly heardAtMs: number;
  /** The recovery that was asked for last; null when none was. */
  readonly requestId: number | null;
  readonly requestedAtMs: number | null;
  /** That recovery is not through yet. */
  readonly isRecovering: boolean;
  readonly fixtures: number;
}

export interface FeedMonitorRpc {
  /**
   * A sign of life. `isSubscribed` false: messages were lost on the far side, which is as if it had been away. Answers whether the producer
   * is away and nobody has asked for its recovery: without one it never comes back.
   */
  alive(sign: { readonly producer: number; readonly isSubscribed: boolean }): Promise<{ readonly needsRecovery: boolean }>;
  /**
   * The bridge has asked for everything since its bookmark: only the end of this request makes the producer whole again. The same request
   * (number and the bridge's time) again changes nothing.
   */
  recoveryRequested(request: { readonly producer: number; readonly requestId: number; readonly requestedAtMs: number }): Promise<void>;
  /** The end of the recovery under way; that of another one, or again, changes nothing. */
  snapshotComplete(end: { readonly producer: number; readonly requestId: number }): Promise<void>;
  /** Notes which fixtures a producer speaks of, and answers how each producer stands. Idempotent. */
  seen(pairs: readonly { readonly producer: number; readonly fixtureId: string }[]): Promise<Readonly<Record<string, Coverage>>>;
  state(): Promise<readonly ProducerState[]>;
  /** Keeps what a document of the feed says; answers how many entries it changed. Idempotent. */
  describe(document: { readonly language: string; readonly entries: readonly KeyedDescription[] }): Promise<number>;
  /** What has changed after `version`, a page of it, and the version that whoever has it all knows then. */
  descriptionsSince(known: { readonly language: string; readonly version: number }): Promise<DescriptionsPage>;
}

export interface DescriptionsPage {
  readonly version: number;
  readonly entries: readonly KeyedDescription[];
  /** False: ask again with `version`. */
  readonly isComplete: boolean;
}
