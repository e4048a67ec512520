/** Writes the catalogue's read model. */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { FixtureRow } from "../../../shared/protocol/queue/fixture-row.ts";
import { fixture } from "./schema/catalogue.ts";

const excluded = (column: string) => sql.raw(`excluded.${column}`);

/** Stores a fixture's row unless a newer one is known; idempotent, whatever the order. */
export async function saveFixture(database: D1Database, row: FixtureRow): Promise<void> {
  await drizzle(database)
    .insert(fixture)
    .values(row)
    .onConflictDoUpdate({
      target: fixture.fixtureId,
      set: {
        sport: excluded("sport"),
        league: excluded("league"),
        homeTeam: excluded("home_team"),
        awayTeam: excluded("away_team"),
        startsAtMs: excluded("starts_at_ms"),
        status: excluded("status"),
        homeScore: excluded("home_score"),
        awayScore: excluded("away_score"),
        resultVersion: excluded("result_version"),
        seq: excluded("seq"),
      },
      setWhere: sql`excluded.seq > ${fixture.seq} OR (excluded.seq = ${fixture.seq} AND excluded.result_version > ${fixture.resultVersion})`,
    });
}
