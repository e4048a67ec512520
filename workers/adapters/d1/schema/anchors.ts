/** The signed daily anchors of the journals; their lists of leaves and a second copy are in the archive. Never edited (triggers). */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const anchor = sqliteTable(
  "anchor",
  {
    country: text("country").notNull(),
    day: text("day").notNull(),
    shard: integer("shard").notNull(),
    count: integer("count").notNull(),
    root: text("root").notNull(),
    previousRoot: text("previous_root"),
    /** Compact JWS over the head's canonical text. */
    signature: text("signature").notNull(),
    kid: text("kid").notNull(),
    anchoredAtMs: integer("anchored_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.country, table.day, table.shard] }), index("anchor_shard").on(table.shard, table.day)],
);
