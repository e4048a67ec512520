/**
 * What was answered under each key, refusals included, so that a repeat gets the first answer.
 *
 * Two name spaces, because a client chooses its keys freely and must not be able to take the key of a fact (a provider's receipt, a
 * round's result): `c:` keys are a client's and are forgotten after `CLIENT_KEY_DAYS`; `f:` keys follow from facts and are kept.
 */
import { CLIENT_KEY_DAYS } from "../../shared/kernel/limits.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { Sql } from "../platform/sql.ts";

export type StoredKey = `c:${string}` | `f:${string}`;

export interface StoredReply {
  readonly fingerprint: string;
  /** JSON of a `WalletReply`. */
  readonly reply: string;
}

export function clientKey(key: string): StoredKey {
  return `c:${key}`;
}

export function factKey(key: string): StoredKey {
  return `f:${key}`;
}

export class IdempotencyStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(key: StoredKey): StoredReply | null {
    return this.#sql.first<{ fingerprint: string; reply: string }>("SELECT fingerprint, reply FROM idempotency WHERE key = ?", key);
  }

  save(key: StoredKey, stored: StoredReply, nowMs: number): void {
    this.#sql.run("INSERT INTO idempotency VALUES (?, ?, ?, ?)", key, stored.fingerprint, stored.reply, nowMs);
  }

  /** Forgets clients' keys that are past their time and says when the next one will be, or null. */
  sweep(nowMs: number): number | null {
    this.#sql.run("DELETE FROM idempotency WHERE key >= 'c:' AND key < 'c;' AND created_at <= ?", nowMs - CLIENT_KEY_DAYS * DAY_MS);
    const oldest = this.#sql.first<{ at: number | null }>(
      "SELECT min(created_at) AS at FROM idempotency WHERE key >= 'c:' AND key < 'c;'",
    )?.at;
    return oldest === null || oldest === undefined ? null : oldest + CLIENT_KEY_DAYS * DAY_MS;
  }
}
