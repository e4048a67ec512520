/**
 * The demo player of a development machine, made the way every player is made: over HTTP, with the code from the SMS simulator,
 * the identity simulator and a deposit by simulated M-Pesa. Nothing is written behind the platform's back.
 */

import { DEMO_PLAYER } from "./demo-accounts.ts";

const WAIT_MS_MAX = 15_000;
const POLL_MS = 150;

type Json = Record<string, unknown>;

async function call(method: string, url: string, body?: Json, token?: string): Promise<{ status: number; body: Json }> {
  const response = await fetch(url, {
    method,
    // An address of its own, so that the log-in brake is whole when the person comes.
    headers: {
      "Content-Type": "application/json",
      "CF-Connecting-IP": "127.0.0.2",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(WAIT_MS_MAX),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function until<T>(what: string, probe: () => Promise<T | null>): Promise<T> {
  const endsAtMs = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const value = await probe();
    if (value !== null) return value;
    if (Date.now() > endsAtMs) throw new Error(`${what} did not happen within ${WAIT_MS_MAX / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Makes the demo player unless there is one; says which. Safe to repeat after a start that was cut short. */
export async function seedDemoPlayer(platformUrl: string, simulatorUrl: string): Promise<"already there" | "made now"> {
  const credentials = { phone_number: DEMO_PLAYER.phone, password: DEMO_PLAYER.password };
  const login = await call("POST", `${platformUrl}/api/v1/auth/login`, credentials);
  let token = login.status === 200 ? String(login.body.access_token) : null;
  if (token === null) {
    await call("POST", `${platformUrl}/api/v1/auth/register`, {
      ...credentials,
      full_name: DEMO_PLAYER.fullName,
      date_of_birth: DEMO_PLAYER.dateOfBirth,
      national_id: DEMO_PLAYER.nationalId,
    });
    const code = await until("the SMS code", () => latestCode(simulatorUrl, DEMO_PLAYER.phone));
    const verified = await call("POST", `${platformUrl}/api/v1/auth/verify`, { phone_number: DEMO_PLAYER.phone, code });
    if (verified.status !== 200) throw new Error(`demo player: /auth/verify answered ${JSON.stringify(verified.body)}`);
    token = String(verified.body.access_token);
  }
  const user = await call("GET", `${platformUrl}/api/v1/users/me`, undefined, token);
  if (user.body.is_verified !== true) {
    await call("POST", `${platformUrl}/api/kyc/verify-user`, { id_type: "NATIONAL_ID", id_number: DEMO_PLAYER.nationalId }, token);
  }
  const statement = await call("GET", `${platformUrl}/api/v1/payments/transactions?limit=1`, undefined, token);
  if (statement.body.total !== 0) return "already there";
  const deposit = await call(
    "POST",
    `${platformUrl}/api/v1/payments/deposit`,
    { phone_number: DEMO_PLAYER.phone, amount: DEMO_PLAYER.depositMajor },
    token,
  );
  await until("the demo deposit", async () => {
    const state = await call("GET", `${platformUrl}/api/v1/payments/deposits/${String(deposit.body.deposit_id)}`, undefined, token ?? "");
    return state.body.status === "COMPLETED" ? true : null;
  });
  return "made now";
}

/** The newest six-digit code that the SMS simulator holds for a number, or null. */
export async function latestCode(simulatorUrl: string, phone: string): Promise<string | null> {
  const international = phone.startsWith("0") ? `254${phone.slice(1)}` : phone;
  const { body } = await call("GET", `${simulatorUrl}/sim/sms?to=${encodeURIComponent(international)}`);
  const messages = (body.messages ?? []) as { text: string }[];
  return /\b(\d{6})\b/.exec(messages[0]?.text ?? "")?.[1] ?? null;
}
