import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { OddsPolicy, WantedSelection } from "../../../shared/protocol/rpc/odds-channel.ts";
import { channelOf, Feed, jump, matchResult, newFixtureId, openFixture, want } from "./messages.ts";

type Channel = ReturnType<typeof channelOf>;

function reserve(
  channel: Channel,
  selections: readonly WantedSelection[],
  policy: OddsPolicy = "none",
  betId: string = crypto.randomUUID(),
) {
  return channel.reserve({ betId, walletId: "KE:usr_1", policy, selections, stakeMinor: 10_000 });
}

/** Everything that the channel has stored about bets. */
function storedBets(channel: Channel): Promise<number> {
  return runInDurableObject(
    channel,
    (_object, state) => state.storage.sql.exec("SELECT count(*) AS n FROM accepted_bet").one().n as number,
  );
}

describe("reserving a price", () => {
  it("answers the server's price and version, and stores nothing", async () => {
    const { channel, fixtureId } = await openFixture();
    const reply = await reserve(channel, [want(fixtureId, "1x2:home", { seenOddsThousandths: 2000 })]);
    expect(reply).toMatchObject({
      ok: true,
      value: {
        accepted: [
          {
            ...{ selectionId: `${fixtureId}:1x2:home`, fixtureId, marketId: "1x2", fixtureName: "Gor Mahia v AFC Leopards" },
            ...{ marketName: "Match result", outcomeName: "Home", oddsThousandths: 2000, priceVersion: 1 },
          },
        ],
      },
    });
    expect(await storedBets(channel)).toBe(0);
  });

  it("keeps nothing: the same bet asked again gets the price of that moment, and none once the market is shut", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const ask = () => reserve(channel, [want(fixtureId)], "any", "bet_retry");
    expect(await ask()).toMatchObject({ value: { accepted: [{ oddsThousandths: 2000 }] } });
    await jump({ channel, feed }, [matchResult(1500)]);
    expect(await ask()).toMatchObject({ value: { accepted: [{ oddsThousandths: 1500 }] } });
    await channel.ingest(feed.stop());
    expect(await ask()).toMatchObject({ error: { reason: "market_suspended" } });
  });

  it.each([
    ["none", { seenOddsThousandths: 2000 }, true],
    ["none", { seenPriceVersion: 2 }, true],
    ["none", { seenPriceVersion: 1 }, false],
    ["none", { seenOddsThousandths: 1999 }, false],
    ["none", {}, false],
    ["higher", { seenOddsThousandths: 1999 }, true],
    ["higher", { seenOddsThousandths: 2001 }, false],
    ["higher", {}, false],
    ["any", { seenOddsThousandths: 9000 }, true],
    ["any", {}, true],
  ] as const)("with policy %s and what was seen %o is accepted: %s", async (policy, seen, accepted) => {
    const { channel, feed, fixtureId } = await openFixture();
    await jump({ channel, feed }, [matchResult(1700)]);
    await jump({ channel, feed }, [matchResult(2000)]);
    const version = "seenPriceVersion" in seen ? { seenPriceVersion: seen.seenPriceVersion + 1 } : seen;
    const reply = await reserve(channel, [want(fixtureId, "1x2:home", version)], policy);
    expect(reply.ok).toBe(accepted);
    if (!reply.ok) {
      const old = "seenOddsThousandths" in seen ? seen.seenOddsThousandths : null;
      const change = { selectionId: `${fixtureId}:1x2:home`, oldOddsThousandths: old, newOddsThousandths: 2000, priceVersion: 3 };
      expect(reply.error).toEqual({ reason: "odds_changed", changes: [change] });
    }
  });

  it("names every selection whose odds changed", async () => {
    const { channel, fixtureId } = await openFixture();
    const selections = ["1x2:home", "total=2.5:over"].map((outcome) => want(fixtureId, outcome, { seenOddsThousandths: 5000 }));
    const reply = await reserve(channel, selections, "higher");
    expect(reply).toMatchObject({ error: { changes: [{ newOddsThousandths: 2000 }, { newOddsThousandths: 1900 }] } });
  });
});

