/** Tables of a Staff object. Append-only: see platform/migrate.ts. */
import type { Migration } from "../platform/migrate.ts";

export const STAFF_MIGRATIONS: readonly Migration[] = [
  {
    id: "0001-staff",
    sql: `CREATE TABLE attempt (id INTEGER PRIMARY KEY CHECK (id = 1), wrong INTEGER NOT NULL, locked_until INTEGER NOT NULL, last_step INTEGER NOT NULL) STRICT;
INSERT INTO attempt VALUES (1, 0, 0, 0);`,
  },
];
