/**
 * Fixtures as clients see them: `GET /api/v1/fixtures`, `GET /api/v1/fixtures/{id}`, the seed's `GET /api/v1/odds/live`, and the
 * frames of `/ws/odds/{channel}` (ws/odds.ts), which carry the same objects.
 *
 * Odds are JSON numbers with at most three decimals. `price_version` grows whenever the odds of an outcome change: a slip sends
 * it back, and the server then knows exactly which price the player saw.
 */
import * as z from "zod";
import { selectionOutcome } from "../outcome.ts";
import { pageQuery, timeOut } from "./fields.ts";

/** Fixture ids go into object names and addresses. */
export const FIXTURE_ID = /^[A-Za-z0-9_-]{1,80}$/;

export const fixtureStatusSchema = z.enum(["upcoming", "live", "interrupted", "postponed", "abandoned", "finished", "cancelled"]);

export const outcomeSchema = z.object({
  /** `<fixture id>:<market id>:<outcome id>`, e.g. `fx_2526_q_41:total=2.5:over`. */
  selection_id: z.string(),
  /** `home`, `draw`, `away`; `over`, `under`; `yes`, `no`; `home_draw`, `home_away`, `draw_away`. */
  outcome_id: z.string(),
  name: z.string(),
  odds: z.number(),
  price_version: z.int(),
  status: z.enum(["active", "suspended", "closed"]),
  /** Null until the market is settled. */
  result: selectionOutcome.nullable(),
});

export const marketSchema = z.object({
  /** `1x2`, `total=2.5`, `both_score`, `double_chance`; unique within the fixture. */
  market_id: z.string(),
  type: z.string(),
  name: z.string(),
  specifier: z.string(),
  status: z.enum(["active", "suspended", "closed", "settled", "cancelled"]),
  outcomes: z.array(outcomeSchema),
});

export const fixtureSchema = z.object({
  fixture_id: z.string(),
  sport: z.string(),
  league: z.string(),
  home_team: z.string(),
  away_team: z.string(),
  starts_at: timeOut,
  status: fixtureStatusSchema,
  minute: z.int().nullable(),
  home_score: z.int().nullable(),
  away_score: z.int().nullable(),
  /** Grows by one with each visible change of the fixture; the first `seq` of the fixture's own odds channel. */
  seq: z.int(),
  /** True while the feed is silent on a live fixture: prices may be old, and no live bet is taken. */
  late: z.boolean(),
  markets: z.array(marketSchema),
});

export type OutcomeWire = z.infer<typeof outcomeSchema>;
export type MarketWire = z.infer<typeof marketSchema>;
export type FixtureWire = z.infer<typeof fixtureSchema>;

export const listFixturesQuery = pageQuery.extend({
  status: z.enum(["upcoming", "live", "finished", "cancelled", "all"]).default("all"),
  sport: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/)
    .optional(),
});
export const listFixturesAnswer = z.object({
  fixtures: z.array(fixtureSchema),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});

export const fixtureParams = z.object({ id: z.string().regex(FIXTURE_ID) });

/** The seed's shape: one object of odds per market, by outcome; only outcomes that can be bet on now. */
export const liveOddsAnswer = z.object({
  matches: z.array(
    z.object({
      event_id: z.string(),
      sport: z.string(),
      league: z.string(),
      home_team: z.string(),
      away_team: z.string(),
      kick_off: timeOut,
      status: z.literal("LIVE"),
      minute: z.int().nullable(),
      score: z.string().meta({ example: "2-1" }),
      markets: z.record(z.string(), z.record(z.string(), z.number())).meta({
        example: { "1X2": { home: 1.55, draw: 3.9, away: 6.2 }, "over_under_2.5": { over: 1.32, under: 3.1 } },
      }),
    }),
  ),
});
