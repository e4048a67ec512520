/**
 * The feed port's message model: what any odds feed's adapter turns its provider's messages into (odds change, bet stop,
 * settlement, rollback, cancel, after the Unified Odds Feed's model; facts/betting-rules.md 2.4). Version 1.
 *
 * `sequence` grows per fixture: repeated and late messages are recognised by it. Odds arrive as thousandths.
 */
import * as z from "zod";
import { selectionOutcome } from "../outcome.ts";

const id = z.string().min(1).max(120);
// The three parts of a selection id (shared/odds/selection-id.ts): no colon, nothing that an address would escape.
const fixtureId = z.string().regex(/^[A-Za-z0-9_-]{1,80}$/);
const marketId = z.string().regex(/^[A-Za-z0-9_=.-]{1,60}$/);
const outcomeId = z.string().regex(/^[A-Za-z0-9_.-]{1,60}$/);

const header = {
  v: z.literal(1),
  /** The feed's name, as in a tenant's `oddsFeeds`. */
  feed: id,
  messageId: id,
  fixtureId,
  sequence: z.int().positive(),
  /** When the feed made the message: of two words on a market the newer one counts. */
  producedAtMs: z.int().nonnegative(),
  /** Who of the feed's producers says it; feeds without producers leave it out. */
  producer: z.int().positive().optional(),
};

/** As many markets as a fixture holds; a longer list is refused, never cut: a bet could wait for what was cut off. */
const MARKETS_MAX = 400;

const offerStatus = z.enum(["active", "suspended", "closed"]);
const ppm = z.int().min(0).max(1_000_000);
/** Without margin, in millionths; what is missing to a million loses. */
const probabilities = z.object({ winPpm: ppm, refundPpm: ppm, halfWinPpm: ppm, halfLosePpm: ppm });
const fixtureStatus = z.enum(["upcoming", "live", "interrupted", "postponed", "abandoned", "finished", "cancelled"]);

export const feedMarketSchema = z.object({
  marketId,
  /** `1x2`, `total`, `both_score`, `double_chance`, or the feed's own. */
  type: z.string().regex(/^[a-z0-9_]{1,40}$/),
  name: z.string().max(80),
  specifier: z.string().max(40),
  status: offerStatus,
  /** Another producer takes the market over: nothing more is taken from this one. */
  handsOver: z.boolean().optional(),
  /** Names by which a stop may mean the market. */
  groups: z.array(id).max(20).optional(),
  cashOut: offerStatus.optional(),
  /** Its place terms: 1 + (odds - 1) / divisor for the first so many, by the results of another market of the fixture. Null: none. */
  eachWay: z
    .object({ places: z.int().min(1).max(40), divisor: z.int().min(1).max(20), placeMarketId: marketId })
    .nullable()
    .optional(),
  /** All of the market's outcomes; none when the message says its status alone. */
  outcomes: z
    .array(
      z.object({
        outcomeId,
        name: z.string().max(80),
        oddsThousandths: z.int().min(1001).max(10_000_000),
        active: z.boolean(),
        probabilities: probabilities.optional(),
      }),
    )
    .max(40),
});

export const feedMessageSchema = z.discriminatedUnion("type", [
  z.object({
    ...header,
    type: z.literal("fixture_change"),
    sport: z.string().max(40),
    league: z.string().max(120),
    homeTeam: z.string().max(120),
    awayTeam: z.string().max(120),
    startsAtMs: z.int().nonnegative(),
    /** Null: as it is known; upcoming for a new fixture. */
    status: fixtureStatus.nullable(),
  }),
  /** A new start, or the news that the match will not take place: bets wait for their cancel. */
  z.object({ ...header, type: z.literal("schedule_change"), startsAtMs: z.int().nonnegative().nullable(), isCancelled: z.boolean() }),
  z.object({
    ...header,
    type: z.literal("odds_change"),
    /** Null: nothing is said of the state of play. */
    status: fixtureStatus.nullable(),
    minute: z.int().min(0).max(150).nullable(),
    homeScore: z.int().min(0).max(999).nullable(),
    awayScore: z.int().min(0).max(999).nullable(),
    /** The score has goals of extra time or penalties in it: bets on regular play are not about it. */
    isAfterRegularPlay: z.boolean().optional(),
    /** Only the markets that changed. */
    markets: z.array(feedMarketSchema).max(MARKETS_MAX),
  }),
  z.object({
    ...header,
    type: z.literal("bet_stop"),
    reason: z.string().max(60),
    /** All when absent. */ groups: z.array(id).max(20).optional(),
    marketStatus: z.enum(["suspended", "closed"]).optional(),
  }),
  z.object({
    ...header,
    type: z.literal("bet_settlement"),
    /** 1 from live scouting, may still change; 2 (when absent) confirmed. */
    certainty: z.union([z.literal(1), z.literal(2)]).optional(),
    homeScore: z.int().min(0).max(999).nullable(),
    awayScore: z.int().min(0).max(999).nullable(),
    markets: z
      .array(
        z.object({
          marketId,
          outcomes: z
            .array(z.object({ outcomeId, /** Null: undecided yet. */ result: selectionOutcome.nullable() }))
            .min(1)
            .max(400),
        }),
      )
      .max(MARKETS_MAX),
  }),
  /** Takes the settlement of these markets back; they stand as they did before it. */
  z.object({ ...header, type: z.literal("rollback_settlement"), marketIds: z.array(marketId).max(MARKETS_MAX) }),
  /** Voids these markets for the bets placed in the window; no window means all. */
  z.object({
    ...header,
    type: z.literal("bet_cancel"),
    marketIds: z.array(marketId).max(MARKETS_MAX),
    placedFromMs: z.int().nonnegative().nullable(),
    placedToMs: z.int().nonnegative().nullable(),
    reason: z.string().max(60),
  }),
  /** Takes a cancel of the same markets and window back. */
  z.object({
    ...header,
    type: z.literal("rollback_cancel"),
    marketIds: z.array(marketId).max(MARKETS_MAX),
    placedFromMs: z.int().nonnegative().nullable(),
    placedToMs: z.int().nonnegative().nullable(),
  }),
]);

export type FeedMarket = z.infer<typeof feedMarketSchema>;
export type FeedMessage = z.infer<typeof feedMessageSchema>;
