/** Booking codes over HTTP: the same slip has the same code, and loading it tells the prices of now and what is gone. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { bookingCode, parseBookingCode } from "../../../shared/betting/booking-code.ts";
import { betsOfBookingCode, deleteBookingCodesBefore, saveBookingCode } from "../../../workers/adapters/d1/booking-codes.ts";
import { createApp } from "../../../workers/http/app.ts";
import { jump, matchResult, openFixture } from "../odds/messages.ts";
import { consumeProjection, PATIENCE, wholeRun } from "../wallet/projection-support.ts";
import { answer, newPlayer, single } from "./player.ts";

const KE = { "X-Dev-Country": "KE" };
const share = (...ids: readonly string[]) =>
  answer("/api/v1/booking-codes", {
    method: "POST",
    headers: KE,
    body: JSON.stringify({ selections: ids.map((selection_id) => ({ selection_id })) }),
  });
const load = (code: string, country = "KE") =>
  answer(`/api/v1/booking-codes/${encodeURIComponent(code)}`, { headers: { "X-Dev-Country": country } });

describe("a booking code", () => {
  it("is the same for the same selections in any order, and has no characters that look alike", async () => {
    const [one, two] = [await openFixture(), await openFixture()];
    const ids = [`${one.fixtureId}:1x2:home`, `${two.fixtureId}:total=2.5:over`] as const;
    const first = await share(...ids);
    expect(first).toMatchObject({ status: 201, body: { selections: 2 } });
    expect((await share(ids[1], ids[0])).body["code"]).toBe(first.body["code"]);
    expect(first.body["code"]).toMatch(/^[3467ACDEFGHJKMNPQRTWXY9]{8}$/);
  });

  it("loads at the prices of now, typed in any way, counts its loads, and keeps no odds and no stake", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const { body } = await share(`${fixtureId}:1x2:home`);
    await jump({ channel, feed }, [matchResult(2_750)]);
    const code = String(body["code"]);
    const loaded = await load(` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `);
    expect(loaded).toMatchObject({
      status: 200,
      body: { code, loads: 1, dropped: [], selections: [{ selection_id: `${fixtureId}:1x2:home`, odds: 2.75, status: "active" }] },
    });
    expect((await load(code)).body["loads"]).toBe(2);
    expect((await load(code, "GH")).status, "codes are a tenant's").toBe(404);
  });

  it("names what has begun", async () => {
    const [one, two] = [await openFixture(), await openFixture()];
    const { body } = await share(`${one.fixtureId}:1x2:home`, `${two.fixtureId}:1x2:home`);
    await one.channel.ingest(one.feed.odds({ status: "live", minute: 1, homeScore: 0, awayScore: 0 }));
    const loaded = await load(String(body["code"]));
    expect(loaded.body).toMatchObject({
      selections: [{ event_id: two.fixtureId }],
      dropped: [{ selection_id: `${one.fixtureId}:1x2:home`, reason: "started" }],
    });
  });

  it("is not made of what can't be bet on, and one that nobody made is not found", async () => {
    const { fixtureId } = await openFixture();
    expect(await share(`${fixtureId}:1x2:home`, `${fixtureId}:1x2:nobody`)).toMatchObject({
      status: 400,
      body: { error: { code: "INVALID_BET", details: { selections: [`${fixtureId}:1x2:nobody`] } } },
    });
    for (const code of ["33333333", "O0I1L2Z5", "short", "' OR 1=1"]) expect((await load(code)).status).toBe(404);
    expect(parseBookingCode(bookingCode(["a"], 0, sha256Bytes))).not.toBeNull();
    expect(bookingCode(["a"], 0, sha256Bytes)).not.toBe(bookingCode(["a"], 1, sha256Bytes));
  });
});

it("a booking code can't be guessed: an address may try twenty in a minute", async () => {
  const braked = { ...env, RATE_LIMITS: "on" } as typeof env;
  const headers = { "X-Dev-Country": "KE", "CF-Connecting-IP": "203.0.113.77" };
  const guess = async (code: string) => {
    const context = createExecutionContext();
    const response = await createApp().request(`http://mkeka.test/api/v1/booking-codes/${code}`, { headers }, braked, context);
    await waitOnExecutionContext(context);
    return response.status;
  };
  const statuses: number[] = [];
  for (let tries = 0; tries < 22; tries += 1) statuses.push(await guess(`3333333${"3467ACDEFGHJKMNPQRTWXY9"[tries]}`));
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 404), 429, 429]);
});

it("a booking code whose matches have long begun is deleted with what was counted for it, and others stay", async () => {
  const { fixtureId } = await openFixture();
  const kept = String((await share(`${fixtureId}:1x2:home`)).body["code"]);
  const [betId, code] = [`bet_${kept}`, "33334444"];
  await saveBookingCode(env.DB_KE, { code, selections: ["fx:1x2:home"], createdAtMs: 1, expiresAtMs: 5 });
  await env.DB_KE.prepare("INSERT INTO booking_bet VALUES (?, ?, 100, 1)").bind(betId, code).run();
  expect(await betsOfBookingCode(env.DB_KE, code)).toEqual({ bets: 1, stakeMinor: 100 });
  await deleteBookingCodesBefore(env.DB_KE, 6);
  expect(await betsOfBookingCode(env.DB_KE, code)).toEqual({ bets: 0, stakeMinor: 0 });
  expect([(await load(code)).status, (await load(kept)).status]).toEqual([404, 200]);
});

describe("bets of a booking code", () => {
  const stats = async (code: string) => {
    const { bets, stakes } = (await load(code)).body;
    return [bets, stakes];
  };

  it("are counted with their stakes, each once however often the journal comes", async () => {
    const { fixtureId } = await openFixture();
    const code = String((await share(`${fixtureId}:1x2:home`)).body["code"]);
    expect(await stats(code)).toEqual([0, 0]);
    const player = await newPlayer(100_000);
    // As people type it.
    expect((await player.bet(single(fixtureId, { booking_code: `${code.slice(0, 4)} ${code.slice(4).toLowerCase()}` }))).status).toBe(201);
    expect((await player.bet(single(fixtureId, { booking_code: code, stake: 250.5 }))).status).toBe(201);
    await vi.waitFor(async () => expect(await stats(code)).toEqual([2, 350.5]), PATIENCE);
    const run = await wholeRun({ wallet: player.wallet } as Parameters<typeof wholeRun>[0]);
    for (let again = 0; again < 2; again += 1) await consumeProjection(env, run);
    expect(await stats(code)).toEqual([2, 350.5]);
  });

  it("are those that are made of its selections: others, and codes that nobody made, are placed and not counted", async () => {
    const [one, two] = [await openFixture(), await openFixture()];
    const code = String((await share(`${one.fixtureId}:1x2:home`)).body["code"]);
    const player = await newPlayer(100_000);
    const legs = [one, two].map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
    const slips = [
      { bet_type: "MULTI", stake: 100, selections: legs, booking_code: code },
      single(two.fixtureId, { booking_code: code }),
      single(one.fixtureId, { booking_code: "33333333" }),
      single(one.fixtureId, { booking_code: "no code" }),
      single(one.fixtureId, { booking_code: code }),
    ];
    for (const slip of slips) expect((await player.bet(slip)).status).toBe(201);
    await vi.waitFor(async () => expect(await stats(code)).toEqual([1, 100]), PATIENCE);
    expect(await stats("33333333")).toEqual([undefined, undefined]);
  });
});
