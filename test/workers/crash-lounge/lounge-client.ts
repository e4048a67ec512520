/** A guest of the Kenyan game's lounge as the tests see one: HTTP with a token, and a socket that keeps every frame. */
import { env, exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { LoungeServerFrame } from "../../../shared/protocol/ws/crash-lounge.ts";
import { bearer, ticketOf } from "../crash/crash-client.ts";
import { newWallet, type TestWallet } from "../wallet/wallet-support.ts";

export const GAME = "crash-ke";
export const lounge = () => env.CRASH_LOUNGE.getByName(`KE:${GAME}`);

type FrameOf<Type extends LoungeServerFrame["type"]> = Extract<LoungeServerFrame, { type: Type }>;

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error: { readonly code: string; readonly details: Record<string, unknown> } };
}

let marked = 0;

/** A text that no other message begins with, in letters only: what has digits may look like a payment code. */
export function mark(word: string): string {
  marked += 1;
  return `${word} ${[...String(marked)].map((digit) => "abcdefghij".charAt(Number(digit))).join("")}.`;
}

export class Guest {
  readonly frames: LoungeServerFrame[] = [];
  /** The code with which the server closed the socket. */
  closedWith: number | null = null;
  readonly userId: string;
  readonly wallet: TestWallet["wallet"];
  #socket: WebSocket | null = null;

  private constructor({ userId, wallet }: Pick<TestWallet, "userId" | "wallet">) {
    this.userId = userId;
    this.wallet = wallet;
  }

  /** A verified player. */
  static async create(): Promise<Guest> {
    return new Guest(await newWallet(0));
  }

  static of(wallet: Pick<TestWallet, "userId" | "wallet">): Guest {
    return new Guest(wallet);
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const answer = await exports.default.fetch(`http://mkeka.test/api/v1/games/crash/${GAME}/${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...(await bearer(this.userId)), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === "" ? {} : JSON.parse(text)) as Reply["body"] };
  }

  say(text: string, key: string = crypto.randomUUID()): Promise<Reply> {
    return this.call("POST", "chat", { text }, { "Idempotency-Key": key });
  }

  /** What the player reads of texts that begin with `start`. */
  async reads(start: string): Promise<readonly { readonly text: string; readonly name: string | null; readonly author: string }[]> {
    const { status, body } = await this.call("GET", "chat");
    expect(status).toBe(200);
    return (body as unknown as { messages: { text: string; name: string | null; author: string }[] }).messages.filter(({ text }) =>
      text.startsWith(start),
    );
  }

  /** Asks for the socket; the upgrade's status. */
  async knock(headers: Record<string, string> = {}): Promise<Response> {
    return exports.default.fetch(`http://mkeka.test/ws/games/${GAME}/chat`, {
      headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(this.userId)}`, ...headers },
    });
  }

  /** Opens the socket and waits for its first frame. */
  async enter(): Promise<FrameOf<"history">> {
    const { status, webSocket } = await this.knock();
    expect(status).toBe(101);
    if (webSocket === null) throw new Error("no socket");
    webSocket.addEventListener("message", ({ data }) => this.frames.push(JSON.parse(String(data)) as LoungeServerFrame));
    webSocket.addEventListener("close", ({ code }) => {
      this.closedWith = code;
    });
    webSocket.accept();
    this.#socket = webSocket;
    return this.next("history");
  }

  /** Speaks on the socket, where only the server does. */
  shout(text: string): void {
    this.#socket?.send(text);
  }

  leave(): void {
    this.#socket?.close(1000);
  }

  all<Type extends LoungeServerFrame["type"]>(type: Type): FrameOf<Type>[] {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type);
  }

  async next<Type extends LoungeServerFrame["type"]>(type: Type, from = 0): Promise<FrameOf<Type>> {
    return vi.waitFor(
      () => {
        const frame = this.all(type)[from];
        if (frame === undefined) throw new Error(`no ${type} frame number ${from + 1}; got ${JSON.stringify(this.frames)}`);
        return frame;
      },
      { timeout: 3_000, interval: 5 },
    );
  }
}
