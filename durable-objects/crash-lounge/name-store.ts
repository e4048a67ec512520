/**
 * Who has agreed to be shown to others, and under which masked name: a log of consents and withdrawals, the newest of which counts.
 * Without a row nobody is shown.
 */
import { err, ok } from "../../shared/kernel/result.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { NameReply, ShownName } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { Sql } from "../platform/sql.ts";

/** In a query over `person`: the name under which the person is shown now, or null. */
export const NAME_OF_PERSON = "(SELECT name FROM name_consent WHERE name_consent.user_id = person.user_id ORDER BY seq DESC LIMIT 1)";

type ConsentRow = { name: string | null; wording: string; at: number };

export class NameStore {
  readonly #sql: Sql;
  readonly #consentsPerDay: number;

  constructor(sql: Sql, consentsPerDay: number) {
    this.#sql = sql;
    this.#consentsPerDay = consentsPerDay;
  }

  nameOf(userId: string): string | null {
    return this.#newest(userId)?.name ?? null;
  }

  read(userId: string): ShownName {
    const newest = this.#newest(userId);
    if (newest === null) return { name: null, consentedAtMs: null, withdrawnAtMs: null, wording: null };
    const { name, wording, at } = newest;
    return name === null
      ? { name, consentedAtMs: null, withdrawnAtMs: at, wording }
      : { name, consentedAtMs: at, withdrawnAtMs: null, wording };
  }

  /**
   * Notes a consent, or a withdrawal for null, unless it stands so already; says whether it was noted. A withdrawal is always taken;
   * refuses `too_many` consents of one day.
   */
  set(userId: string, name: string | null, wording: string, nowMs: number): NameReply<boolean> {
    return this.#sql.transaction(() => {
      const newest = this.#newest(userId);
      const isNew = newest === null ? name !== null : newest.name !== name || (name !== null && newest.wording !== wording);
      if (!isNew) return ok(false);
      if (name !== null && this.#consentsSince(userId, nowMs - DAY_MS) >= this.#consentsPerDay) return err({ reason: "too_many" });
      this.#sql.run("INSERT INTO name_consent (user_id, name, wording, at) VALUES (?, ?, ?, ?)", userId, name, wording, nowMs);
      return ok(true);
    });
  }

  #consentsSince(userId: string, sinceMs: number): number {
    const query = "SELECT count(*) AS n FROM name_consent WHERE user_id = ? AND name IS NOT NULL AND at > ?";
    return this.#sql.first<{ n: number }>(query, userId, sinceMs)?.n ?? 0;
  }

  #newest(userId: string): ConsentRow | null {
    const query = "SELECT name, wording, at FROM name_consent WHERE user_id = ? ORDER BY seq DESC LIMIT 1";
    return this.#sql.first<ConsentRow>(query, userId);
  }
}
