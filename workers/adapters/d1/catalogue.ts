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

export interface StartedFixture {
  readonly startsAtMs: number;
  readonly fixtureId: string;
}

/** Fixtures that began in the given time and on which a selection is open, the latest first, after `after`; whatever status was told last. */
export async function listUnsettledFixtures(
  database: D1Database,
  started: { readonly fromMs: number; readonly toMs: number; readonly after: StartedFixture | null },
  limit: number,
): Promise<readonly StartedFixture[]> {
  const db = drizzle(database);
  const { startsAtMs, fixtureId } = fixture;
  const { fromMs, toMs, after } = started;
  const open = db
    .select({ one: sql`1` })
    .from(betSelection)
    .where(and(eq(betSelection.fixtureId, fixtureId), isNull(betSelection.outcome)));
  const isAfter = after === null ? undefined : sql`(${startsAtMs}, ${fixtureId}) < (${after.startsAtMs}, ${after.fixtureId})`;
  return db
    .select({ startsAtMs, fixtureId })
    .from(fixture)
    .where(and(between(startsAtMs, fromMs, toMs), isAfter, exists(open)))
    .orderBy(desc(startsAtMs), desc(fixtureId))
    .limit(limit);
}
