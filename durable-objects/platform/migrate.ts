/**
 * Schema migrations of one object: an append-only array in code, applied in the constructor (SQL there is synchronous).
 *
 * Refuses to start when an applied migration's id or text changed: history is never edited, because millions of objects meet a
 * migration months apart. Every migration must be additive. The version lives in our own table: PRAGMA user_version is refused.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { sha256Hex } from "./hash.ts";
import type { Sql } from "./sql.ts";

export interface Migration {
  /** Ordered and unique, e.g. `0001-ledger`. */
  readonly id: string;
  /** Statements, each ended by `;` at a line's end. */
  readonly sql: string;
}

/**
 * Applies what is pending in one transaction and returns the number of migrations in force. Idempotent.
 * `upTo` stops after that id, so that a test can seed data at an old version.
 */
export function migrate(sql: Sql, migrations: readonly Migration[], upTo?: string): number {
  sql.run(
    "CREATE TABLE IF NOT EXISTS schema_migration (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, checksum TEXT NOT NULL) STRICT",
  );
  const applied = sql.all<{ id: string; checksum: string }>("SELECT id, checksum FROM schema_migration ORDER BY position");
  applied.forEach((row, position) => {
    const known = migrations[position];
    invariant(known?.id === row.id, `migration ${row.id} was applied but is no longer number ${position}`);
    invariant(sha256Hex(known.sql) === row.checksum, `migration ${row.id} was edited after it was applied`);
  });
  const last = upTo === undefined ? migrations.length : migrations.findIndex((migration) => migration.id === upTo) + 1;
  const pending = migrations.slice(applied.length, last);
  if (pending.length > 0) {
    sql.transaction(() => {
      pending.forEach((migration, index) => {
        for (const statement of migration.sql.split(/;\s*$/m)) if (statement.trim() !== "") sql.run(statement);
        sql.run("INSERT INTO schema_migration VALUES (?, ?, ?)", applied.length + index, migration.id, sha256Hex(migration.sql));
      });
    });
  }
  return applied.length + pending.length;
}
