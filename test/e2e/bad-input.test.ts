/** Bad input over HTTP and WebSocket: a clear error of the contract, never a 5xx, and nothing changed. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Platform, startPlatform } from "../../scripts/lib/platform-process.ts";
import { type Json, type Places, Player, request, Socket } from "./client.ts";
import { Fixture, selection } from "./feed.ts";

let platform: Platform;
let places: Places;
let player: Player;
let pick: Json;
let otherPick: Json;

before(async () => {
  platform = await startPlatform();
  places = platform;
  player = await Player.funded(places, 1_000);
  const fixture = await Fixture.open(places, "upcoming");
  pick = selection(await fixture.outcome("1x2", "home"));
  otherPick = selection(await fixture.outcome("both_score", "yes"));
});

after(() => platform.stop());

async function refused(path: string, body: unknown, status: number, code: string): Promise<void> {
  const answer = await player.post(path, body);
  assert.deepEqual(
    [answer.status, answer.body?.error?.code],
    [status, code],
    `${path} ${JSON.stringify(body)?.slice(0, 200)} -> ${JSON.stringify(answer.body)}`,
  );
  assert.deepEqual(Object.keys(answer.body.error).sort(), ["code", "details", "message", "request_id", "timestamp"]);
}

test("amounts that are no amounts are refused and nothing moves", async () => {
  const digest = await player.digest();
  const bet = (stake: unknown): Json => ({ bet_type: "SINGLE", stake, selections: [pick] });
  for (const stake of [-100, 0, 10.005, "10.005", "1e3", "NaN", "", "100,00", "9".repeat(30), 1e300, "0x10"])
    await refused("/api/v1/bets", bet(stake), 400, "INVALID_AMOUNT");
  for (const stake of [null, {}, [], true]) await refused("/api/v1/bets", bet(stake), 400, "VALIDATION_FAILED");
  await refused("/api/v1/bets", `{"bet_type":"SINGLE","stake":1e2,"selections":[]}`, 400, "INVALID_AMOUNT");
  await refused("/api/v1/bets", bet(19.99), 400, "STAKE_TOO_LOW");
  await refused("/api/v1/bets", bet(99_999_999), 400, "STAKE_TOO_HIGH");
  await refused("/api/v1/payments/deposit", { phone_number: player.phone, amount: -5 }, 400, "INVALID_AMOUNT");
  await refused("/api/v1/payments/withdraw", { phone_number: player.phone, amount: "12.345" }, 400, "INVALID_AMOUNT");
  await refused("/api/v1/payments/withdraw", { phone_number: player.phone, amount: 100_000 }, 400, "INSUFFICIENT_BALANCE");
  assert.equal(await player.digest(), digest);
});

test("slips that can't be are refused and nothing moves", async () => {
  const digest = await player.digest();
  const place = (fields: Json): Json => ({ bet_type: "SINGLE", stake: 100, selections: [pick], ...fields });
  await refused("/api/v1/bets", "{", 400, "MALFORMED_JSON");
  await refused("/api/v1/bets", {}, 400, "VALIDATION_FAILED");
  await refused("/api/v1/bets", place({ bet_type: "TRIPLE" }), 400, "VALIDATION_FAILED");
  await refused("/api/v1/bets", { bet_type: "single", stake: 100, selections: [{ odds: 2.5 }] }, 400, "VALIDATION_FAILED");
  await refused("/api/v1/bets", place({ selections: [{ selection_id: "fx_nothing:1x2:home", odds: 2 }] }), 400, "INVALID_BET");
  await refused("/api/v1/bets", place({ selections: [{ selection_id: "../../etc/passwd", odds: 2 }] }), 400, "INVALID_BET");
  await refused("/api/v1/bets", place({ bet_type: "MULTI", selections: [pick, pick] }), 400, "INVALID_BET");
  await refused("/api/v1/bets", place({ bet_type: "MULTI", selections: [pick, otherPick] }), 400, "CORRELATED_SELECTIONS");
  await refused(
    "/api/v1/bets",
    place({ odds_policy: "none", selections: [{ ...pick, odds: 50, price_version: undefined }] }),
    409,
    "ODDS_CHANGED",
  );
  await refused("/api/v1/bets", place({ junk: "x".repeat(70_000) }), 413, "BODY_TOO_LARGE");
  assert.equal(await player.digest(), digest);
});

test("who you are and where you are is checked before anything else", async () => {
  const anonymous = await request("POST", `${places.url}/api/v1/bets`, {});
  assert.ok(anonymous.status === 401 || anonymous.status === 400, JSON.stringify(anonymous.body));
  const valid = await request("POST", `${places.url}/api/v1/bets`, { bet_type: "SINGLE", stake: 100, selections: [pick] });
  assert.equal(valid.status, 401);
  const forged = `${player.token.slice(0, -4)}AAAA`;
  for (const token of [forged, "x", "", `${player.token}.x`]) {
    const answer = await request("GET", `${places.url}/api/v1/users/me/wallet`, undefined, { Authorization: `Bearer ${token}` });
    assert.equal(answer.status, 401);
  }
  for (const country of ["US", "T1", "XX", "ke"]) {
    const answer = await player.call("GET", "/api/v1/users/me/wallet", undefined, { "X-Dev-Country": country });
    assert.equal(answer.status, 451, country);
  }
  const abroad = await player.call(
    "POST",
    "/api/v1/bets",
    { bet_type: "SINGLE", stake: 100, selections: [pick] },
    { "X-Dev-Country": "NG" },
  );
  assert.equal(abroad.status, 451);
  assert.equal((await player.call("GET", "/api/v1/users/me/wallet", undefined, { "X-Dev-Country": "NG" })).status, 200);
  assert.equal((await request("GET", `${places.url}/health`, undefined, { "X-Dev-Country": "US" })).status, 200);
});

test("a refresh token is good once, and using it again ends its family", async () => {
  const own = new Player(places);
  await own.register();
  const refresh = (token: string) => request("POST", `${places.url}/api/v1/auth/refresh`, { refresh_token: token });
  const first = await refresh(own.refreshToken);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal((await refresh(own.refreshToken)).status, 401);
  assert.equal((await refresh(first.body.refresh_token)).status, 401);
});

test("socket garbage gets an error frame and the socket stays open", async () => {
  for (const path of ["/ws/games/current", "/ws/odds/live"]) {
    const socket = await Socket.open(`${places.url.replace("http", "ws")}${path}`);
    for (const frame of ["{", "[]", '"x"', '{"type":"nonsense"}', `{"type":"cashout","bet_id":${"9".repeat(40)}}`, "x".repeat(5_000)])
      socket.send(frame);
    await socket.next("an error", (json) => json.type === "error");
    socket.send(path.includes("games") ? { type: "ping" } : { type: "resub", seq: 0 });
    await socket.next("life after garbage", (json) => json.type === "pong" || json.type === "img" || json.type === "snapshot");
    socket.close();
  }
});

test("unknown paths and methods answer in the error shape", async () => {
  for (const [method, path] of [
    ["GET", "/api/v1/nothing"],
    ["DELETE", "/api/v1/bets"],
    ["GET", "/api/v1/bets/%00"],
    ["GET", "/api/v1/fixtures/a'--"],
  ] as const) {
    const answer = await player.call(method, path);
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(answer.body.error.code, "NOT_FOUND");
    assert.ok(answer.headers.get("X-Request-ID"));
  }
});
