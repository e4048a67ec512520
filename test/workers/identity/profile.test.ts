import { afterAll, beforeAll, expect, it } from "vitest";
import { call, errorOf, Player } from "./player.ts";
import { Providers } from "./providers.ts";

let providers: Providers;
beforeAll(() => {
  providers = new Providers();
});
afterAll(() => providers.stop());

const ME = "/api/v1/users/me";

it("shows the player's own profile with the document's number masked", async () => {
  const player = await Player.confirmed(providers, { email: "Wanjiru@Example.com" });
  expect(await player.get(ME)).toMatchObject({
    status: 200,
    body: {
      id: player.userId,
      phone_number: player.phone,
      full_name: "Wanjiru Njeri Kamau",
      email: "wanjiru@example.com",
      date_of_birth: "1990-01-15",
      national_id: `****${player.nationalId.slice(-4)}`,
      country: "KE",
      currency: "KES",
      language: "en",
      is_verified: false,
      daily_deposit_limit: null,
      self_exclusion: null,
    },
  });
});

it("changes email, language and limits, and leaves out what is not named", async () => {
  const player = await Player.confirmed(providers, { email: "old@example.com" });
  const changed = await player.send("PUT", ME, { language: "sw", daily_deposit_limit: 1_000.5, weekly_deposit_limit: "5000" });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      email: "old@example.com",
      language: "sw",
      daily_deposit_limit: 1_000.5,
      weekly_deposit_limit: 5_000,
      monthly_deposit_limit: null,
    },
  });
  expect((await player.send("PUT", ME, { email: null })).body).toMatchObject({ email: null, language: "sw", daily_deposit_limit: 1_000.5 });
});

it.each([
  [{ language: "fr" }, "VALIDATION_FAILED"],
  [{ email: "nobody" }, "VALIDATION_FAILED"],
  [{ daily_deposit_limit: -1 }, "INVALID_AMOUNT"],
  [{ daily_deposit_limit: 10.005 }, "INVALID_AMOUNT"],
  [{ language: "fr", daily_deposit_limit: 100 }, "VALIDATION_FAILED"],
])("refuses the change %o and changes nothing", async (change, code) => {
  const player = await Player.confirmed(providers);
  const before = (await player.get(ME)).body;
  const refused = await player.send("PUT", ME, change);
  expect([refused.status, errorOf(refused).code]).toEqual([400, code]);
  expect((await player.get(ME)).body).toEqual(before);
});

it("excludes for whole days, or without an end, and never shortens", async () => {
  const player = await Player.confirmed(providers);
  const week = await player.send("POST", `${ME}/self-exclude`, { duration_days: 7, reason: "a break" });
  expect(week.status).toBe(200);
  const until = String(week.body.until);
  expect(Math.round((Date.parse(until) - Date.now()) / 86_400_000)).toBe(7);
  await player.send("POST", `${ME}/self-exclude`, { duration_days: 1, reason: "regret" });
  expect((await player.get(ME)).body.self_exclusion).toEqual({ until });
  expect((await player.send("POST", `${ME}/self-exclude`, { permanent: true, reason: "enough" })).body).toEqual({ until: null });
  expect((await player.get(ME)).body.self_exclusion).toEqual({ until: null });
});

it("refuses an exclusion that is none and changes nothing", async () => {
  const player = await Player.confirmed(providers);
  for (const body of [
    {},
    { duration_days: 0 },
    { duration_days: 1.5 },
    { duration_days: -1 },
    { permanent: false },
    { permanent: true, duration_days: 5 },
  ]) {
    const refused = await player.send("POST", `${ME}/self-exclude`, body);
    expect([refused.status, errorOf(refused).code], JSON.stringify(body)).toEqual([400, "VALIDATION_FAILED"]);
  }
  expect((await player.get(ME)).body.self_exclusion).toBeNull();
});

it("shows nothing to nobody", async () => {
  expect((await call("GET", ME)).status).toBe(401);
  expect((await call("PUT", ME, { language: "sw" })).status).toBe(401);
  expect((await call("POST", `${ME}/self-exclude`, { permanent: true })).status).toBe(401);
});
