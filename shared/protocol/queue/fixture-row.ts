/** What an odds channel's outbox says of its fixture for the catalogue in D1, version 1. Newer `seq` replaces older. */
import * as z from "zod";

export const FIXTURE_TOPIC = "fixture";

export const fixtureRowSchema = z.object({
  fixtureId: z.string().min(1),
  sport: z.string(),
  league: z.string(),
  homeTeam: z.string(),
  awayTeam: z.string(),
  startsAtMs: z.int().nonnegative(),
  status: z.enum(["upcoming", "live", "interrupted", "postponed", "abandoned", "finished", "cancelled"]),
  homeScore: z.int().nullable(),
  awayScore: z.int().nullable(),
  resultVersion: z.int().nonnegative(),
  seq: z.int().positive(),
});
export type FixtureRow = z.infer<typeof fixtureRowSchema>;
