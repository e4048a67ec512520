/** Players of the identity tests: each has a number, a document and a name of its own, and speaks to the API over HTTP. */
import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { Providers } from "./providers.ts";

export type Json = Record<string, unknown>;
export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

let minted = 0;

/** A number that no other test has: by the clock and a counter, below Safaricom's 07 prefixes. */
export function mintPhone(): string {
  minted += 1;
  return `+25471${String((Date.now() % 100_000) * 100 + minted)
    .padStart(7, "0")
    .slice(-7)}`;
}

export function mintDocument(): string {
  minted += 1;
  const number = `${(Date.now() % 10_000_000) + 20_000_000 + minted}`;
  return /(0000|1111|2222)$/.test(number) ? mintDocument() : number;
}

export async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await exports.default.fetch(`http://mkeka.test${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json), headers: response.headers };
}

export function errorOf(reply: Reply): { readonly code: string; readonly details: Json } {
  const { code, details } = reply.body.error as { code: string; details: Json };
  return { code, details };
}

export class Player {
  readonly phone = mintPhone();
  readonly nationalId = mintDocument();
  readonly password = "a good password";
  userId = "";
  accessToken = "";
  refreshToken = "";

  get objectName(): string {
    return `KE:${this.phone}`;
  }

  get identity() {
    return env.IDENTITY.getByName(this.objectName);
  }

  registration(change: Json = {}): Json {
    return {
      phone_number: this.phone,
      password: this.password,
      full_name: "Wanjiru Njeri Kamau",
      date_of_birth: "1990-01-15",
      national_id: this.nationalId,
      ...change,
    };
  }

  async register(change: Json = {}): Promise<Reply> {
    const reply = await call("POST", "/api/v1/auth/register", this.registration(change));
    if (reply.status === 201) this.userId = String(reply.body.user_id);
    return reply;
  }

  logIn(password = this.password): Promise<Reply> {
    return call("POST", "/api/v1/auth/login", { phone_number: this.phone, password });
  }

  verify(code: string, change: Json = {}): Promise<Reply> {
    return call("POST", "/api/v1/auth/verify", { phone_number: this.phone, code, ...change });
  }

  refresh(token = this.refreshToken, key?: string): Promise<Reply> {
    return call("POST", "/api/v1/auth/refresh", { refresh_token: token }, key === undefined ? {} : { "Idempotency-Key": key });
  }

  get(path: string): Promise<Reply> {
    return this.send("GET", path);
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return call(method, path, body, { Authorization: `Bearer ${this.accessToken}`, ...headers });
  }

  checkDocument(body: Json = {}): Promise<Reply> {
    return this.send("POST", "/api/kyc/verify-user", body);
  }

  /** Registered, phone confirmed, logged in. */
  static async confirmed(providers: Providers, change: Json = {}): Promise<Player> {
    const player = new Player();
    const registered = await player.register(change);
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
    const verified = await player.verify(await providers.code(player.phone));
    expect(verified.status, JSON.stringify(verified.body)).toBe(200);
    player.accessToken = String(verified.body.access_token);
    player.refreshToken = String(verified.body.refresh_token);
    return player;
  }
}
