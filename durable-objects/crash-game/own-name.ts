/**
 * An object's own name, also where the platform does not hand it over (an object that its alarm wakes): kept in storage from the
 * first call by name.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const OWN_NAME_MIGRATION: Migration = {
  id: "own-name-1",
  sql: "CREATE TABLE own_name (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL) STRICT;",
};

/** Gives the name; asserts that the object was made by name and that the name never changes. */
export function ownName(sql: Sql, id: DurableObjectId): string {
  const stored = sql.first<{ name: string }>("SELECT name FROM own_name")?.name;
  invariant(stored === undefined || id.name === undefined || stored === id.name, "the object's name changed");
  const name = stored ?? id.name;
  invariant(name !== undefined, "the object has no name");
  if (stored === undefined) sql.run("INSERT INTO own_name (id, name) VALUES (1, ?)", name);
  return name;
}
