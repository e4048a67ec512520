import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createLocalJWKSet, importJWK, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { readTicket } from "../../../durable-objects/platform/ticket.ts";
import { configOf } from "../../../workers/env.ts";
import { call, errorOf, mintPhone, Player } from "./player.ts";
import { Providers } from "./providers.ts";

let providers: Providers;
beforeAll(() => {
  providers = new Providers();
});
afterEach(() => {
  vi.restoreAllMocks();
  providers.stop();
  providers = new Providers();
});
afterAll(() => providers.stop());

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Moves the clock that everything here reads. */
function at(ms: number): void {
  vi.spyOn(Date, "now").mockReturnValue(ms);
}

it("answers a wrong password and an unknown number alike, lock-out included", async () => {
  const player = await Player.confirmed(providers);
  const stranger = mintPhone();
  const start = Date.now();
  at(start);
  const answers = async (phone: string) => {
    const seen: unknown[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const reply = await call("POST", "/api/v1/auth/login", { phone_number: phone, password: "not the password" });
      const { request_id: _id, ...error } = reply.body.error as Record<string, unknown>;
      seen.push([reply.status, error]);
    }
    return seen;
  };
  const known = await answers(player.phone);
  expect(known[0]).toMatchObject([401, { code: "INVALID_CREDENTIALS" }]);
  expect(known[4]).toMatchObject([401, { code: "INVALID_CREDENTIALS" }]);
  expect(known[5]).toMatchObject([403, { code: "ACCOUNT_LOCKED", details: { until: new Date(start + 15 * MINUTE).toISOString() } }]);
  expect(await answers(stranger)).toEqual(known);
});

it("keeps a locked number shut to the right password until the time is over, and doubles the next lock", async () => {
  const player = await Player.confirmed(providers);
  const start = Date.now();
  at(start);
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await player.logIn("wrong password")).status).toBe(401);
  expect(errorOf(await player.logIn()).code).toBe("ACCOUNT_LOCKED");
  at(start + 15 * MINUTE);
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await player.logIn("wrong password")).status).toBe(401);
  at(start + 44 * MINUTE);
  expect(errorOf(await player.logIn()).details).toEqual({ until: new Date(start + 45 * MINUTE).toISOString() });
  at(start + 45 * MINUTE);
  expect((await player.logIn()).status).toBe(200);
});

