/** Boosts, insurance and promises over HTTP, on days on which the tenant's rules are in force. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { newFixtureId, openFixture } from "../odds/messages.ts";
import { PATIENCE } from "../wallet/projection-support.ts";
import { answer, expectUnchanged, loggedIn, newPlayer, single } from "./player.ts";

/** The weekend of the boost; the other rules are in force then as well. */
const WEEKEND = Date.parse("2027-08-14T12:00:00Z");
const BEFORE = Date.parse("2026-12-01T12:00:00Z");
const on = (atMs: number) => void vi.useFakeTimers({ toFake: ["Date"], now: atMs });
afterEach(() => void vi.useRealTimers());

const quote = (slip: object) =>
  answer("/api/v1/bets/quote", { method: "POST", headers: { "X-Dev-Country": "KE" }, body: JSON.stringify(slip) });

async function multi(count: number, changes: Record<string, unknown> = {}) {
  const fixtures = await Promise.all(Array.from({ length: count }, () => openFixture()));
  const selections = fixtures.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
  return { bet_type: "MULTI", stake: 100, selections, ...changes };
}

describe("a boost", () => {
  it("is quoted with both prices and placed at the better one, named by its campaign alone", async () => {
    on(WEEKEND);
    const { fixtureId } = await openFixture();
    const slip = single(fixtureId);
    const plain = await quote(slip);
    expect(plain.body).toMatchObject({
      boosts: [{ boost_id: "KE-opening-2027", percent: 10, max_stake: 1_000, selections: [{ odds: 2, boosted_odds: 2.1 }] }],
      potential_win: { max: 200 },
      early_payout: { lead: 2, selections: [`${fixtureId}:1x2:home`] },
      selections: [{ odds: 2, boost: null }],
    });
    const player = await newPlayer(100_000);
    const named = { ...slip, boost_id: "KE-opening-2027" };
    const better = { odds: 2.1, boost: { boost_id: "KE-opening-2027", odds: 2 } };
    expect((await quote(named)).body).toMatchObject({ potential_win: { max: 210 }, early_payout: null, selections: [better] });
    const placed = await player.bet(named);
    expect(placed).toMatchObject({ status: 201, body: { potential_win: 210, early_payout: null, selections: [better] } });
    expect((await player.get(`/api/v1/bets/${placed.body.bet_id}`)).body).toMatchObject({ selections: [better] });
  });

  it.each([
    ["that nobody offers", WEEKEND, { boost_id: "KE-no-such" }, { reason: "unknown" }],
    ["of another day", BEFORE, { boost_id: "KE-opening-2027" }, { reason: "unknown" }],
    ["above its largest stake", WEEKEND, { boost_id: "KE-opening-2027", stake: 1_000.01 }, { reason: "stake", max: 1_000 }],
  ])("%s is refused, and nothing has changed", async (_what, atMs, changes, details) => {
    on(atMs);
    const { fixtureId } = await openFixture();
    const player = await newPlayer(1_000_000);
    const slip = { ...single(fixtureId), ...changes };
    const refused = await expectUnchanged(player, () => player.bet(slip));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "BOOST_REFUSED", details } } });
  });

  it("that was placed stays placed under its key after the campaign's last minute, and no other is", async () => {
    const lastMinute = Date.parse("2027-08-15T20:59:00Z");
    on(lastMinute);
    const { fixtureId } = await openFixture();
    const player = await newPlayer(100_000);
    const slip = single(fixtureId, { boost_id: "KE-opening-2027" });
    const [key, other] = [newFixtureId(), newFixtureId()];
    const placed = await player.bet(slip, key);
    expect(placed.status).toBe(201);
    vi.setSystemTime(lastMinute + 60_000);
    const later = await loggedIn(player);
    expect(await later.bet(slip, key)).toMatchObject({ status: 201, body: placed.body });
    expect((await later.bet(slip, other)).body.error.code).toBe("BOOST_REFUSED");
  });
});

