/** Who may enter the back office: password and a fresh code, and every call leaves an audit entry. */
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { totpCode, totpStep } from "../../../durable-objects/staff/totp.ts";
import { DEMO_OPERATOR } from "../../../scripts/lib/demo-accounts.ts";
import type { UserId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { configOf } from "../../../workers/env.ts";
import { signAccessToken } from "../../../workers/services/identity/access-token.ts";
import { TEST_TOTP_SECRET } from "../../support/totp-secret.ts";

let nextStep = 0;

/** A code that no earlier log-in of this file used. */
function freshCode(): string {
  const now = totpStep(Date.now());
  nextStep = Math.max(nextStep + 1, now - 1);
  return totpCode(TEST_TOTP_SECRET, nextStep);
}

function logIn(body: Record<string, string>): Promise<Response> {
  return exports.default.fetch("http://mkeka.test/api/v1/admin/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: DEMO_OPERATOR.email, password: DEMO_OPERATOR.password, code: "000000", ...body }),
  });
}

let session: Promise<string> | null = null;

/** One log-in for the tests that only need somebody inside: codes are used up once each. */
function sessionToken(): Promise<string> {
  session ??= logIn({ code: freshCode() }).then(async (answer) => (await answer.json<{ access_token: string }>()).access_token);
  return session;
}

function get(path: string, token: string): Promise<Response> {
  return exports.default.fetch(`http://mkeka.test${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

it("lets an operator in with password and code, each code once, and writes what they read to the audit log", async () => {
  const code = freshCode();
  const first = await logIn({ code });
  expect(first.status).toBe(200);
  expect((await logIn({ code })).status).toBe(401);
  const cameIn = "SELECT count(*) AS n FROM audit_log WHERE action = 'staff.log_in' AND subject = ?";
  expect(await env.DB_KE.prepare(cameIn).bind(DEMO_OPERATOR.email).first("n")).toBe(1);

  const { access_token: token } = await first.json<{ access_token: string }>();
  const userId = "usr_00000000000000000000000000";
  const answer = await get(`/api/v1/admin/players/${userId}/wallet`, token);
  expect(answer.status).toBe(404);
  const row = await env.DB_KE.prepare("SELECT email, action FROM audit_log WHERE subject = ?").bind(userId).first();
  expect(row).toEqual({ email: DEMO_OPERATOR.email, action: "wallet.read" });
  for (const statement of ["DELETE FROM audit_log", "UPDATE audit_log SET email = 'x'"]) {
    await expect(env.DB_KE.prepare(statement).run()).rejects.toThrow(/append-only/);
  }
});

it("keeps operators' tokens out of players' calls and players out of the back office", async () => {
  const token = await sessionToken();
  expect((await get("/api/v1/users/me/wallet", token)).status).toBe(401);
  const player = await signAccessToken(
    configOf(env),
    { userId: "usr_00000000000000000000000000" as UserId, country: "KE", identityObjectId: "0".repeat(64), sessionId: "ses_x" },
    unixMs(Date.now()),
  );
  expect((await get("/api/v1/admin/dashboard", player)).status).toBe(401);
  expect((await exports.default.fetch("http://mkeka.test/api/v1/admin/players/usr_00000000000000000000000000/wallet")).status).toBe(401);
  expect((await get("/api/v1/admin/players/usr_00000000000000000000000000/wallet", `${token.slice(0, -4)}AAAA`)).status).toBe(401);
});

it("answers an unknown account like a wrong password, and locks after five wrong tries", async () => {
  const email = "nobody@mkeka.example";
  for (let attempt = 0; attempt < 5; attempt += 1) expect((await logIn({ email })).status).toBe(401);
  const locked = await logIn({ email });
  expect(locked.status).toBe(403);
  expect(await locked.json()).toMatchObject({ error: { code: "ACCOUNT_LOCKED" } });
});

it("never changes a crash game's salt once it is fixed, and shows what it is", async () => {
  const token = await sessionToken();
  const before = await (await exports.default.fetch("http://mkeka.test/api/v1/games/crash/crash-gh/fairness")).json<{ salt: string }>();
  expect(before.salt).toEqual(expect.any(String));
  const answer = await exports.default.fetch("http://mkeka.test/api/v1/admin/games/crash/crash-gh/salt", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ salt: "1f".repeat(32), source: "a block", reason: "the chain was published" }),
  });
  expect([answer.status, (await answer.json<{ error: { code: string } }>()).error.code]).toEqual([409, "SALT_FIXED"]);
  const after = await (await exports.default.fetch("http://mkeka.test/api/v1/games/crash/crash-gh/fairness")).json<{ salt: string }>();
  expect(after.salt).toBe(before.salt);
});

it("shows a country's bets and totals to its operators", async () => {
  const token = await sessionToken();
  const betId = `bet_${crypto.randomUUID()}`;
  await env.DB_GH.prepare(
    "INSERT INTO bet (bet_id, wallet_id, user_id, kind, status, stake_minor, lines, potential_win_minor, paid_minor, placed_at_ms, seq) VALUES (?, ?, ?, 'SINGLE', 'PENDING', 250, 1, 500, 0, 1000, 1)",
  )
    .bind(betId, "GH:usr_x", "usr_x")
    .run();
  const listed = await (await get("/api/v1/admin/bets?country=GH&user_id=usr_x", token)).json<{
    bets: { bet_id: string; stake: number }[];
  }>();
  expect(listed.bets).toMatchObject([{ bet_id: betId, stake: 2.5 }]);
  const totals = await (await get("/api/v1/admin/dashboard?country=GH", token)).json();
  expect(totals).toMatchObject({ country: "GH", currency: "GHS", bets_open: 1, staked: 2.5 });
});
