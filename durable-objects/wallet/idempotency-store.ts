/**
 * What was answered under each key, refusals included, so that a repeat gets the first answer.
 *
 * Three name spaces, because a player chooses keys freely and must not be able to take another caller's: `c:` keys are the player's and
 * `o:` keys an operator's or a service's, both forgotten after `CLIENT_KEY_DAYS`; `f:` keys follow from facts (a provider's receipt, a
 * round's result) and are kept.
 */
import { CLIENT_KEY_DAYS } from "../../shared/kernel/limits.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { Sql } from "../platform/sql.ts";

export type StoredKey = `c:${string}` | `o:${string}` | `f:${string}`;

export interface StoredReply {
  readonly fingerprint: string;
  /** JSON of a `WalletReply`. */
  readonly reply: string;
}

export function clientKey(key: string): StoredKey {
  return `c:${key}`;
}

export function callerKey(key: string): StoredKey {
  return `o:${key}`;
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

  /** Forgets callers' keys that are past their time and says when the next one will be, or null. */
  sweep(nowMs: number): number | null {
    let nextAtMs: number | null = null;
    for (const space of ["c", "o"]) {
      // Every key of a space lies between its prefix and the next character after the colon.
      const range = [`${space}:`, `${space};`] as const;
      this.#sql.run("DELETE FROM idempotency WHERE key >= ? AND key < ? AND created_at <= ?", ...range, nowMs - CLIENT_KEY_DAYS * DAY_MS);
      const oldest = this.#sql.first<{ at: number | null }>(
        "SELECT min(created_at) AS at FROM idempotency WHERE key >= ? AND key < ?",
        ...range,
      )?.at;
      if (oldest !== null && oldest !== undefined)
        nextAtMs = Math.min(nextAtMs ?? Number.POSITIVE_INFINITY, oldest + CLIENT_KEY_DAYS * DAY_MS);
    }
    return nextAtMs;
  }
}
