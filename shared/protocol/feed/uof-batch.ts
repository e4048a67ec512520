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
  z.strictObject({
    ...head,
    xml: z.string().min(1).max(UOF_XML_CHARS_MAX),
    /** Of a document: where below the provider's address it was fetched from. */
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]{1,300}$/)
      .optional(),
  }),
  z.strictObject({
    ...head,
    recovery: z.strictObject({ product: z.int().positive(), request_id: z.int().positive(), requested_at_ms: z.int().nonnegative() }),
  }),
]);
export type UofEntry = z.infer<typeof uofEntrySchema>;

export const uofBatchSchema = z.object({ messages: z.array(uofEntrySchema).min(1).max(FEED_BATCH_MAX) });

/** In one receipt; what is left out comes with a later message. */
export const UNDESCRIBED_MAX = 50;

const undescribedSchema = z.union([
  z.object({
    market: z.string().regex(/^\d{1,9}$/),
    variant: z
      .string()
      .regex(/^[A-Za-z0-9_.:+-]{1,60}$/)
      .nullable(),
  }),
  z.object({ player: z.string().regex(/^sr:player:\d{1,12}$/) }),
]);
export type UofUndescribed = z.infer<typeof undescribedSchema>;

export const uofReceiptSchema = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  /** Fixtures that some tenant has never heard of: post their document, then ask for a recovery of the event. */
  unknown_fixtures: z.array(z.string()),
  /** Messages that could not be read; the others were taken. */
  refused: z.array(z.object({ sequence: z.int(), reason: z.string() })),
  /** What messages spoke of and no document has named: it is not sold until one does. */
  undescribed: z.array(undescribedSchema).max(UNDESCRIBED_MAX).default([]),
  /** Producers that live and are taken as away while no recovery of theirs is under way: ask for one. */
  recovery_wanted: z.array(z.int().positive()).default([]),
});
export type UofReceipt = z.infer<typeof uofReceiptSchema>;
