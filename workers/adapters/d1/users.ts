/** Writes the players' read model. */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { user } from "./schema/identity.ts";

export type UserRecord = typeof user.$inferInsert;

/** Stores a player unless a newer version is known; idempotent, whatever the order. */
export async function saveUser(database: D1Database, record: UserRecord): Promise<void> {
  const { userId: _id, ...fields } = record;
  await drizzle(database)
    .insert(user)
    .values(record)
    .onConflictDoUpdate({ target: user.userId, set: fields, setWhere: sql`excluded.version > ${user.version}` });
}
