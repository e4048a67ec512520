import { describe, expect, it } from "vitest";
import { applyFeedMessage, type FixtureState } from "../../shared/odds/fixture-state.ts";
import { fixtureView, fixtureWire } from "../../shared/odds/fixture-view.ts";
import { type FeedMessage, feedMessageSchema } from "../../shared/protocol/feed/message.ts";
import { FeedEngine } from "./engine.ts";
import { created, ended } from "./hand.ts";
import type { FeedPlatform } from "./platform-client.ts";
import { Schedule } from "./schedule.ts";
import { loadSeason } from "./season.ts";

const season = loadSeason();
const MINUTE_MS = 1_000;

/** A platform in memory: the real reducer over real messages, with switches for what goes wrong. */
class MemoryPlatform implements FeedPlatform {
  readonly fixtures = new Map<string, FixtureState>();
  readonly posts: FeedMessage[][] = [];
  away = false;

  async post(messages: readonly FeedMessage[]) {
    if (this.away) throw new Error("connection refused");
    this.posts.push([...messages]);
    const unknown = new Set<string>();
    for (const message of messages.map((one) => feedMessageSchema.parse(one))) {
      const applied = applyFeedMessage(this.fixtures.get(message.fixtureId) ?? null, message, 0);
      if (!applied.ok) unknown.add(message.fixtureId);
      else if (applied.value !== null) this.fixtures.set(message.fixtureId, applied.value);
    }
    return { accepted: messages.length, duplicates: 0, unknown_fixtures: [...unknown] };
  }

  async openFixtures() {
    return new Set([...this.fixtures.values()].filter((f) => f.status === "live" || f.status === "upcoming").map((f) => f.fixtureId));
  }

  async fixture(fixtureId: string) {
    const state = this.fixtures.get(fixtureId);
    return state === undefined ? null : fixtureWire(fixtureView(state, "KE"));
  }

  messages(): readonly FeedMessage[] {
    return this.posts.flat();
  }
}

function setUp(platform = new MemoryPlatform(), startMs = 1_795_000_000_000) {
  const clock = { nowMs: startMs };
  const schedule = new Schedule(season, MINUTE_MS);
  const engine = new FeedEngine({ season, schedule, platform, minuteMs: MINUTE_MS, now: () => clock.nowMs });
  const run = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.nowMs += 1_000;
      await engine.tick();
    }
  };
  return { engine, platform, clock, run };
}

const manual = (fixtureId: string, nowMs: number) =>
  created({ fixtureId, homeTeam: "Home", awayTeam: "Away", status: "live", startsAtMs: nowMs, expected: { home: 1.4, away: 1.1 } });

describe("the feed engine", () => {
  it("sends the same messages at the same times, run after run, with growing sequences", async () => {
    const [one, two] = [setUp(), setUp()];
    await one.run(60);
    await two.run(60);
    expect(one.platform.posts).toEqual(two.platform.posts);
    const last = new Map<string, number>();
    for (const { fixtureId, sequence } of one.platform.messages()) {
      expect(sequence).toBeGreaterThan(last.get(fixtureId) ?? 0);
      last.set(fixtureId, sequence);
    }
  });

  it("goes on where it was after a restart, and repeats no result", async () => {
    const first = setUp();
    await first.run(100);
    const again = setUp(first.platform, first.clock.nowMs);
    await again.run(100);
    const whole = setUp();
    await whole.run(200);
    for (const state of whole.platform.fixtures.values()) {
      const { status, homeScore, awayScore, resultVersion } = state;
      expect(first.platform.fixtures.get(state.fixtureId)).toMatchObject({ status, homeScore, awayScore, resultVersion });
    }
  });

  it("sends what is missing when the platform was away, also for matches that ended meanwhile", async () => {
    const { platform, clock, run, engine } = setUp();
    await run(5);
    const live = [...platform.fixtures.values()].filter((fixture) => fixture.status === "live").map((fixture) => fixture.fixtureId);
    platform.away = true;
    clock.nowMs += 60 * 60_000;
    await expect(engine.tick()).rejects.toThrow("connection refused");
    platform.away = false;
    await run(1);
    expect(live.length).toBeGreaterThan(0);
    for (const id of live) expect(platform.fixtures.get(id)).toMatchObject({ status: "finished", resultVersion: 1 });
  });

  it("ends matches that only the platform remembers", async () => {
    const { platform, run, clock } = setUp();
    await run(5);
    const open = [...(await platform.openFixtures())].filter((id) => platform.fixtures.get(id)?.status === "live");
    await setUp(platform, clock.nowMs + 24 * 60 * 60_000).run(1);
    for (const id of open) expect(platform.fixtures.get(id)?.status).toBe("finished");
  });

  it("does not speak of matches that ended before it began", async () => {
    const { platform, run } = setUp();
    await run(1);
    const statuses = [...platform.fixtures.values()].map((fixture) => fixture.status);
    expect(new Set(statuses)).toEqual(new Set(["live", "upcoming"]));
  });

  it("says everything again of a fixture that the platform lost", async () => {
    const { platform, run } = setUp();
    await run(3);
    platform.fixtures.clear();
    await run(30);
    const live = [...platform.fixtures.values()].filter((fixture) => fixture.status === "live");
    expect(live.length).toBeGreaterThan(0);
    expect(live.every((fixture) => fixture.markets.length === 6)).toBe(true);
  });

  it("while paused only says that it is alive, and advances when told to", async () => {
    const { engine, platform, run } = setUp();
    await run(2);
    engine.paused = true;
    const before = platform.messages().length;
    await run(30);
    const said = platform.messages().slice(before);
    expect(said.length).toBeGreaterThan(0);
    expect(said.every((message) => message.type === "odds_change" && message.markets.length === 0)).toBe(true);
    const live = [...platform.fixtures.values()].filter((fixture) => fixture.status === "live").map((fixture) => fixture.fixtureId);
    await engine.advance(200);
    for (const id of live) expect(platform.fixtures.get(id)?.status).toBe("finished");
  });

  it("leaves a fixture alone that a person holds, and obeys when it has forgotten that it did", async () => {
    const { engine, platform, clock, run } = setUp();
    await engine.add(manual("fx_manual_t_1", clock.nowMs));
    await run(120);
    expect(platform.fixtures.get("fx_manual_t_1")).toMatchObject({ status: "live", homeScore: 0 });
    const forgetful = setUp(platform, clock.nowMs + 1_000);
    const done = await forgetful.engine.change("fx_manual_t_1", (snapshot) => ended(snapshot, { home: 2, away: 2 }));
    expect(done).toMatchObject({ status: "finished" });
    expect(platform.fixtures.get("fx_manual_t_1")).toMatchObject({ status: "finished", homeScore: 2, awayScore: 2, resultVersion: 1 });
    expect(await forgetful.engine.change("fx_manual_t_none", (snapshot) => snapshot)).toBeNull();
  });

  it("refuses a command that the platform did not take, and brings it there with the next tick", async () => {
    const { engine, platform, clock, run } = setUp();
    await engine.add(manual("fx_manual_t_2", clock.nowMs));
    platform.away = true;
    await expect(engine.change("fx_manual_t_2", (snapshot) => ended(snapshot, { home: 1, away: 0 }))).rejects.toThrow();
    platform.away = false;
    await run(1);
    expect(platform.fixtures.get("fx_manual_t_2")).toMatchObject({ status: "finished", homeScore: 1 });
  });
});
