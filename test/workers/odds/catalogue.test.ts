import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { fixtureSchema, listFixturesAnswer, liveOddsAnswer } from "../../../shared/protocol/http/fixtures.ts";
import { jump, matchResult, newFixtureId, openFixture } from "./messages.ts";

async function get(path: string, country = "NG") {
  const response = await exports.default.fetch(`http://mkeka.test${path}`, { headers: { "X-Dev-Country": country } });
  return { status: response.status, body: await response.json() };
}

describe("the catalogue", () => {
  it("answers a fixture from the object that owns it, at once", async () => {
    const { channel, feed, fixtureId } = await openFixture("NG");
    await jump({ channel, feed }, [matchResult(2345)]);
    const { status, body } = await get(`/api/v1/fixtures/${fixtureId}`);
    expect(status).toBe(200);
    expect(fixtureSchema.parse(body).markets[0]?.outcomes[0]).toEqual({
      ...{ selection_id: `${fixtureId}:1x2:home`, outcome_id: "home", name: "Home", odds: 2.345, price_version: 2 },
      ...{ status: "active", result: null },
    });
  });

  it("hides other tenants' fixtures and knows no others", async () => {
    const { fixtureId } = await openFixture("KE");
    for (const id of [fixtureId, newFixtureId(), "a%3Ab", "x".repeat(90)]) {
      expect(await get(`/api/v1/fixtures/${id}`)).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
    }
  });

  it("lists by status and sport, in pages ordered by start, what is over last", async () => {
    const { channel, feed, fixtureId } = await openFixture("NG");
    await channel.ingest(feed.odds({ status: "live", minute: 5, homeScore: 2, awayScore: 1 }));
    await vi.waitFor(async () => {
      const { fixtures } = listFixturesAnswer.parse((await get("/api/v1/fixtures?status=live&sport=football&limit=100")).body);
      expect(fixtures.map((fixture) => fixture.fixture_id)).toContain(fixtureId);
    });
    const all = listFixturesAnswer.parse((await get("/api/v1/fixtures?limit=100")).body);
    const order = all.fixtures.map(({ status, starts_at }) => `${status === "finished" || status === "cancelled" ? 1 : 0} ${starts_at}`);
    expect(order).toEqual([...order].sort());
    const second = listFixturesAnswer.parse((await get("/api/v1/fixtures?limit=1&offset=1")).body);
    expect(second).toMatchObject({ total: all.total, limit: 1, offset: 1, fixtures: [{ fixture_id: all.fixtures[1]?.fixture_id }] });
    expect(listFixturesAnswer.parse((await get("/api/v1/fixtures?sport=chess")).body).total).toBe(0);
    expect(await get("/api/v1/fixtures?status=soon")).toMatchObject({ status: 400 });
    expect(await get("/api/v1/fixtures?limit=101")).toMatchObject({ status: 400 });
  });

  it("gives live odds in the promised shape, open markets only", async () => {
    const { channel, feed, fixtureId } = await openFixture("NG");
    await channel.ingest(
      feed.odds({ status: "live", minute: 5, homeScore: 2, awayScore: 1, markets: [matchResult(1500, 4000, 6000, "suspended")] }),
    );
    const match = await vi.waitFor(async () => {
      const { matches } = liveOddsAnswer.parse((await get("/api/v1/odds/live")).body);
      const found = matches.find((candidate) => candidate.event_id === fixtureId);
      expect(found).toBeDefined();
      return found;
    });
    expect(match).toMatchObject({ home_team: "Gor Mahia", away_team: "AFC Leopards", status: "LIVE", score: "2-1", minute: 5 });
    expect(match?.markets).toEqual({ "over_under_2.5": { over: 1.9, under: 1.85 } });
  });

  it("reaches the country's database by status and score, not by price", async () => {
    const { channel, feed, fixtureId } = await openFixture("NG");
    await channel.ingest(feed.odds({ status: "live", minute: 5, homeScore: 1, awayScore: 0 }));
    await channel.ingest(feed.result("home"));
    await channel.ingest(feed.odds({ status: "finished", homeScore: 1, awayScore: 0, markets: [] }));
    const row = () => env.DB_NG.prepare("SELECT * FROM fixture WHERE fixture_id = ?").bind(fixtureId).first();
    await vi.waitFor(async () => expect(await row()).toMatchObject({ status: "finished", home_score: 1, result_version: 1 }), {
      timeout: 6_000,
    });
    expect(await env.DB_KE.prepare("SELECT * FROM fixture WHERE fixture_id = ?").bind(fixtureId).first()).toBeNull();
    const waiting = () =>
      runInDurableObject(channel, (_object, state) => state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one().n as number);
    await vi.waitFor(async () => expect(await waiting(), "the channel forgets what is stored").toBe(0), { timeout: 6_000 });
  });
});
