/** Rains of free bets: within the campaign's budget, once a player, drawn so that anybody can draw again. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { drawOrder, rainCommitment } from "../../../shared/crash/rain.ts";
import { loungeRulesOf } from "../../../shared/tenants/crash-lounge.ts";
import { PROMOTIONS } from "../../../shared/tenants/sports/promotions.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { auditOf, callAdmin, type LedgerCall } from "../operators/ledger-client.ts";
import { GAME, Guest, lounge } from "./lounge-client.ts";

const CAMPAIGN = PROMOTIONS.KE.freeBets[0]?.campaignId ?? "";
const BUDGET = PROMOTIONS.KE.freeBets[0]?.budgetMinor ?? 0;
const support: LedgerCall = { role: "support", email: "rain@mkeka.test" };
const guests: Guest[] = [];
/** What the lounge sent to the queue, to be delivered when the test wants. */
let sent: unknown[] = [];

interface RainBody {
  readonly rain_id: string;
  readonly error: { readonly code: string; readonly details: Record<string, unknown> };
}

const start = (changes: Record<string, unknown> = {}, how: LedgerCall = {}) =>
  callAdmin<RainBody>(`games/crash/${GAME}/rains`, {
    ...support,
    ...how,
    body: { campaign: CAMPAIGN, amount: 20, shares: 2, claim_seconds: 10, ...changes },
  });

const granted = async (rainId: string) =>
  (await env.DB_KE.prepare("SELECT amount_minor AS n FROM promotion_grant WHERE grant_id = ?").bind(rainId).first<number>("n")) ?? null;
