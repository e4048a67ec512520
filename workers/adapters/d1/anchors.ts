/** The signed anchors in a country's database. */
import { and, desc, eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { anchor } from "./schema/anchors.ts";

export type AnchorRow = typeof anchor.$inferSelect;

/** Adds an anchor unless the day's is there; idempotent. */
export async function addAnchor(database: D1Database, row: AnchorRow): Promise<void> {
  await drizzle(database).insert(anchor).values(row).onConflictDoNothing();
}

/** The shard's newest anchor, or its newest before a day; null for none. */
export async function latestAnchor(database: D1Database, shard: number, beforeDay?: string): Promise<AnchorRow | null> {
  const isEarlier = beforeDay === undefined ? undefined : lt(anchor.day, beforeDay);
  const rows = await drizzle(database)
    .select()
    .from(anchor)
    .where(and(eq(anchor.shard, shard), isEarlier))
    .orderBy(desc(anchor.day))
    .limit(1);
  return rows[0] ?? null;
}