describe("early payout", () => {
  it("goes from the feed's goals to the player's money, once, and no result takes it back", async () => {
    on(WEEKEND);
    const { channel, feed, fixtureId } = await openFixture();
    const player = await newPlayer(100_000);
    const { body } = await player.bet(single(fixtureId));
    expect(body).toMatchObject({ early_payout: { lead: 2, selections: [`${fixtureId}:1x2:home`] } });
    const run = await player.wallet.readEntries({ fromSeq: 1, toSeq: 1_000 });
    expect(await consumeProjections(env, [run])).toEqual([null]);
    const goal = (homeScore: number, awayScore: number) =>
      channel.ingest(feed.odds({ status: "live", minute: 20, homeScore, awayScore, markets: [] }));
    const bet = async () => (await player.get(`/api/v1/bets/${body.bet_id}`)).body;
    await goal(2, 0);
    vi.setSystemTime(WEEKEND + 5 * 60_000 - 1);
    await runDurableObjectAlarm(channel);
    expect(await bet()).toMatchObject({ status: "PENDING" });
    vi.setSystemTime(WEEKEND + 5 * 60_000 + 1);
    await goal(2, 0);
    await runDurableObjectAlarm(channel);
    await vi.waitFor(async () => expect(await bet()).toMatchObject({ status: "WON", actual_win: 200 }), PATIENCE);
    const cash = await player.cash();
    await goal(2, 3);
    await channel.ingest(feed.result("away"));
    await runDurableObjectAlarm(channel);
    expect(await bet()).toMatchObject({ status: "WON", settlements: [{ version: 1 }] });
    expect(await player.cash()).toBe(cash);
  });
});

describe("insurance", () => {
  it("is quoted for what can be insured, and pays at its own odds", async () => {
    on(WEEKEND);
    const slip = await multi(4);
    const quoted = await quote(slip);
    const [offer] = quoted.body["insurances"] as { cuts: number; odds: number }[];
    expect(offer?.cuts).toBe(1);
    expect(offer?.odds).toBeGreaterThan(1);
    expect(offer?.odds).toBeLessThan(16);
    const player = await newPlayer(100_000);
    const insured = { ...slip, insurance: offer };
    expect((await quote(insured)).body).toMatchObject({ insurance: offer, bonus: null, cut_refund: null, early_payout: null });
    const placed = await player.bet(insured);
    const win = Math.floor((offer?.odds ?? 0) * 10_000) / 100;
    expect(placed).toMatchObject({ status: 201, body: { insurance: offer, potential_win: win } });
    const state = await player.get(`/api/v1/bets/${placed.body.bet_id}/cash-out`);
    expect(state.body).toMatchObject({ state: "CLOSED", reason: "not_eligible" });
  });

  it.each([
    ["of too few selections", 3, {}, { cuts: 1 }, { reason: "selections", min: 4 }],
    ["against more cuts than are offered", 4, {}, { cuts: 3 }, { reason: "not_offered" }],
    ["below the odds that the player saw", 4, {}, { cuts: 1, odds: 15.999 }, { reason: "odds_changed" }],
    ["of a system", 4, { bet_type: "SYSTEM", system_sizes: [3] }, { cuts: 1 }, { reason: "bet_type" }],
  ])("%s is refused, and nothing has changed", async (_what, count, changes, insurance, details) => {
    on(WEEKEND);
    const slip = await multi(count, { ...changes, insurance });
    const player = await newPlayer(100_000);
    const refused = await expectUnchanged(player, () => player.bet(slip));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "INSURANCE_REFUSED", details } } });
  });

  it("is offered by no rule before its first day", async () => {
    on(BEFORE);
    const slip = await multi(4, { insurance: { cuts: 1 } });
    expect((await quote(slip)).body.error).toMatchObject({ code: "INSURANCE_REFUSED", details: { reason: "not_offered" } });
    expect((await quote({ ...slip, insurance: undefined })).body).toMatchObject({ insurances: [], boosts: [], early_payout: null });
  });
});

describe("a bonus", () => {
  it("is in sight before its first step, and says how many selections are missing", async () => {
    on(WEEKEND);
    expect((await quote(await multi(2))).body["bonus"]).toEqual({
      ...{ percent: 0, qualifying: 2, min_odds: 1.5 },
      next: { selections: 3, percent: 5 },
    });
    expect((await quote(await multi(3))).body["bonus"]).toMatchObject({ percent: 5, qualifying: 3, next: { selections: 5, percent: 10 } });
  });

  it("with a refund beside it is promised to a long multi", async () => {
    on(WEEKEND);
    expect((await quote(await multi(8))).body["cut_refund"]).toEqual({ losers: 1, percent: 50, max: 10_000, paid_as: "cash" });
  });
});
