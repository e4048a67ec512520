/** A player's page as the tests see it: HTTP with a signed token, and a socket that keeps every frame. */
import { env, exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { makeTicket } from "../../../durable-objects/platform/ticket.ts";
import type { UserId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import type { CrashServerFrame, CrashServerFrameOf } from "../../../shared/protocol/ws/crash.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { configOf } from "../../../workers/env.ts";
import { signAccessToken } from "../../../workers/services/identity/access-token.ts";

export interface HttpReply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
  readonly text: string;
}

export async function http(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpReply> {
  const response = await exports.default.fetch(`http://mkeka.test${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, headers: response.headers, text };
}

export async function bearer(userId: string, country: Country = "KE"): Promise<Record<string, string>> {
  const actor = { userId: userId as UserId, country, identityObjectId: "0".repeat(64), sessionId: "ses" };
  return { Authorization: `Bearer ${await signAccessToken(configOf(env), actor, unixMs(Date.now()))}` };
}

export function ticketOf(userId: string, country: Country = "KE"): string {
  return makeTicket(configOf(env).TICKET_SECRET, { userId, country, expiresAtMs: Date.now() + 60_000 });
}

export class Client {
  readonly frames: CrashServerFrame[] = [];
  /** With what the far end closed the line; null while it has not. */
  closedWith: { readonly code: number; readonly reason: string } | null = null;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data !== "pong") this.frames.push(JSON.parse(String(data)) as CrashServerFrame);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closedWith = { code, reason };
    });
    socket.accept();
  }

  static async connect(path: string, headers: Record<string, string> = {}): Promise<Client> {
    const response = await exports.default.fetch(`http://mkeka.test${path}`, { headers: { Upgrade: "websocket", ...headers } });
    expect(response.status).toBe(101);
    if (response.webSocket === null) throw new Error("no socket");
    const protocol = headers["Sec-WebSocket-Protocol"];
    if (protocol !== undefined) expect(response.headers.get("Sec-WebSocket-Protocol")).toBe(protocol);
    return new Client(response.webSocket);
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Waits for the next frame of a type after `from` frames of it. */
  async next<Type extends CrashServerFrame["type"]>(type: Type, from = 0): Promise<CrashServerFrameOf<Type>> {
    return vi.waitFor(
      () => {
        const frame = this.all(type)[from];
        if (frame === undefined)
          throw new Error(`no ${type} frame number ${from + 1}; got ${JSON.stringify(this.frames.map((f) => f.type))}`);
        return frame;
      },
      { timeout: 3_000, interval: 5 },
    );
  }

  all<Type extends CrashServerFrame["type"]>(type: Type): CrashServerFrameOf<Type>[] {
    return this.frames.filter((frame): frame is CrashServerFrameOf<Type> => frame.type === type);
  }
}