describe("a goal between seeing and placing", () => {
  it("suspends every market at once, and re-prices when it reopens", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const seen = want(fixtureId, "1x2:home", { seenOddsThousandths: 2000 });
    await channel.ingest(feed.stop());
    expect(await reserve(channel, [seen])).toEqual({
      ok: false,
      error: { reason: "market_suspended", selectionIds: [`${fixtureId}:1x2:home`] },
    });
    await channel.ingest(feed.odds({ status: "live", minute: 12, homeScore: 1, awayScore: 0, markets: [matchResult(1300)] }));
    expect(await reserve(channel, [seen])).toMatchObject({ error: { reason: "odds_changed", changes: [{ newOddsThousandths: 1300 }] } });
    expect(await reserve(channel, [seen], "any")).toMatchObject({
      ok: true,
      value: { accepted: [{ oddsThousandths: 1300, priceVersion: 2 }] },
    });
    const total = want(fixtureId, "total=2.5:over", { seenOddsThousandths: 1900 });
    expect(await reserve(channel, [total]), "a market that was not reopened stays suspended").toMatchObject({
      error: { reason: "market_suspended" },
    });
    expect(await storedBets(channel)).toBe(0);
  });
});

describe("what can't be bet on", () => {
  it("is an unknown selection when the fixture, the market or the outcome is none", async () => {
    const { channel, fixtureId } = await openFixture();
    const unknown = [want("fx_other"), want(fixtureId, "1x2:nobody"), want(fixtureId, "corners:over"), want(fixtureId, "junk")];
    expect(await reserve(channel, [...unknown, want(fixtureId)], "any")).toEqual({
      ok: false,
      error: { reason: "unknown_selection", selectionIds: unknown.map((selection) => selection.selectionId) },
    });
  });

  it("is closed on a finished fixture, also for a quote", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    await channel.ingest(feed.odds({ status: "finished", homeScore: 1, awayScore: 0, markets: [] }));
    const refusal = { ok: false, error: { reason: "market_closed", selectionIds: [`${fixtureId}:1x2:home`] } };
    expect(await reserve(channel, [want(fixtureId)], "any")).toEqual(refusal);
    expect(await channel.price([want(fixtureId)])).toEqual(refusal);
  });

  it("is suspended once the kick-off has passed unreported, and while the feed is silent on a live fixture", async () => {
    const started = new Feed();
    const channel = channelOf(started.fixtureId);
    for (const message of [started.change({ startsAtMs: Date.now() - 1 }), started.odds()]) await channel.ingest(message);
    expect(await reserve(channel, [want(started.fixtureId)], "any")).toMatchObject({ error: { reason: "market_suspended" } });

    const live = await openFixture();
    await live.channel.ingest(live.feed.odds({ status: "live", minute: 1, homeScore: 0, awayScore: 0 }));
    expect((await reserve(live.channel, [want(live.fixtureId)], "any")).ok).toBe(true);
    await silence(live.channel, 31_000);
    expect(await reserve(live.channel, [want(live.fixtureId)], "any")).toMatchObject({ error: { reason: "market_suspended" } });
    await live.channel.ingest(live.feed.odds({ status: "live", minute: 2, homeScore: 0, awayScore: 0, markets: [] }));
    expect((await reserve(live.channel, [want(live.fixtureId)], "any")).ok).toBe(true);
  });
});

describe("a fixture that does not exist", () => {
  it("leaves nothing behind when it is asked about", async () => {
    const fixtureId = newFixtureId();
    const channel = channelOf(fixtureId);
    expect(await channel.view()).toBeNull();
    expect(await reserve(channel, [want(fixtureId)], "any")).toMatchObject({ error: { reason: "unknown_selection" } });
    expect(await channel.ingest(new Feed(fixtureId).odds())).toEqual({ ok: false, error: { reason: "unknown_fixture" } });
    await channel.acknowledgeSettlement([{ walletId: "KE:usr_settle", betId: "bet_1", resultVersion: 1 }]);
    const tables = await runInDurableObject(channel, (_object, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("is a fixture of one tenant only", async () => {
    const { fixtureId } = await openFixture("KE");
    expect(await env.ODDS_CHANNEL.getByName(`GH:${fixtureId}`).view()).toBeNull();
  });
});

/** Moves the last word of the feed into the past, as if nothing had come since; the object reads it when it wakes. */
async function silence(channel: Channel, ms: number): Promise<void> {
  await runInDurableObject(channel, (_object, state) => {
    const text = state.storage.sql.exec("SELECT state FROM fixture").one().state as string;
    const fixture = JSON.parse(text) as { heardAtMs: number };
    state.storage.sql.exec("UPDATE fixture SET state = ?", JSON.stringify({ ...fixture, heardAtMs: fixture.heardAtMs - ms }));
  });
  const { evictDurableObject } = await import("cloudflare:test");
  await evictDurableObject(channel);
}
