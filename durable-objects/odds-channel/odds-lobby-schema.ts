/** Tables of an odds lobby. Append-only. */
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";

export const ODDS_LOBBY_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  {
    id: "odds-lobby-1",
    sql: `CREATE TABLE fixture_view (
  fixture_id TEXT PRIMARY KEY,
  leaves_at INTEGER NOT NULL,
  view TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE channel_seq (
  channel TEXT PRIMARY KEY,
  seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;`,
  },
];
