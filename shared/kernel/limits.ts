/**
 * Technical bounds of every list, queue, string and retry. Business limits (stakes, deposits, ages) are tenants' data instead.
 */

/** Largest request body read at the door, bytes. */
export const REQUEST_BODY_BYTES_MAX = 64 * 1024;
/** Largest provider callback, or batch of messages in our own model, bytes. */
export const CALLBACK_BODY_BYTES_MAX = 256 * 1024;
/** Largest batch of a feed's own XML, characters: a hundred messages, some of them a whole match. */
export const FEED_XML_BODY_CHARS_MAX = 8 * 1024 * 1024;
/** Idempotency-Key length in characters (api.md). */
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
/** Rows of one page of any list. */
export const PAGE_ROWS_MAX = 100;
export const PAGE_ROWS_DEFAULT = 20;
/** Selections on one slip. */
export const SLIP_SELECTIONS_MAX = 20;
/** Bytes of one queue message; the platform's limit is 128 KB. */
export const QUEUE_MESSAGE_BYTES_MAX = 100_000;
/** Rows that one alarm run works through before it yields. */
export const ALARM_ROWS_MAX = 200;
/** Milliseconds that one alarm run may take before it yields. */
export const ALARM_RUN_MS_MAX = 5_000;
/** Client WebSocket frame, bytes; ours are under 1 KB. */
export const SOCKET_FRAME_BYTES_MAX = 4 * 1024;
/** Largest amount that anyone may write by hand, minor units: far above any business, far below where sums stop being exact. */
export const MANUAL_MINOR_MAX = 1_000_000_000_000;
/** How long a client's idempotency key is remembered (ledger.md R3): longer than a queue's retention of 14 days. */
export const CLIENT_KEY_DAYS = 30;
