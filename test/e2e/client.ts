/** A player and a provider's control side as the end-to-end tests see them: HTTP and WebSocket only, nothing in process. */
import assert from "node:assert/strict";
import { randomInt, randomUUID } from "node:crypto";
import { latestCode } from "../../scripts/lib/seed.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by assertions, field by field.
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface Places {
  readonly url: string;
  readonly simulatorUrl: string;
}

const WAIT_MS_MAX = 20_000;

/** One request; a body that is a string is sent as it is. */
export async function request(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(WAIT_MS_MAX),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : parse(text), headers: response.headers };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Polls until `probe` gives something; bounded. */
export async function until<T>(what: string, probe: () => Promise<T | null | undefined | false>, waitMs = WAIT_MS_MAX): Promise<T> {
  const endsAtMs = Date.now() + waitMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    assert.ok(Date.now() < endsAtMs, `${what} did not happen within ${waitMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A phone number that no other test of this run uses. */
export function newPhone(): string {
  return `07${String(10_000_000 + randomInt(89_999_999))}`;
}

export class Player {
  readonly #places: Places;
  readonly phone: string;
  token = "";
  refreshToken = "";
  userId = "";

  constructor(places: Places, phone = newPhone()) {
    this.#places = places;
    this.phone = phone;
  }

  get msisdn(): string {
    return `254${this.phone.slice(1)}`;
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const authorization = this.token === "" ? {} : { Authorization: `Bearer ${this.token}` };
    return request(method, `${this.#places.url}${path}`, body, { ...authorization, ...headers });
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  /** A POST under an idempotency key of its own, or the given one. */
  post(path: string, body: unknown, key: string = randomUUID()): Promise<Answer> {
    return this.call("POST", path, body, { "Idempotency-Key": key });
  }

  /** Registers, reads the code from the SMS, confirms it. */
  async register(): Promise<void> {
    const registered = await this.call("POST", "/api/v1/auth/register", {
      phone_number: this.phone,
      password: "a good password",
      full_name: "Wanjiru Test",
      date_of_birth: "1990-01-15",
      national_id: String(10_000_000 + randomInt(9_999)) + String(3_000 + randomInt(6_000)).slice(-1),
    });
    assert.equal(registered.status, 201, JSON.stringify(registered.body));
    assert.equal(registered.body.verification_required, true);
    const code = await until("the SMS code", () => latestCode(this.#places.simulatorUrl, this.msisdn));
    const verified = await this.call("POST", "/api/v1/auth/verify", { phone_number: this.phone, code });
    assert.equal(verified.status, 200, JSON.stringify(verified.body));
    this.token = verified.body.access_token;
    this.refreshToken = verified.body.refresh_token;
    this.userId = verified.body.user.id;
  }

  /** Verifies the identity with a document number of its own. */
  async verifyIdentity(): Promise<void> {
    const verified = await this.call("POST", "/api/kyc/verify-user", {
      id_type: "NATIONAL_ID",
      id_number: String(20_000_000 + randomInt(9_999_999)).replace(/(0000|1111|2222)$/, "3456"),
    });
    assert.equal(verified.status, 200, JSON.stringify(verified.body));
    assert.equal(verified.body.verified, true);
  }

  /** Deposits whole shillings by simulated M-Pesa and waits for the credit; returns the finished deposit. */
  async deposit(amount: number): Promise<Json> {
    const started = await this.post("/api/v1/payments/deposit", { phone_number: this.phone, amount });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    return this.deposited(started.body.deposit_id);
  }

  deposited(depositId: string): Promise<Json> {
    return until("the deposit", async () => {
      const state = await this.get(`/api/v1/payments/deposits/${depositId}`);
      return state.body.status === "COMPLETED" ? state.body : null;
    });
  }

  async wallet(): Promise<Json> {
    const answer = await this.get("/api/v1/users/me/wallet");
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  }

  /** What must not change when a request is refused: balances, version and the whole statement. */
  async digest(): Promise<string> {
    const statement = await this.get("/api/v1/payments/transactions?limit=100");
    return JSON.stringify([await this.wallet(), statement.body]);
  }

  /** Ready to play: registered, verified, with `shillings` deposited (5% excise comes off). */
  static async funded(places: Places, shillings: number): Promise<Player> {
    const player = new Player(places);
    await player.register();
    await player.verifyIdentity();
    await player.deposit(shillings);
    return player;
  }

  /** Opens the crash game's socket and logs in on it. */
  async crashSocket(): Promise<Socket> {
    const ticket = await this.call("POST", "/api/v1/auth/ws-ticket", {});
    const socket = await Socket.open(`${this.#places.url.replace("http", "ws")}/ws/games/current`);
    socket.send({ type: "auth", ticket: ticket.body.ticket });
    return socket;
  }
}

/** A WebSocket that keeps every frame. */
export class Socket {
  readonly frames: { readonly atMs: number; readonly text: string; readonly json: Json }[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", (event) => {
      const text = String(event.data);
      this.frames.push({ atMs: Date.now(), text, json: parse(text) });
    });
  }

  static open(url: string): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const wrapped = new Socket(socket);
      socket.addEventListener("open", () => resolve(wrapped));
      socket.addEventListener("error", () => reject(new Error(`socket failed: ${url}`)));
    });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The first frame, past or to come, that `matches`. */
  next(what: string, matches: (json: Json) => boolean, waitMs = WAIT_MS_MAX): Promise<Json> {
    return until(`${what} on the socket`, async () => this.frames.find((frame) => matches(frame.json))?.json, waitMs);
  }

  close(): void {
    this.#socket.close();
  }
}
