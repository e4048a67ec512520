/**
 * The one holder of a provider app's access token. Named `<country>:<provider>`.
 *
 * A new Daraja token ends the one before it, so exactly one object asks for them: one request at a time, early enough before the
 * old one ends, and at once when a caller says that the current one was rejected.
 */
import { DurableObject } from "cloudflare:workers";
import { requestAccessToken } from "../../workers/adapters/daraja/access-token.ts";
import { configOf, type Env } from "../../workers/env.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { darajaApp } from "./daraja-provider.ts";
import { PROVIDER_SESSION_MIGRATIONS } from "./provider-session-schema.ts";
import { ProviderSessionStore } from "./provider-session-store.ts";

/** Tokens live an hour; a request with one that is about to end could be cut off in between. */
const TOKEN_SECONDS_MAX = 3_500;
const TOKEN_MARGIN_SECONDS = 60;

export class ProviderSession extends DurableObject<Env> {
  readonly #store: ProviderSessionStore;
  #refreshing: Promise<string | null> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql: Sql = durableSql(ctx.storage);
    migrate(sql, PROVIDER_SESSION_MIGRATIONS);
    this.#store = new ProviderSessionStore(sql);
  }

  /** The app's token, a new one if the current one has ended or is the `rejected` one; null when the provider gives none. */
  async accessToken(rejected: string | null): Promise<string | null> {
    const current = this.#store.token(Date.now());
    if (current !== null && current !== rejected) return current;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<string | null> {
    const fresh = await requestAccessToken((input, init) => fetch(input, init), darajaApp(configOf(this.env)));
    if (fresh === null) {
      log("error", "provider_login_failed", { session: this.ctx.id.name ?? "" });
      return null;
    }
    const seconds = Math.min(TOKEN_SECONDS_MAX, Math.max(1, fresh.expiresInSeconds - TOKEN_MARGIN_SECONDS));
    this.#store.keep(fresh.token, Date.now() + seconds * 1_000);
    return fresh.token;
  }
}
