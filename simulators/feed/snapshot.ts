/**
 * What is true of a fixture at one moment, as a feed would report it; and the play of a scheduled match as snapshots over time.
 *
 * A snapshot is a pure function of (fixture, time). Time is sampled: an upcoming match changes its prices once a minute, a live one
 * every three match minutes. A goal shows in the sample after it with all markets suspended, and the next sample reopens them.
 */
import { type ExpectedGoals, remainingShare, type Score } from "../../shared/odds/goals-model.ts";
import { BREAK_MINUTES, HALF_MINUTES, MATCH_MINUTES, type ScheduledFixture } from "./schedule.ts";
import type { PlayedMatch, Season } from "./season.ts";
import { seeded } from "./seeded.ts";

export interface Snapshot {
  readonly fixtureId: string;
  readonly league: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  /** By the real clock, milliseconds. */
  readonly startsAtMs: number;
  readonly status: "upcoming" | "live" | "finished" | "cancelled";
  readonly minute: number | null;
  readonly score: Score;
  readonly suspended: boolean;
  /** Goals still to come, which the prices follow from. */
  readonly remaining: ExpectedGoals;
  /** Prices set by hand, by `<market id>:<outcome id>`, thousandths. */
  readonly prices: Readonly<Record<string, number>>;
  /** The result that the markets are settled by; null while there is none. */
  readonly result: Score | null;
}

const LIVE_SAMPLE_MINUTES = 3;
const UPCOMING_SAMPLE_MS = 60_000;
/** How far prices drift from the model's, at most. */
const DRIFT = 0.06;

export interface Clock {
  /** The schedule's time, milliseconds. */
  readonly scheduleMs: number;
  /** Real time minus the schedule's: where the schedule's times are on the real clock. */
  readonly offsetMs: number;
  readonly minuteMs: number;
}

/** The state of a scheduled match at the clock's time. */
export function snapshotOf(season: Season, fixture: ScheduledFixture, clock: Clock): Snapshot {
  const { fixtureId, league, match, kickOffMs } = fixture;
  const expected = season.expect(match.homeTeam, match.awayTeam);
  const elapsed = (clock.scheduleMs - kickOffMs) / clock.minuteMs;
  const base = {
    fixtureId,
    league,
    homeTeam: match.homeTeam,
    awayTeam: match.awayTeam,
    startsAtMs: kickOffMs + clock.offsetMs,
    prices: {},
  };
  if (elapsed < 0) {
    const remaining = drifted(expected, fixtureId, Math.floor(clock.scheduleMs / UPCOMING_SAMPLE_MS));
    return { ...base, status: "upcoming", minute: null, score: { home: 0, away: 0 }, suspended: false, remaining, result: null };
  }
  if (elapsed >= MATCH_MINUTES) {
    const over = { suspended: false, remaining: { home: 0, away: 0 } };
    return { ...base, ...over, status: "finished", minute: null, score: match.fullTime, result: match.fullTime };
  }
  const sampled = Math.floor(elapsed / LIVE_SAMPLE_MINUTES) * LIVE_SAMPLE_MINUTES;
  const goals = goalsOf(fixtureId, match);
  const minute = playedMinute(sampled);
  const score = scoreAt(goals, minute);
  const before = scoreAt(goals, playedMinute(sampled - LIVE_SAMPLE_MINUTES));
  return {
    ...base,
    ...{ status: "live", minute, score, result: null },
    suspended: score.home !== before.home || score.away !== before.away,
    remaining: drifted(scaled(expected, remainingShare(minute)), fixtureId, sampled),
  };
}

/** The minute of play after so many match minutes, the break taken out. */
function playedMinute(elapsed: number): number {
  if (elapsed <= HALF_MINUTES) return Math.max(0, Math.floor(elapsed));
  return Math.min(2 * HALF_MINUTES, Math.max(HALF_MINUTES, Math.floor(elapsed - BREAK_MINUTES)));
}

export interface Goal {
  readonly minute: number;
  readonly side: "home" | "away";
}

/** The match's goals at minutes that follow from the fixture's id and agree with the half-time score, where it is known. */
export function goalsOf(fixtureId: string, match: PlayedMatch): readonly Goal[] {
  const random = seeded(`goals:${fixtureId}`);
  const within = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const goals = (["home", "away"] as const).flatMap((side) =>
    Array.from({ length: match.fullTime[side] }, (_, i): Goal => {
      if (match.halfTime === null) return { side, minute: within(1, 2 * HALF_MINUTES - 1) };
      const first = i < match.halfTime[side];
      return { side, minute: first ? within(1, HALF_MINUTES) : within(HALF_MINUTES + 1, 2 * HALF_MINUTES - 1) };
    }),
  );
  return goals.sort((a, b) => a.minute - b.minute);
}

function scoreAt(goals: readonly Goal[], minute: number): Score {
  const scored = (side: Goal["side"]) => goals.filter((goal) => goal.side === side && goal.minute <= minute).length;
  return { home: scored("home"), away: scored("away") };
}

export function scaled(expected: ExpectedGoals, factor: number): ExpectedGoals {
  return { home: expected.home * factor, away: expected.away * factor };
}

function drifted(expected: ExpectedGoals, fixtureId: string, sample: number): ExpectedGoals {
  const random = seeded(`drift:${fixtureId}:${sample}`);
  return { home: expected.home * (1 + DRIFT * (2 * random() - 1)), away: expected.away * (1 + DRIFT * (2 * random() - 1)) };
}