it("lets no more than five of many parallel guesses be checked, and a right one among them opens", async () => {
  const player = await Player.confirmed(providers);
  const guesses = await Promise.all(Array.from({ length: 12 }, () => player.logIn("wrong password")));
  const codes = guesses.map((guess) => errorOf(guess).code);
  expect(codes.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(5);
  expect(codes.filter((code) => code === "ACCOUNT_LOCKED")).toHaveLength(7);

  const other = await Player.confirmed(providers);
  for (let attempt = 0; attempt < 4; attempt += 1) await other.logIn("wrong password");
  expect((await other.logIn()).status).toBe(200);
  expect((await other.logIn("wrong password")).status).toBe(401);
  expect((await other.logIn()).status).toBe(200);
});

it("takes no more log-ins a minute than the tenant allows, where limits are on", async () => {
  const player = await Player.confirmed(providers);
  at(Date.now());
  const attempt = () => player.identity.logIn({ secret: player.password, attemptsPerMinute: 5 });
  for (let use = 0; use < 5; use += 1) expect((await attempt()).ok).toBe(true);
  expect(await attempt()).toEqual({ ok: false, error: { reason: "rate_limited", retryAfterMs: MINUTE } });
});

it("lets a player of one tenant log in from another tenant's country", async () => {
  const player = await Player.confirmed(providers);
  const body = { phone_number: player.phone, password: player.password };
  expect((await call("POST", "/api/v1/auth/login", body, { "X-Dev-Country": "NG" })).status).toBe(200);
  expect((await call("POST", "/api/v1/auth/login", body, { "X-Dev-Country": "US" })).status).toBe(451);
});

it("rotates refresh tokens; one used twice ends the family and no other", async () => {
  const player = await Player.confirmed(providers);
  const otherDevice = String((await player.logIn()).body.refresh_token);
  const second = await player.refresh();
  expect(second).toMatchObject({ status: 200, body: { expires_in: 900, user: { id: player.userId } } });
  const third = await player.refresh(String(second.body.refresh_token));
  expect(third.status).toBe(200);

  expect(errorOf(await player.refresh()).code).toBe("REFRESH_TOKEN_INVALID");
  expect(errorOf(await player.refresh(String(third.body.refresh_token))).code).toBe("REFRESH_TOKEN_INVALID");
  expect((await player.refresh(otherDevice)).status).toBe(200);
});

it("answers a refresh repeated under its key with the same next token, until somebody uses that one", async () => {
  const player = await Player.confirmed(providers);
  const start = Date.now();
  at(start);
  const [first, twin] = await Promise.all([player.refresh(undefined, "k"), player.refresh(undefined, "k")]);
  expect([first?.status, twin?.status]).toEqual([200, 200]);
  const next = String(first?.body.refresh_token);
  expect(twin?.body.refresh_token).toBe(next);
  expect(next).not.toBe(player.refreshToken);
  at(start + 10 * MINUTE);
  expect((await player.refresh(undefined, "k")).body.refresh_token).toBe(next);
  // From here a repeat is somebody else's.
  const third = await player.refresh(next, "k2");
  expect(third.status).toBe(200);
  expect((await player.refresh(undefined, "k")).status).toBe(401);
  expect((await player.refresh(String(third.body.refresh_token))).status).toBe(401);
});

it.each([
  ["without its key", undefined, 0],
  ["under another key", "other", 0],
  ["under its key too late", "k", 10 * MINUTE + 1],
])("takes a refresh repeated %s for theft, and ends the family", async (_how, key, laterMs) => {
  const player = await Player.confirmed(providers);
  const start = Date.now();
  at(start);
  const next = String((await player.refresh(undefined, "k")).body.refresh_token);
  at(start + laterMs);
  expect((await player.refresh(undefined, key)).status).toBe(401);
  expect((await player.refresh(next)).status).toBe(401);
});

it("lets a client in that sends its expired token along with a refresh, a log-in or a log-out", async () => {
  const player = await Player.confirmed(providers);
  const stale = { Authorization: "Bearer expired" };
  const send = (verb: string, body: unknown) => call("POST", `/api/v1/auth/${verb}`, body, stale);
  expect((await send("refresh", { refresh_token: player.refreshToken })).status).toBe(200);
  expect((await send("login", { phone_number: player.phone, password: player.password })).status).toBe(200);
  expect((await send("logout", { refresh_token: player.refreshToken })).status).toBe(204);
  expect((await send("ws-ticket", {})).status).toBe(401);
});

it("does not end a family for a forged token, whatever it names", async () => {
  const player = await Player.confirmed(providers);
  const [objectId = ""] = player.refreshToken.split(".");
  const nowhere = env.WALLET.idFromName("KE:usr_x").toString();
  for (const forged of [
    `${objectId}.${"A".repeat(43)}`,
    `${nowhere}.${"A".repeat(43)}`,
    `${"0".repeat(64)}.${"A".repeat(43)}`,
    "x",
    "a.b.c",
  ]) {
    expect(await player.refresh(forged)).toMatchObject({ status: 401 });
  }
  expect((await player.refresh()).status).toBe(200);
});

it("ends refresh tokens after a month, and a session after a quarter of a year of use", async () => {
  const player = await Player.confirmed(providers);
  const start = Date.now();
  at(start + 30 * DAY);
  expect((await player.refresh()).status).toBe(401);

  at(start);
  let token = String((await player.logIn()).body.refresh_token);
  for (let days = 25; days < 90; days += 25) {
    at(start + days * DAY);
    const next = await player.refresh(token);
    expect(next.status).toBe(200);
    token = String(next.body.refresh_token);
  }
  at(start + 90 * DAY);
  expect((await player.refresh(token)).status).toBe(401);
});

it("ends the session at log-out, once and for unknown tokens too; the access token lives out its minutes", async () => {
  const player = await Player.confirmed(providers);
  const logOut = () => call("POST", "/api/v1/auth/logout", { refresh_token: player.refreshToken });
  expect((await logOut()).status).toBe(204);
  expect((await logOut()).status).toBe(204);
  expect((await player.refresh()).status).toBe(401);
  expect((await player.get("/api/v1/users/me")).status).toBe(200);
  at(Date.now() + 15 * MINUTE);
  expect((await player.get("/api/v1/users/me")).status).toBe(401);
});

it("keeps ten sessions and gives up the one unused for longest", async () => {
  const player = await Player.confirmed(providers);
  for (let device = 0; device < 10; device += 1) await player.logIn();
  expect((await player.refresh()).status).toBe(401);
  await runInDurableObject(player.identity, (_object, state) => {
    expect(state.storage.sql.exec("SELECT count(*) AS n FROM session").one()).toEqual({ n: 10 });
    expect(state.storage.sql.exec("SELECT count(*) AS n FROM refresh_token").one()).toEqual({ n: 10 });
  });
});

it("signs access tokens that anyone can check with the published keys, and that name no phone number", async () => {
  const player = await Player.confirmed(providers);
  const keys = await call("GET", "/.well-known/jwks.json", undefined, { "X-Dev-Country": "US" });
  expect(keys.status).toBe(200);
  expect(JSON.stringify(keys.body)).not.toContain('"d"');
  const { payload, protectedHeader } = await jwtVerify(player.accessToken, createLocalJWKSet(keys.body as unknown as JSONWebKeySet));
  expect(protectedHeader).toMatchObject({ alg: "EdDSA", kid: expect.any(String) });
  expect(payload).toMatchObject({ sub: player.userId, cty: "KE", iid: env.IDENTITY.idFromName(player.objectName).toString() });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  expect(JSON.stringify(payload)).not.toContain(player.phone.slice(1));
});

it("refuses tokens that are forged, of another key, of another audience, unsigned or expired", async () => {
  const player = await Player.confirmed(providers);
  const own = await importJWK(JSON.parse(configOf(env).ACCESS_TOKEN_KEY));
  const foreign = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const claims = { cty: "KE", iid: "0".repeat(64), sid: "ses_x" };
  const make = (key: Parameters<SignJWT["sign"]>[0], audience: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" })
      .setSubject(player.userId)
      .setIssuer("mkeka")
      .setAudience(audience)
      .setExpirationTime("10m")
      .sign(key);
  const [head = "", body = ""] = player.accessToken.split(".");
  const unsigned = `${btoa('{"alg":"none","typ":"at+jwt"}').replace(/=+$/, "")}.${body}.`;
  const tokens = [
    await make(foreign.privateKey, "player"),
    await make(own, "staff"),
    unsigned,
    `${head}.${body}.${"A".repeat(86)}`,
    `${player.accessToken}x`,
    "x".repeat(3_000),
    "",
  ];
  for (const token of tokens) {
    expect(await call("GET", "/api/v1/users/me", undefined, { Authorization: `Bearer ${token}` }), token).toMatchObject({ status: 401 });
  }
  expect((await call("GET", "/api/v1/users/me")).status).toBe(401);
  expect((await player.get("/api/v1/users/me")).status).toBe(200);
});

it("issues tickets for WebSockets that say who, for a minute", async () => {
  const player = await Player.confirmed(providers);
  const issued = await player.send("POST", "/api/v1/auth/ws-ticket", {});
  expect(issued).toMatchObject({ status: 200, body: { expires_in: 60 } });
  const secret = configOf(env).TICKET_SECRET;
  const ticket = String(issued.body.ticket);
  expect(readTicket(secret, ticket, Date.now())).toMatchObject({ userId: player.userId, country: "KE" });
  expect(readTicket(secret, ticket, Date.now() + MINUTE)).toBeNull();
  expect((await call("POST", "/api/v1/auth/ws-ticket", {})).status).toBe(401);
});
