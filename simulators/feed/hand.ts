/**
 * What a person, or a test, may do to a fixture: functions from snapshot to snapshot. The messages follow from the difference.
 */
import { type ExpectedGoals, remainingShare, type Score } from "../../shared/odds/goals-model.ts";
import type { FixtureWire } from "../../shared/protocol/http/fixtures.ts";
import { type Snapshot, scaled } from "./snapshot.ts";

export interface NewFixture {
  readonly fixtureId: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly status: "upcoming" | "live";
  readonly startsAtMs: number;
  readonly expected: ExpectedGoals;
}

const MANUAL_LEAGUE = "Simulator League";

export function created({ fixtureId, homeTeam, awayTeam, status, startsAtMs, expected }: NewFixture): Snapshot {
  return {
    ...{ fixtureId, league: MANUAL_LEAGUE, homeTeam, awayTeam, startsAtMs, status },
    ...{
      minute: status === "live" ? 1 : null,
      score: { home: 0, away: 0 },
      suspended: false,
      remaining: expected,
      prices: {},
      result: null,
    },
  };
}

/** Ends the fixture with this score; on one that has ended, corrects its result. */
export function ended(snapshot: Snapshot, score: Score): Snapshot {
  return { ...snapshot, status: "finished", minute: null, score, suspended: false, result: score };
}

/** Takes the result back; the fixture stays over. */
export function rolledBack(snapshot: Snapshot): Snapshot {
  return { ...snapshot, result: null };
}

export function calledOff(snapshot: Snapshot): Snapshot {
  return { ...snapshot, status: "cancelled", minute: null };
}

export function suspended(snapshot: Snapshot): Snapshot {
  return { ...snapshot, suspended: true };
}

export function reopened(snapshot: Snapshot): Snapshot {
  return { ...snapshot, suspended: false };
}

/** Scores for a side: the fixture is live from then on, and its markets wait for `reopened`. */
export function scored(snapshot: Snapshot, side: "home" | "away"): Snapshot {
  const score = { ...snapshot.score, [side]: snapshot.score[side] + 1 };
  return { ...snapshot, status: "live", minute: snapshot.minute ?? 1, score, suspended: true, prices: {} };
}

export function priced(snapshot: Snapshot, marketId: string, outcomeId: string, oddsThousandths: number): Snapshot {
  return { ...snapshot, prices: { ...snapshot.prices, [`${marketId}:${outcomeId}`]: oddsThousandths } };
}

/** This simulator's matches are played or not: what other feeds say in between is the nearest of these. */
const PLAYED_AS = {
  ...{ upcoming: "upcoming", postponed: "upcoming", live: "live", interrupted: "live" },
  ...{ finished: "finished", abandoned: "cancelled", cancelled: "cancelled" },
} as const satisfies Record<FixtureWire["status"], Snapshot["status"]>;

/** Takes over a fixture that the platform knows and this simulator has forgotten, with the prices that stand there. */
export function adopted(fixture: FixtureWire, expected: ExpectedGoals): Snapshot {
  const score = { home: fixture.home_score ?? 0, away: fixture.away_score ?? 0 };
  const outcomes = fixture.markets.flatMap((market) => market.outcomes.map((outcome) => ({ market, outcome })));
  return {
    ...{ fixtureId: fixture.fixture_id, league: fixture.league, homeTeam: fixture.home_team, awayTeam: fixture.away_team },
    ...{ startsAtMs: Date.parse(fixture.starts_at), status: PLAYED_AS[fixture.status], minute: fixture.minute, score },
    suspended: fixture.markets.some((market) => market.status === "suspended"),
    remaining: scaled(expected, remainingShare(fixture.minute ?? 0)),
    prices: Object.fromEntries(
      outcomes.map(({ market, outcome }) => [`${market.market_id}:${outcome.outcome_id}`, Math.round(outcome.odds * 1_000)]),
    ),
    result: fixture.markets.some((market) => market.status === "settled") ? score : null,
  };
}
