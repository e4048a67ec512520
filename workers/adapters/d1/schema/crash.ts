/** Finished crash rounds, their totals and the leader boards, for pages, reports and audits; the objects own the truth. */
import { desc } from "drizzle-orm";
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

/** A table's part of a round's totals. */
export const crashRoundPart = sqliteTable(
  "crash_round_part",
  {
    gameId: text("game_id").notNull(),
    roundNumber: integer("round_number").notNull(),
    tableNumber: integer("table_number").notNull(),
    players: integer("players").notNull(),
    bets: integer("bets").notNull(),
    cashedOut: integer("cashed_out").notNull(),
    stakedMinor: integer("staked_minor").notNull(),
    paidMinor: integer("paid_minor").notNull(),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.roundNumber, table.tableNumber] })],
);

/** Each player's best of a span; the highest worth stands, whatever the order in which they come. */
export const crashBoard = sqliteTable(
  "crash_board",
  {
    gameId: text("game_id").notNull(),
    span: text("span", { enum: ["day", "week"] }).notNull(),
    /** The span's first local day. */
    startsOn: text("starts_on").notNull(),
    metric: text("metric", { enum: ["multiplier", "payout"] }).notNull(),
    userId: text("user_id").notNull(),
    /** What ranks: hundredths or minor units. */
    worth: integer("worth").notNull(),
    crashedAtMs: integer("crashed_at_ms").notNull(),
    betId: text("bet_id").notNull(),
    roundNumber: integer("round_number").notNull(),
    multiplierHundredths: integer("multiplier_hundredths").notNull(),
    payoutMinor: integer("payout_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.gameId, table.span, table.startsOn, table.metric, table.userId] }),
    index("crash_board_rank").on(
      ...[table.gameId, table.span, table.startsOn, table.metric, desc(table.worth), table.crashedAtMs, table.betId],
    ),
    index("crash_board_starts").on(table.startsOn),
  ],
);

/** Autoplay orders with all their values, for disputes: what was started, and how it ended. */
export const crashAutoplay = sqliteTable(
  "crash_autoplay",
  {
    orderId: text("order_id").primaryKey(),
    gameId: text("game_id").notNull(),
    tableNumber: integer("table_number").notNull(),
    userId: text("user_id").notNull(),
    slot: text("slot", { enum: ["A", "B"] }).notNull(),
    stakeMinor: integer("stake_minor").notNull(),
    targetHundredths: integer("target_hundredths").notNull(),
    rounds: integer("rounds").notNull(),
    stopLossMinor: integer("stop_loss_minor").notNull(),
    stopWinMinor: integer("stop_win_minor").notNull(),
    startedAtMs: integer("started_at_ms").notNull(),
    /** Null while the order runs. */
    endedAtMs: integer("ended_at_ms"),
    endReason: text("end_reason"),
    endDetail: text("end_detail"),
    /** At its end. */
    roundsTaken: integer("rounds_taken").notNull(),
    netMinor: integer("net_minor").notNull(),
  },
  (table) => [index("crash_autoplay_of_user").on(table.userId, desc(table.startedAtMs))],
);