const tokens = async ({ wallet }: Guest) => (await wallet.promotions()).freeBets.length;
const rains = () =>
  runInDurableObject(lounge(), (_, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM rain").one().n);

async function guest(isIn = true): Promise<Guest> {
  const created = await Guest.create();
  guests.push(created);
  if (isIn) await created.enter();
  return created;
}

/** Lets the rain end, and carries its shares out. */
async function end(rainId: string): Promise<Record<string, unknown> & { log: { user_id: string; outcome: string | null }[] }> {
  vi.setSystemTime(Date.now() + 10_000);
  await runDurableObjectAlarm(lounge());
  for (let round = 0; round < 4; round += 1) {
    await runDurableObjectAlarm(lounge());
    expect(await consumeProjections(env, sent.splice(0))).not.toContainEqual(expect.any(Error));
  }
  return (await callAdmin<never>(`games/crash/${GAME}/rains/${rainId}`, { ...support, method: "GET" })).body;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(env.PROJECTION_QUEUE, "send").mockImplementation(async (body) => {
    if ((body as { source: string }).source === "crash_lounge") sent.push(body);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
});
afterEach(async () => {
  sent = [];
  for (const each of guests.splice(0)) each.leave();
  const open = await lounge().newestRain();
  if (open?.state === "OPEN") await end(open.rainId);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a rain", () => {
  it("gives each of the drawn one free bet, and the rest of its budget back", async () => {
    const players = [await guest(), await guest(), await guest()];
    const before = (await env.DB_KE.prepare("SELECT sum(amount_minor) AS n FROM promotion_grant").first<number>("n")) ?? 0;
    const { status, body } = await start({ shares: 5 });
    expect(status).toBe(201);
    expect(await players[0]?.next("rain")).toMatchObject({ rain: { rain_id: body.rain_id, state: "OPEN", seed: null }, yours: null });
    expect(await granted(body.rain_id)).toBe(10_000);
    for (const player of players) expect((await player.call("POST", `rains/${body.rain_id}/claim`)).status).toBe(200);
    const ended = await end(body.rain_id);
    expect(ended).toMatchObject({ state: "SETTLED", claims: 3, drawn: 3 });
    expect(ended.log.map(({ outcome }) => outcome)).toEqual(["granted", "granted", "granted"]);
    expect(await Promise.all(players.map(tokens))).toEqual([1, 1, 1]);
    expect(await granted(body.rain_id)).toBe(6_000);
    const after = await env.DB_KE.prepare("SELECT sum(amount_minor) AS n FROM promotion_grant").first<number>("n");
    expect(after).toBe(before + 6_000);
    expect((await auditOf(GAME)).filter(({ details }) => details?.["rainId"] === body.rain_id)).toMatchObject([
      { action: "rain.start:done", email: "rain@mkeka.test" },
    ]);
  });

  it("with more claims than shares gives them in an order that anybody can draw again", async () => {
    const players = [await guest(), await guest(), await guest(), await guest()];
    const { body } = await start();
    const opened = await players[0]?.next("rain");
    for (const player of players) await player.call("POST", `rains/${body.rain_id}/claim`);
    const { log } = await end(body.rain_id);
    const shown = (await players[0]?.call("GET", `rains/${body.rain_id}`))?.body;
    const [seed, order] = [String(shown?.["seed"]), shown?.["order"] as string[]];
    expect(rainCommitment(seed, sha256Hex)).toBe(opened?.rain.commitment);
    expect(drawOrder(seed, order.toSorted(), sha256Hex)).toEqual(order);
    expect(log.map(({ outcome }) => outcome)).toEqual(["granted", "granted", null, null]);
    const won = new Set(log.slice(0, 2).map(({ user_id: userId }) => userId));
    for (const player of players) {
      expect(await tokens(player)).toBe(won.has(player.userId) ? 1 : 0);
      expect(await player.next("rain", 1)).toMatchObject({ rain: { state: "DRAWN" }, yours: won.has(player.userId) });
    }
    expect(await granted(body.rain_id)).toBe(4_000);
  });

  it("gives one share for claims, messages and requests that come twice, also when the object dies in between", async () => {
    const player = await guest();
    const key = crypto.randomUUID();
    const [first, again] = [await start({}, { key }), await start({}, { key })];
    expect(again.body.rain_id).toBe(first.body.rain_id);
    const path = `rains/${first.body.rain_id}/claim`;
    expect((await Promise.all([player.call("POST", path), player.call("POST", path)])).map(({ status }) => status)).toEqual([200, 200]);
    await evictDurableObject(lounge());
    vi.setSystemTime(Date.now() + 10_000);
    await runDurableObjectAlarm(lounge());
    await runDurableObjectAlarm(lounge());
    const shares = sent.splice(0);
    expect(shares).toHaveLength(1);
    expect(await consumeProjections(env, [...shares, ...shares])).toEqual([null, null]);
    expect(await end(first.body.rain_id)).toMatchObject({ state: "SETTLED", claims: 1 });
    expect(await consumeProjections(env, shares)).toEqual([null]);
    expect(await tokens(player)).toBe(1);
    expect(await granted(first.body.rain_id)).toBe(2_000);
  });

  it("passes by whoever excludes themselves before the draw, and their share stays in the budget", async () => {
    const [leaving, staying] = [await guest(), await guest()];
    const { body } = await start();
    for (const player of [leaving, staying]) await player.call("POST", `rains/${body.rain_id}/claim`);
    expect((await leaving.wallet.selfExclude({ key: "out", reason: "a break", untilMs: Date.now() + 200 * 86_400_000 })).ok).toBe(true);
    const { log } = await end(body.rain_id);
    expect(log).toContainEqual(expect.objectContaining({ user_id: leaving.userId, outcome: "self_excluded" }));
    expect(await leaving.next("rain", 2)).toMatchObject({ rain: { state: "SETTLED" }, yours: false });
    expect(await staying.next("rain", 2)).toMatchObject({ rain: { state: "SETTLED" }, yours: true });
    expect([await tokens(leaving), await tokens(staying)]).toEqual([0, 1]);
    expect(await granted(body.rain_id)).toBe(2_000);
  });
});

describe("a claim", () => {
  const refused = (reason: string) => ({ status: 409, body: { error: { code: "RAIN_REFUSED", details: { reason } } } });

  it("is refused to players who are not in the lounge, after the end, and of rains that are none; and nobody gets anything", async () => {
    const [present, absent] = [await guest(), await guest(false)];
    const { body } = await start();
    const path = `rains/${body.rain_id}/claim`;
    expect(await absent.call("POST", path)).toMatchObject(refused("not_present"));
    expect(await present.call("POST", `rains/ran_${"0".repeat(26)}/claim`)).toMatchObject({ status: 404 });
    vi.setSystemTime(Date.now() + 10_000);
    expect(await present.call("POST", path)).toMatchObject(refused("rain_over"));
    expect(await end(body.rain_id)).toMatchObject({ state: "SETTLED", claims: 0, drawn: 0, log: [] });
    expect(await present.call("POST", path)).toMatchObject(refused("rain_over"));
    expect([await tokens(present), await tokens(absent), await granted(body.rain_id)]).toEqual([0, 0, 0]);
  });
});

describe("starting a rain", () => {
  it("is refused out of bounds, out of the campaign's terms, without its budget, while one runs, and to other roles; nothing rains", async () => {
    const before = await rains();
    const counted = await env.DB_KE.prepare("SELECT count(*) AS n FROM promotion_grant").first<number>("n");
    const promotion = (reason: string) => ({ status: 409, body: { error: { code: "PROMOTION_REFUSED", details: { reason } } } });
    expect(await start({ shares: loungeRulesOf("KE").rain.sharesMax + 1 })).toMatchObject({ status: 400 });
    expect(await start({ claim_seconds: 1 })).toMatchObject({ status: 400 });
    expect(await start({ amount: 19.99 })).toMatchObject(promotion("amount"));
    expect(await start({ campaign: "KE-nothing" })).toMatchObject(promotion("unknown_campaign"));
    await env.DB_KE.prepare("INSERT INTO promotion_grant VALUES ('rain filler', ?, 'usr_filler', ?, 0)")
      .bind(CAMPAIGN, BUDGET - 3_999)
      .run();
    expect(await start()).toMatchObject(promotion("budget_spent"));
    await env.DB_KE.prepare("DELETE FROM promotion_grant WHERE grant_id = 'rain filler'").run();
    expect(await start({}, { role: "trader" })).toMatchObject({ status: 403 });
    expect(await rains()).toBe(before);
    const { body } = await start();
    expect(await start({ amount: 30 })).toMatchObject({
      status: 409,
      body: { error: { code: "RAIN_REFUSED", details: { reason: "rain_runs", rain_id: body.rain_id } } },
    });
    expect(await rains()).toBe(before + 1);
    expect(await env.DB_KE.prepare("SELECT count(*) AS n FROM promotion_grant").first<number>("n")).toBe((counted ?? 0) + 1);
  });
});
