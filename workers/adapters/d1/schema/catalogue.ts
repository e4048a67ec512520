/** The catalogue: fixtures that bets were taken on, for lists and reports of operators. The odds channels own the truth. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const fixture = sqliteTable(
  "fixture",
  {
    fixtureId: text("fixture_id").primaryKey(),
    sport: text("sport").notNull(),
    league: text("league").notNull(),
    homeTeam: text("home_team").notNull(),
    awayTeam: text("away_team").notNull(),
    startsAtMs: integer("starts_at_ms").notNull(),
    status: text("status", { enum: ["upcoming", "live", "interrupted", "postponed", "abandoned", "finished", "cancelled"] }).notNull(),
    homeScore: integer("home_score"),
    awayScore: integer("away_score"),
    resultVersion: integer("result_version").notNull(),
    seq: integer("seq").notNull(),
  },
  (table) => [index("fixture_starts").on(table.startsAtMs), index("fixture_status").on(table.status, table.startsAtMs)],
);
