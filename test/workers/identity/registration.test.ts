import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { CODES_PER_HOUR } from "../../../shared/compliance/attempts.ts";
import { call, errorOf, mintPhone, Player } from "./player.ts";
import { Providers } from "./providers.ts";

let providers: Providers;
beforeAll(() => {
  providers = new Providers();
});
afterAll(() => providers.stop());

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

it("registers, confirms the phone by the code from the SMS, opens the wallet and logs in", async () => {
  const player = new Player();
  const registered = await player.register();
  expect(registered).toMatchObject({ status: 201, body: { verification_required: true, user_id: expect.stringMatching(/^usr_/) } });
  const code = await providers.code(player.phone);
  const verified = await player.verify(code);
  expect(verified).toMatchObject({
    status: 200,
    body: {
      token_type: "Bearer",
      expires_in: 900,
      user: { id: player.userId, phone_number: player.phone, full_name: "Wanjiru Njeri Kamau", is_verified: false },
    },
  });
  const wallet = await env.WALLET.getByName(`KE:${player.userId}`).read();
  expect(wallet).toMatchObject({ ok: true, value: { player: { verified: false }, balances: { cashMinor: 0 } } });
  expect((await player.logIn()).status).toBe(200);
});

it("takes the number as people write it, under both names of the field, and a PIN for a password", async () => {
  const player = new Player();
  const national = `0${player.phone.slice(4)}`;
  const registered = await player.register({ phone_number: undefined, phone: national, password: undefined, pin: "4711" });
  expect(registered.status).toBe(201);
  expect((await player.verify(await providers.code(player.phone))).status).toBe(200);
  expect((await call("POST", "/api/v1/auth/login", { phone: player.phone.slice(1), pin: "4711" })).status).toBe(200);
});

it.each([
  ["a foreign number", { phone_number: "+12125550100" }, "VALIDATION_FAILED", "phone_number"],
  ["a number of another tenant", { phone_number: "+2348031234567" }, "VALIDATION_FAILED", "phone_number"],
  ["a land line", { phone_number: "0201234567" }, "VALIDATION_FAILED", "phone_number"],
  ["no number", { phone_number: undefined }, "VALIDATION_FAILED", "phone_number"],
  ["a short password", { password: "1234567" }, "VALIDATION_FAILED", "password"],
  ["a long PIN", { password: undefined, pin: "1234567" }, "VALIDATION_FAILED", "pin"],
  ["neither password nor PIN", { password: undefined }, "VALIDATION_FAILED", "password"],
  ["no name", { full_name: "<script>" }, "VALIDATION_FAILED", "full_name"],
  ["a day that is none", { date_of_birth: "1990-02-30" }, "VALIDATION_FAILED", "date_of_birth"],
  ["a document that is none", { national_id: "12-34-AB" }, "VALIDATION_FAILED", "national_id"],
  ["an email that is none", { email: "nobody" }, "VALIDATION_FAILED", "email"],
])("refuses %s and sends nothing", async (_what, change, code, field) => {
  const player = new Player();
  const refused = await player.register(change);
  expect(refused.status).toBe(400);
  expect(errorOf(refused)).toMatchObject({ code, details: { fields: { [field]: expect.any(String) } } });
  await expect(player.identity.readProfile()).resolves.toMatchObject({ ok: false });
  expect(await providers.texts(player.phone)).toEqual([]);
});

it("refuses the underage, names the age and stores nothing", async () => {
  const player = new Player();
  const lastYear = new Date(Date.now() - 17 * 365.25 * 86_400_000).toISOString().slice(0, 10);
  const refused = await player.register({ date_of_birth: lastYear });
  expect(refused.status).toBe(403);
  expect(errorOf(refused)).toEqual({ code: "UNDERAGE", details: { minimum_age: 18 } });
  await runInDurableObject(player.identity, (_object, state) => {
    expect(state.storage.sql.exec("SELECT count(*) AS n FROM profile").one()).toEqual({ n: 0 });
  });
});

it("replaces a waiting registration and never a confirmed one", async () => {
  const player = new Player();
  await player.register();
  await providers.code(player.phone);
  const firstId = player.userId;
  await player.register({ password: "another password" });
  expect(player.userId).not.toBe(firstId);
  const code = await providers.code(player.phone, 2);
  expect((await player.verify(code, { user_id: player.userId })).status).toBe(200);
  expect((await player.logIn()).status).toBe(401);

  const taken = await player.register({ password: "a third password" });
  expect(taken.status).toBe(409);
  expect(errorOf(taken).code).toBe("PHONE_TAKEN");
  expect((await player.logIn("another password")).status).toBe(200);
});

it("never confirms a registration that took another's place by the code alone", async () => {
  const player = new Player();
  const mine = String((await player.register()).body.user_id);
  await providers.code(player.phone);
  await player.register({ password: "an intruder's password" });
  const code = await providers.code(player.phone, 2);
  const refused = await player.verify(code);
  expect(errorOf(refused)).toMatchObject({ code: "VALIDATION_FAILED", details: { fields: { user_id: expect.any(String) } } });
  expect(errorOf(await player.verify(code, { user_id: mine })).code).toBe("CODE_EXPIRED");
  // Who knows the registration's password is told whose it is, and may confirm it after all.
  const unconfirmed = errorOf(await player.logIn("an intruder's password"));
  expect(unconfirmed).toEqual({ code: "PHONE_NOT_VERIFIED", details: { user_id: player.userId } });
  expect((await player.verify(code, { user_id: player.userId })).status).toBe(200);
});

