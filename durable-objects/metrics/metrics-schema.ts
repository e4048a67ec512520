/** Tables of a Metrics object: counters by request series, and their duration histogram. */
import type { Migration } from "../platform/migrate.ts";

export const METRICS_MIGRATIONS: readonly Migration[] = [
  {
    id: "0001-requests",
    sql: `CREATE TABLE request_series (
  method TEXT NOT NULL,
  route TEXT NOT NULL,
  status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
  count INTEGER NOT NULL CHECK (count > 0),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  PRIMARY KEY (route, method, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE request_bucket (
  method TEXT NOT NULL,
  route TEXT NOT NULL,
  status INTEGER NOT NULL,
  bucket INTEGER NOT NULL CHECK (bucket >= 0),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (route, method, status, bucket)
) STRICT, WITHOUT ROWID;`,
  },
];
