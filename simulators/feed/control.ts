/**
 * The control side of the feed, for people and tests: `/sim/feed/...`. Every command is answered once the platform accepted the
 * messages that follow from it, so that a test needs no waiting.
 */
import * as z from "zod";
import { selectionId } from "../../shared/odds/selection-id.ts";
import { decimalOdds } from "../../shared/protocol/http/fields.ts";
import type { FeedEngine } from "./engine.ts";
import { calledOff, created, ended, priced, reopened, rolledBack, scored, suspended } from "./hand.ts";
import { cancelWindow, marketsOf } from "./messages.ts";
import type { Season } from "./season.ts";
import type { Snapshot } from "./snapshot.ts";

const goals = z.int().min(0).max(20);
const instant = z.iso.datetime().transform((text) => Date.parse(text));
const team = z.string().min(1).max(60);

const BODIES = {
  advance: z.object({ minutes: z.number().min(0).max(100_000) }),
  pause: z.object({ paused: z.boolean() }),
  create: z.object({
    home_team: team,
    away_team: team,
    status: z.enum(["upcoming", "live"]).default("upcoming"),
    /** Real minutes. */
    starts_in_minutes: z.number().min(0).max(100_000).default(60),
  }),
  result: z.object({ home: goals, away: goals }),
  goal: z.object({ side: z.enum(["home", "away"]), reopen: z.boolean().default(false) }),
  /** With a bound: voids only the bets placed in the window. */
  cancel: z.object({ placed_from: instant.optional(), placed_to: instant.optional() }),
  odds: z.object({ market_id: z.string(), outcome_id: z.string(), odds: decimalOdds }),
  nothing: z.object({}),
} as const;

type Command = (engine: FeedEngine, fixtureId: string, body: unknown) => Promise<Snapshot | null>;

/** `POST /sim/feed/fixtures/{id}/<command>`. */
const COMMANDS: Readonly<Record<string, Command>> = {
  result: (engine, id, body) => {
    const score = BODIES.result.parse(body);
    return engine.change(id, (snapshot) => ended(snapshot, score));
  },
  rollback: (engine, id) => engine.change(id, rolledBack),
  suspend: (engine, id) => engine.change(id, suspended),
  reopen: (engine, id) => engine.change(id, reopened),
  // As a feed does that moves a price far: it stops the match for the moment, so that the price is no jump.
  odds: async (engine, id, body) => {
    const { market_id, outcome_id, odds } = BODIES.odds.parse(body);
    let wasSuspended = false;
    await engine.change(id, (snapshot) => {
      wasSuspended = snapshot.suspended;
      return suspended(snapshot);
    });
    const moved = await engine.change(id, (snapshot) => priced(snapshot, market_id, outcome_id, odds));
    return wasSuspended ? moved : engine.change(id, reopened);
  },
  goal: async (engine, id, body) => {
    const { side, reopen } = BODIES.goal.parse(body);
    const goal = await engine.change(id, (snapshot) => scored(snapshot, side));
    return goal !== null && reopen ? engine.change(id, reopened) : goal;
  },
  cancel: (engine, id, body) => {
    const { placed_from: from, placed_to: to } = BODIES.cancel.parse(body);
    if (from === undefined && to === undefined) return engine.change(id, calledOff);
    return engine.say(id, cancelWindow(from ?? null, to ?? null));
  },
  release: async (engine, id) => {
    await engine.release(id);
    return engine.fixtures().find((fixture) => fixture.fixtureId === id) ?? null;
  },
};

let serial = 0;

/** Answers one control request; throws what the platform or the body's schema says. */
export async function control(engine: FeedEngine, season: Season, method: string, path: string, body: unknown): Promise<Response> {
  if (method === "GET" && path === "/sim/feed/fixtures") {
    return Response.json({ paused: engine.paused, fixtures: engine.fixtures().map((fixture) => described(engine, fixture)) });
  }
  if (method !== "POST") return Response.json({ error: "GET /sim/feed/fixtures, or POST a command" }, { status: 405 });
  if (path === "/sim/feed/advance") {
    await engine.advance(BODIES.advance.parse(body).minutes);
    return Response.json({ fixtures: engine.fixtures().map((fixture) => described(engine, fixture)) });
  }
  if (path === "/sim/feed/pause") {
    engine.paused = BODIES.pause.parse(body).paused;
    return Response.json({ paused: engine.paused });
  }
  if (path === "/sim/feed/fixtures") return Response.json(described(engine, await engine.add(create(season, body))), { status: 201 });
  const [, fixtureId, name] = /^\/sim\/feed\/fixtures\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
  const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name ?? ""] : undefined;
  if (fixtureId === undefined || command === undefined) {
    return Response.json({ error: `commands of a fixture: ${Object.keys(COMMANDS).join(", ")}` }, { status: 404 });
  }
  const fixture = await command(engine, decodeURIComponent(fixtureId), body);
  return fixture === null
    ? Response.json({ error: "nobody knows this fixture" }, { status: 404 })
    : Response.json(described(engine, fixture));
}

function create(season: Season, body: unknown): Snapshot {
  const { home_team: homeTeam, away_team: awayTeam, status, starts_in_minutes: minutes } = BODIES.create.parse(body);
  serial += 1;
  const startsAtMs = Date.now() + (status === "live" ? 0 : Math.round(minutes * 60_000));
  const fixtureId = `fx_manual_${Date.now().toString(36)}_${serial}`;
  return created({ fixtureId, homeTeam, awayTeam, status, startsAtMs, expected: season.expect(homeTeam, awayTeam) });
}

/** A fixture as the control side shows it, with the selections and odds that the feed offers. */
function described(engine: FeedEngine, snapshot: Snapshot) {
  const { fixtureId, league, homeTeam, awayTeam, startsAtMs, status, minute, score, result } = snapshot;
  const selections = marketsOf(snapshot).flatMap((market) =>
    market.outcomes.map(({ outcomeId, oddsThousandths, active }) => ({
      selection_id: selectionId({ fixtureId, marketId: market.marketId, outcomeId }),
      odds: oddsThousandths / 1_000,
      status: market.status === "active" && !active ? "suspended" : market.status,
    })),
  );
  return {
    ...{ fixture_id: fixtureId, league, home_team: homeTeam, away_team: awayTeam, starts_at: new Date(startsAtMs).toISOString() },
    ...{ status, minute, score, result, suspended: snapshot.suspended, held: engine.isHeld(fixtureId), selections },
  };
}