it("binds a code to the registration that the client names, so that nobody else's is confirmed", async () => {
  const player = new Player();
  const mine = String((await player.register()).body.user_id);
  await providers.code(player.phone);
  await player.register({ password: "an intruder's password" });
  const code = await providers.code(player.phone, 2);
  expect(errorOf(await player.verify(code, { user_id: mine })).code).toBe("CODE_EXPIRED");
  expect((await player.logIn("an intruder's password")).status).toBe(403);
});

it("counts wrong codes down and drops the code after the fifth", async () => {
  const player = new Player();
  await player.register();
  const code = await providers.code(player.phone);
  for (const left of [4, 3, 2, 1, 0]) {
    const refused = await player.verify(wrong(code));
    expect(refused.status).toBe(400);
    expect(errorOf(refused)).toEqual({ code: "CODE_INVALID", details: { attempts_left: left } });
  }
  expect(errorOf(await player.verify(code)).code).toBe("CODE_EXPIRED");
  expect(errorOf(await player.logIn()).code).toBe("PHONE_NOT_VERIFIED");
});

it("refuses a code after ten minutes, and one of a number that never registered", async () => {
  const player = new Player();
  await player.register();
  const code = await providers.code(player.phone);
  const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10 * 60_000);
  expect(errorOf(await player.verify(code)).code).toBe("CODE_EXPIRED");
  clock.mockRestore();
  expect((await player.verify(code)).status).toBe(200);
  expect(errorOf(await player.verify(code)).code).toBe("CODE_EXPIRED");
  expect(errorOf(await call("POST", "/api/v1/auth/verify", { phone_number: mintPhone(), code })).code).toBe("CODE_EXPIRED");
});

it("sends a new code on demand, which ends the old one, and the same answer to numbers that wait for none", async () => {
  const player = new Player();
  await player.register();
  const first = await providers.code(player.phone);
  const resent = await call("POST", "/api/v1/auth/resend", { phone_number: player.phone });
  const second = await providers.code(player.phone, 2);
  if (first !== second) expect(errorOf(await player.verify(first)).code).toBe("CODE_INVALID");
  expect((await player.verify(second)).status).toBe(200);
  for (const phone of [player.phone, mintPhone()]) {
    const answer = await call("POST", "/api/v1/auth/resend", { phone_number: phone });
    expect([answer.status, answer.body]).toEqual([resent.status, resent.body]);
  }
  expect(await providers.texts(player.phone)).toHaveLength(2);
});

it("sends a number no more than five codes an hour", async () => {
  const player = new Player();
  await player.register();
  for (let more = 1; more < CODES_PER_HOUR; more += 1) {
    expect((await call("POST", "/api/v1/auth/resend", { phone_number: player.phone })).status).toBe(200);
  }
  const refused = await player.register({ password: "another password" });
  expect(refused.status).toBe(429);
  expect(errorOf(refused).code).toBe("RATE_LIMIT_EXCEEDED");
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(3_000);
  // Nothing changed: the registration that waits is the first one.
  expect(errorOf(await player.logIn()).details).toEqual({ user_id: player.userId });

  // A limit that only waiting numbers have would tell which numbers wait.
  const stranger = mintPhone();
  const ask = () => call("POST", "/api/v1/auth/resend", { phone_number: stranger });
  for (let use = 0; use < CODES_PER_HOUR; use += 1) expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(429);
});

it("opens the wallet at the next log-in when the platform died after the phone was confirmed", async () => {
  const player = new Player();
  await player.register();
  const session = await player.identity.verifyPhone({ code: await providers.code(player.phone), userId: null });
  expect(session).toMatchObject({ ok: true, value: { walletOpened: false } });
  const wallet = env.WALLET.getByName(`KE:${player.userId}`);
  expect((await wallet.read()).ok).toBe(false);
  expect((await player.logIn()).status).toBe(200);
  expect((await wallet.read()).ok).toBe(true);
});

/** Everything that a number's object has stored. */
function storedBy(player: Player): Promise<string> {
  return runInDurableObject(player.identity, (_object, { storage }) => {
    const tables = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%cf%'");
    return JSON.stringify([...tables].map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });
}

it("stores neither password nor code nor refresh token nor the numbers of documents in clear", async () => {
  const player = new Player();
  await player.register({ kra_pin: "A001234567Z" });
  const code = await providers.code(player.phone);
  // Until it is sent, the text lies in the outbox.
  await vi.waitFor(async () => expect(await player.identity.isNotificationWanted(1)).toBe(false));
  const waiting = await storedBy(player);
  expect(waiting).toContain("scrypt-15-8-1$");
  for (const secret of [player.password, code, player.nationalId, "A001234567Z"]) expect(waiting).not.toContain(secret);
  const refreshToken = String((await player.verify(code)).body.refresh_token);
  expect(await storedBy(player)).not.toContain(refreshToken.split(".")[1]);
});

it("shows the confirmed player in the country's lists, and nobody before", async () => {
  const waiting = new Player();
  await waiting.register();
  const player = await Player.confirmed(providers);
  const find = (userId: string) => env.DB_KE.prepare("SELECT * FROM user WHERE user_id = ?").bind(userId).first();
  const row = await vi.waitFor(
    async () => {
      const found = await find(player.userId);
      expect(found).not.toBeNull();
      return found;
    },
    { timeout: 8_000, interval: 50 },
  );
  expect(row).toMatchObject({ country: "KE", phone_number: player.phone, full_name: "Wanjiru Njeri Kamau", status: "active", verified: 0 });
  await vi.waitFor(async () => {
    await runInDurableObject(player.identity, (_object, state) => {
      expect(state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one()).toEqual({ n: 0 });
    });
  });
  expect(await find(waiting.userId)).toBeNull();
});
