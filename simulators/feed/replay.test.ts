import { describe, expect, it } from "vitest";
import { applyFeedMessage, type FixtureState } from "../../shared/odds/fixture-state.ts";
import { type FeedMessage, feedMessageSchema } from "../../shared/protocol/feed/message.ts";
import { calledOff, ended, rolledBack, scored } from "./hand.ts";
import { type FeedBody, messagesBetween } from "./messages.ts";
import { MATCH_MINUTES, Schedule, type ScheduledFixture } from "./schedule.ts";
import { loadSeason } from "./season.ts";
import { goalsOf, type Snapshot, snapshotOf } from "./snapshot.ts";

const season = loadSeason();
const MINUTE_MS = 1_000;
const schedule = new Schedule(season, MINUTE_MS);
/** A fixed instant of the schedule's clock. */
const NOW = 1_795_000_000_000;

function at(fixture: ScheduledFixture, matchMinute: number): Snapshot {
  return snapshotOf(season, fixture, { scheduleMs: fixture.kickOffMs + matchMinute * MINUTE_MS, offsetMs: 0, minuteMs: MINUTE_MS });
}

/** A listener that knows the fixture only from messages. */
class Listener {
  state: FixtureState | null = null;
  #sequence = 0;

  hear(bodies: readonly FeedBody[], fixtureId: string): void {
    for (const body of bodies) {
      this.#sequence += 1;
      const header = { v: 1, feed: "simulator", messageId: `m${this.#sequence}`, fixtureId, sequence: this.#sequence, producedAtMs: 0 };
      const message: FeedMessage = feedMessageSchema.parse({ ...header, ...body });
      const applied = applyFeedMessage(this.state, message, 0);
      if (!applied.ok) throw new Error(applied.error.reason);
      this.state = applied.value ?? this.state;
    }
  }

  won(): readonly string[] {
    const markets = this.state?.markets ?? [];
    return markets.flatMap((market) => market.outcomes.filter((o) => o.result === "won").map((o) => `${market.marketId}:${o.outcomeId}`));
  }
}

const fixtures = schedule.fixturesAt(NOW);

describe("the season", () => {
  it("is the real one: 380 matches of 20 teams, of which 291 have a result", () => {
    expect(season.scheduled).toBe(380);
    expect(season.played).toHaveLength(291);
    expect(new Set(season.played.map((match) => match.homeTeam)).size).toBe(20);
    expect(season.played[0]).toEqual({
      ...{ round: "Matchday 1", homeTeam: "Liverpool FC", awayTeam: "AFC Bournemouth" },
      ...{ halfTime: { home: 1, away: 0 }, fullTime: { home: 4, away: 2 } },
    });
  });

  it("rates its teams by their own results", () => {
    const expected = season.expect("Arsenal FC", "Burnley FC");
    const reversed = season.expect("Burnley FC", "Arsenal FC");
    expect(expected.home).toBeGreaterThan(expected.away * 2);
    expect(reversed.away).toBeGreaterThan(reversed.home);
  });
});

describe("the schedule", () => {
  it("says the same at the same time, whoever asks, and always has live and upcoming matches", () => {
    expect(new Schedule(loadSeason(), MINUTE_MS).fixturesAt(NOW)).toEqual(fixtures);
    for (let step = 0; step < 400; step += 1) {
      const time = NOW + step * 7_000;
      const clock = { scheduleMs: time, offsetMs: 0, minuteMs: MINUTE_MS };
      const statuses = schedule.fixturesAt(time).map((fixture) => snapshotOf(season, fixture, clock).status);
      expect(statuses.filter((status) => status === "live").length).toBeGreaterThanOrEqual(2);
      expect(statuses.filter((status) => status === "upcoming").length).toBeGreaterThanOrEqual(12);
      expect(statuses.length).toBeLessThan(40);
    }
  });

  it("finds a fixture again by its id alone, long after", () => {
    for (const fixture of fixtures) expect(new Schedule(season, MINUTE_MS).find(fixture.fixtureId)).toEqual(fixture);
    expect(schedule.find("fx_manual_1_1")).toBeNull();
  });
});

describe("a replayed match", () => {
  it("has its real goals, at minutes that agree with the half-time score", () => {
    season.played.forEach((match, i) => {
      const goals = goalsOf(`fx_2526_q_${i}`, match);
      for (const side of ["home", "away"] as const) {
        const own = goals.filter((goal) => goal.side === side);
        expect(own).toHaveLength(match.fullTime[side]);
        if (match.halfTime !== null) expect(own.filter((goal) => goal.minute <= 45)).toHaveLength(match.halfTime[side]);
      }
    });
  });

  it("ends, heard second by second, with the real score and every market settled by it", () => {
    for (const fixture of fixtures.slice(0, 12)) {
      const listener = new Listener();
      let before: Snapshot | null = null;
      for (let minute = -5; minute <= MATCH_MINUTES + 1; minute += 1) {
        const after = at(fixture, minute);
        listener.hear(messagesBetween(before, after), fixture.fixtureId);
        before = after;
      }
      const { home, away } = fixture.match.fullTime;
      expect(listener.state).toMatchObject({ status: "finished", homeScore: home, awayScore: away, resultVersion: 1 });
      expect(listener.state?.markets.every((market) => market.status === "settled")).toBe(true);
      expect(listener.won()).toContain(`1x2:${home > away ? "home" : home < away ? "away" : "draw"}`);
      expect(listener.won()).toContain(`total=2.5:${home + away > 2 ? "over" : "under"}`);
    }
  });

  it("stops bets before a goal is told, and reopens with other prices in the next sample", () => {
    const fixture = fixtures.find(({ match }) => match.fullTime.home + match.fullTime.away > 2);
    if (fixture === undefined) throw new Error("no match with goals");
    let before = at(fixture, 0);
    let stops = 0;
    for (let minute = 1; minute < MATCH_MINUTES; minute += 1) {
      const after = at(fixture, minute);
      const bodies = messagesBetween(before, after);
      if (after.score.home + after.score.away > before.score.home + before.score.away) {
        stops += 1;
        expect(bodies[0]).toEqual({ type: "bet_stop", reason: "GOAL" });
        const odds = bodies.find((body) => body.type === "odds_change");
        expect(odds?.markets.every((market) => market.status !== "active")).toBe(true);
        const open = messagesBetween(after, at(fixture, minute + 3)).find((body) => body.type === "odds_change");
        if (!at(fixture, minute + 3).suspended) expect(open?.markets.some((market) => market.status === "active")).toBe(true);
      }
      before = after;
    }
    expect(stops).toBeGreaterThan(0);
  });

  it("is brought to the same state whether heard from the start or only now", () => {
    for (const fixture of fixtures.slice(0, 12)) {
      for (const minute of [-3, 20, 48, 80, MATCH_MINUTES]) {
        const [whole, late] = [new Listener(), new Listener()];
        let before: Snapshot | null = null;
        for (let m = -5; m <= minute; m += 1) {
          whole.hear(messagesBetween(before, at(fixture, m)), fixture.fixtureId);
          before = at(fixture, m);
        }
        late.hear(messagesBetween(null, at(fixture, minute)), fixture.fixtureId);
        const seen = (listener: Listener) => ({
          head: [listener.state?.status, listener.state?.minute, listener.state?.homeScore, listener.state?.awayScore],
          markets: listener.state?.markets.map((m) => [m.marketId, m.status, m.outcomes.map((o) => o.result)]),
        });
        expect(seen(late)).toEqual(seen(whole));
        expect(messagesBetween(at(fixture, minute), at(fixture, minute))).toEqual([]);
      }
    }
  });
});

describe("a person's hand", () => {
  const [fixture] = fixtures;
  if (fixture === undefined) throw new Error("no fixture");
  const heard = (...snapshots: Snapshot[]) => {
    const listener = new Listener();
    let before: Snapshot | null = null;
    for (const snapshot of snapshots) {
      listener.hear(messagesBetween(before, snapshot), snapshot.fixtureId);
      before = snapshot;
    }
    return listener;
  };

  it("ends, corrects and rolls back: each a new version of the result", () => {
    const start = at(fixture, 10);
    const one = ended(start, { home: 1, away: 0 });
    expect(heard(start, one).won()).toContain("1x2:home");
    const corrected = ended(one, { home: 1, away: 1 });
    expect(heard(start, one, corrected)).toMatchObject({ state: { resultVersion: 2, homeScore: 1, awayScore: 1 } });
    expect(heard(start, one, corrected).won()).toContain("1x2:draw");
    const back = heard(start, one, rolledBack(one));
    expect([back.won(), back.state?.resultVersion, back.state?.status]).toEqual([[], 2, "finished"]);
    expect(heard(start, one, rolledBack(one), one).won()).toContain("1x2:home");
  });

  it("scores: the markets wait, suspended, for the reopening", () => {
    const goal = scored(at(fixture, 10), "away");
    const listener = heard(at(fixture, 10), goal);
    expect(listener.state?.markets.some((market) => market.status === "active")).toBe(false);
    expect(heard(at(fixture, 10), goal, { ...goal, suspended: false }).state?.markets[0]?.status).toBe("active");
  });

  it("calls off, known or not: every market is cancelled", () => {
    for (const listener of [heard(at(fixture, 10), calledOff(at(fixture, 10))), heard(calledOff(at(fixture, -2)))]) {
      expect(listener.state?.status).toBe("cancelled");
      expect(listener.state?.markets.map((market) => market.status)).toEqual(Array.from({ length: 6 }, () => "cancelled"));
      expect(listener.state?.resultVersion).toBe(1);
    }
  });
});
