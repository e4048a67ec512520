/** The catalogue's read model: written by the projection, read by sweeps. */
import { and, between, desc, eq, exists, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { FixtureRow } from "../../../shared/protocol/queue/fixture-row.ts";
import { fixture } from "./schema/catalogue.ts";
import { betSelection } from "./schema/wallet.ts";

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

/** Ids of fixtures that began in the given time and on which a selection is open, the latest first; whatever status was told last. */
export async function listUnsettledFixtures(
  database: D1Database,
  startedMs: { readonly from: number; readonly to: number },
  limit: number,
): Promise<readonly string[]> {
  const db = drizzle(database);
  const open = db
    .select({ one: sql`1` })
    .from(betSelection)
    .where(and(eq(betSelection.fixtureId, fixture.fixtureId), isNull(betSelection.outcome)));
  const rows = await db
    .select({ fixtureId: fixture.fixtureId })
    .from(fixture)
    .where(and(between(fixture.startsAtMs, startedMs.from, startedMs.to), exists(open)))
    .orderBy(desc(fixture.startsAtMs))
    .limit(limit);
  return rows.map((row) => row.fixtureId);
}
