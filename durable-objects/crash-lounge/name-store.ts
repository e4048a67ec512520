/**
 * Who has agreed to be shown to others, and under which masked name: a log of consents and withdrawals, the newest of which counts.
 * Without a row nobody is shown.
 */
import type { ShownName } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { Sql } from "../platform/sql.ts";

type ConsentRow = { name: string | null; wording: string; at: number };

export class NameStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
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

  /** Notes a consent, or a withdrawal for null, unless it stands so already; says whether it was noted. */
  set(userId: string, name: string | null, wording: string, nowMs: number): boolean {
    return this.#sql.transaction(() => {
      const newest = this.#newest(userId);
      const isNew = newest === null ? name !== null : newest.name !== name || (name !== null && newest.wording !== wording);
      if (isNew) this.#sql.run("INSERT INTO name_consent (user_id, name, wording, at) VALUES (?, ?, ?, ?)", userId, name, wording, nowMs);
      return isNew;
    });
  }

  #newest(userId: string): ConsentRow | null {
    const query = "SELECT name, wording, at FROM name_consent WHERE user_id = ? ORDER BY seq DESC LIMIT 1";
    return this.#sql.first<ConsentRow>(query, userId);
  }
}
