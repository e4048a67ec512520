/**
 * When a payment without an answer is asked about: ages since the provider was called. The prompt on a phone lives about a minute,
 * so the first questions come soon; after a day a person looks (facts/providers.md 1.2 and 8.2).
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../kernel/time.ts";
import type { IntentKind } from "../protocol/rpc/payment-intent.ts";

const DEPOSIT_AGES_MS = [
  15 * SECOND_MS,
  30 * SECOND_MS,
  60 * SECOND_MS,
  90 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  DAY_MS,
] as const;
const WITHDRAWAL_AGES_MS = [
  15 * SECOND_MS,
  60 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  8 * HOUR_MS,
  DAY_MS,
] as const;

/** A payout request whose answer was lost is repeated under the same id this often, all within minutes; later only its state is asked. */
export const CALL_REPEATS_MAX = 3;
/** After an unclear callback the provider is asked at once, once the message that came ahead of its books has settled. */
export const UNCLEAR_CHECK_DELAY_MS = 5 * SECOND_MS;
/** The least time between two questions about one payment, whoever causes them. */
export const CHECK_INTERVAL_MS_MIN = 5 * SECOND_MS;

/** When check number `done` (from 0) is due for a call made at `calledAtMs`; null when all are done: then the time is over. */
export function checkDueAtMs(kind: IntentKind, calledAtMs: number, done: number): number | null {
  const age = (kind === "deposit" ? DEPOSIT_AGES_MS : WITHDRAWAL_AGES_MS)[done];
  return age === undefined ? null : calledAtMs + age;
}
