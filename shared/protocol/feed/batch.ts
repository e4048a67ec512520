/**
 * What a feed posts to `/feeds/{feed}/messages`, and what it is answered. The header `X-Feed-Signature: t=<ms>,v1=<hex>` carries
 * HMAC-SHA-256 of `<t>.<body>` under the feed's secret; a message older or newer than five minutes is refused.
 */
import * as z from "zod";
import { MINUTE_MS } from "../../kernel/time.ts";
import { feedMessageSchema } from "./message.ts";

export const FEED_SIGNATURE_HEADER = "X-Feed-Signature";
export const FEED_SIGNATURE_TOLERANCE_MS = 5 * MINUTE_MS;
export const FEED_BATCH_MAX = 100;

/** In the order in which they happened; a fixture's messages are applied in this order. */
export const feedBatchSchema = z.object({ messages: z.array(feedMessageSchema).min(1).max(FEED_BATCH_MAX) });

export const feedReceiptSchema = z.object({
  /** Messages that changed what at least one tenant knew. */
  accepted: z.int(),
  /** Messages that every tenant knew already, or that are older than what it knows. */
  duplicates: z.int(),
  /** Fixtures that some tenant has never heard of: send their fixture_change and all odds. */
  unknown_fixtures: z.array(z.string()),
});
export type FeedReceipt = z.infer<typeof feedReceiptSchema>;

/** What the signature is taken over. */
export function signedText(atMs: number, body: string): string {
  return `${atMs}.${body}`;
}

/** Reads the header; null when it has another shape. */
export function parseFeedSignature(header: string): { readonly atMs: number; readonly mac: string } | null {
  const [, at, mac] = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  return at === undefined || mac === undefined ? null : { atMs: Number(at), mac };
}
