/** The simulators' control side, which listens one port above the page. Development only. */

const BASE = `http://127.0.0.1:${Number(location.port) + 1}`;

export interface Sms {
  readonly text: string;
}

export interface StkPrompt {
  readonly checkout_request_id: string;
  readonly msisdn: string;
  readonly amount: number;
}

/** The simulators know numbers as the networks do: country first, no plus. People type `07..`; these phones are Kenyan. */
function international(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return digits.startsWith("0") ? `254${digits.slice(1)}` : digits;
}

async function ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${BASE}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

export async function areSimulatorsUp(): Promise<boolean> {
  return ask("GET", "/sim/health").then(
    () => true,
    () => false,
  );
}

export async function smsTo(phone: string): Promise<readonly Sms[]> {
  return (await ask<{ messages: readonly Sms[] }>("GET", `/sim/sms?to=${international(phone)}`)).messages;
}

export async function promptsOf(phone: string): Promise<readonly StkPrompt[]> {
  return (await ask<{ prompts: readonly StkPrompt[] }>("GET", `/sim/daraja/prompts?msisdn=${international(phone)}`)).prompts;
}

export function answerPrompt(id: string, action: "approve" | "cancel" | "wrong_pin"): Promise<unknown> {
  return ask("POST", `/sim/daraja/prompts/${encodeURIComponent(id)}`, { action });
}

/** Prompts for this number wait for the person from now on. */
export function waitForPerson(phone: string): Promise<unknown> {
  return ask("POST", "/sim/daraja/behaviour", { msisdn: international(phone), stk: "manual" });
}

export function advanceFeed(minutes: number): Promise<unknown> {
  return ask("POST", "/sim/feed/advance", { minutes });
}

export function feedFixture(
  fixtureId: string,
  verb: "goal" | "result" | "suspend" | "rollback" | "cancel",
  body: object = {},
): Promise<unknown> {
  return ask("POST", `/sim/feed/fixtures/${encodeURIComponent(fixtureId)}/${verb}`, body);
}
