/**
 * What the bridge posts to `/feeds/{feed}/uof`, signed like every batch (batch.ts): messages as they came, numbered in the order of their
 * arrival, and the recoveries that were asked for. Numbers grow for ever and are never used twice.
 */
import * as z from "zod";
import { FEED_BATCH_MAX } from "./batch.ts";

/** One message or document. */
export const UOF_XML_CHARS_MAX = 500_000;

const head = { sequence: z.int().positive(), received_at_ms: z.int().nonnegative() };

const uofEntrySchema = z.union([
  z.strictObject({ ...head, xml: z.string().min(1).max(UOF_XML_CHARS_MAX) }),
  z.strictObject({
    ...head,
    recovery: z.strictObject({ product: z.int().positive(), request_id: z.int().positive(), requested_at_ms: z.int().nonnegative() }),
  }),
]);
export type UofEntry = z.infer<typeof uofEntrySchema>;

export const uofBatchSchema = z.object({ messages: z.array(uofEntrySchema).min(1).max(FEED_BATCH_MAX) });

export const uofReceiptSchema = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  /** Fixtures that some tenant has never heard of: post their document, then ask for a recovery of the event. */
  unknown_fixtures: z.array(z.string()),
  /** Messages that could not be read; the others were taken. */
  refused: z.array(z.object({ sequence: z.int(), reason: z.string() })),
});
export type UofReceipt = z.infer<typeof uofReceiptSchema>;
