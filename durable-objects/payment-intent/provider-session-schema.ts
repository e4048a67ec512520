/** Table of a ProviderSession: the current token. */
import type { Migration } from "../platform/migrate.ts";

export const PROVIDER_SESSION_MIGRATIONS: readonly Migration[] = [
  {
    id: "provider-session-1",
    sql: "CREATE TABLE access_token (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, use_until INTEGER NOT NULL) STRICT;",
  },
];
