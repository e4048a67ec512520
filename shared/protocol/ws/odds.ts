/**
 * Frames of `GET /ws/odds/{channel}`. `channel` is a fixture id, or a lobby: `live`, `football`, `all`. Every frame is one JSON
 * object in one text message.
 *
 * The server sends an `img` first: it replaces whatever the client knew. Each `delta` after it has the `seq` of the frame before it
 * plus one; `applyOddsFrame` (shared/odds/subscription.ts) merges it, or says that one is missing, and then the client sends
 * `{"type":"resub","seq":<last seq it has>}` and gets the missing deltas, an image, or a `state` frame when it misses nothing.
 * `late` is true while the feed of a live fixture of the channel has been silent for more than 30 seconds (the fixture says so too):
 * prices may be old, and no live bet is taken.
 *
 * A client on a slow line asks for fewer frames when it connects, `?conflate_ms=1000` (or 2000): then at most one delta a period, which
 * leads from the state `since` to its own `seq`; `applyOddsFrame` takes it if the client knows `since` or more.
 *
 * Heartbeat: send exactly `{"type":"ping"}` every 15 seconds or so; `{"type":"pong"}` comes back without waking anything. Three
 * missing pongs mean that the line is dead. A frame that the server can't read gets an `error` frame, never a disconnect.
 */
import * as z from "zod";
import { fixtureSchema, marketSchema, outcomeSchema } from "../http/fixtures.ts";

export const LOBBY_CHANNELS = ["live", "football", "all"] as const;
export type LobbyChannel = (typeof LOBBY_CHANNELS)[number];

export const PING_FRAME = '{"type":"ping"}';
export const PONG_FRAME = '{"type":"pong"}';
/** How long the feed may be silent on a live fixture before prices count as late, milliseconds. */
export const LATE_AFTER_MS = 30_000;

/** The periods that a client may ask for, milliseconds: cellular lines of the second and third generation wake up slowly. */
export const CONFLATE_MS = [1_000, 2_000] as const;
export type ConflateMs = (typeof CONFLATE_MS)[number];

export const oddsClientFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("resub"), seq: z.int().nonnegative() }),
  z.object({ type: z.literal("ping") }),
]);
export type OddsClientFrame = z.infer<typeof oddsClientFrameSchema>;

/** What changed of an outcome: members that are absent stay as they are. One that the client doesn't know comes whole. */
export const outcomeDeltaSchema = outcomeSchema.partial().required({ outcome_id: true });
/** Likewise of a market; `outcomes` lists only those that changed. */
export const marketDeltaSchema = marketSchema
  .omit({ outcomes: true })
  .partial()
  .required({ market_id: true })
  .extend({ outcomes: z.array(outcomeDeltaSchema).optional() });
/** Likewise of a fixture. */
export const fixtureDeltaSchema = fixtureSchema
  .omit({ markets: true })
  .partial()
  .required({ fixture_id: true })
  .extend({ markets: z.array(marketDeltaSchema).optional() });

const stamp = {
  seq: z.int().nonnegative(),
  /** When the server made the frame, RFC 3339. */
  published_at: z.string(),
  late: z.boolean(),
};

export const imageFrameSchema = z.object({
  type: z.literal("img"),
  channel: z.string(),
  ...stamp,
  /** One fixture on a fixture's channel; a lobby's in the order of their start, what is over last. */
  fixtures: z.array(fixtureSchema),
});
export const deltaFrameSchema = z.object({
  type: z.literal("delta"),
  ...stamp,
  /** The state that a gathered delta leads from; absent: the one before `seq`. */
  since: z.int().nonnegative().optional(),
  /** Fixtures that joined the channel (one that kicked off joins `live`), whole. Absent when there are none, like the others. */
  added: z.array(fixtureSchema).optional(),
  changed: z.array(fixtureDeltaSchema).optional(),
  /** Ids of fixtures that left the channel. */
  removed: z.array(z.string()).optional(),
});
export const stateFrameSchema = z.object({ type: z.literal("state"), ...stamp });
export const errorFrameSchema = z.object({
  type: z.literal("error"),
  code: z.enum(["MALFORMED_FRAME", "FRAME_TOO_LARGE"]),
  message: z.string(),
});
export const pongFrameSchema = z.object({ type: z.literal("pong") });

export const oddsServerFrameSchema = z.discriminatedUnion("type", [
  imageFrameSchema,
  deltaFrameSchema,
  stateFrameSchema,
  errorFrameSchema,
  pongFrameSchema,
]);

export type OutcomeDelta = z.infer<typeof outcomeDeltaSchema>;
export type MarketDelta = z.infer<typeof marketDeltaSchema>;
export type FixtureDelta = z.infer<typeof fixtureDeltaSchema>;
export type ImageFrame = z.infer<typeof imageFrameSchema>;
export type DeltaFrame = z.infer<typeof deltaFrameSchema>;
export type StateFrame = z.infer<typeof stateFrameSchema>;
export type ErrorFrame = z.infer<typeof errorFrameSchema>;
export type OddsServerFrame = z.infer<typeof oddsServerFrameSchema>;
