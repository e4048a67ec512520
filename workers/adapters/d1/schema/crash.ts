/** Finished crash rounds, for reports and audits; the game objects own the truth. */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const crashRound = sqliteTable(
  "crash_round",
  {
    gameId: text("game_id").notNull(),
    roundNumber: integer("round_number").notNull(),
    chainNumber: integer("chain_number").notNull(),
    crashHundredths: integer("crash_hundredths").notNull(),
    serverSeed: text("server_seed").notNull(),
    salt: text("salt").notNull(),
    houseEdgeBasisPoints: integer("house_edge_basis_points").notNull(),
    capHundredths: integer("cap_hundredths").notNull(),
    startedAtMs: integer("started_at_ms").notNull(),
    crashedAtMs: integer("crashed_at_ms").notNull(),
    /** SHA-256 of the chain's configuration, the maths and the game it was played under. */
    configSha256: text("config_sha256"),
    mathsSha256: text("maths_sha256"),
    gameSha256: text("game_sha256"),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.roundNumber] }), index("crash_round_crashed").on(table.crashedAtMs)],
);
