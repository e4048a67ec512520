/** All SQL of a ProviderSession. The token is stored so that an eviction does not end a token that others are using. */
import type { Sql } from "../platform/sql.ts";

export class ProviderSessionStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The token while it may be used; null otherwise. */
  token(nowMs: number): string | null {
    return this.#sql.first<{ token: string }>("SELECT token FROM access_token WHERE use_until > ?", nowMs)?.token ?? null;
  }

  keep(token: string, useUntilMs: number): void {
    this.#sql.transaction(() => this.#sql.run("INSERT OR REPLACE INTO access_token VALUES (1, ?, ?)", token, useUntilMs));
  }
}
