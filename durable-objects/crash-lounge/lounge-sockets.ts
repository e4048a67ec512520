/**
 * The sockets of a lounge: one player each, for as long as the login is fresh. They hibernate; who a socket is stays in its attachment.
 * Whose time is over is closed with the next frame, and comes back with a new ticket if they still may.
 */
import type { LoungeServerFrame } from "../../shared/protocol/ws/crash-lounge.ts";

/** Shorter than an access token's life: when a player must not read any more, this is the longest that a lost word costs. */
const SOCKET_MS = 5 * 60_000;
/** Close codes of our own: connect again with a new ticket; do not come back. */
const CLOSED_STALE = 4_401;
const CLOSED_EXPELLED = 4_403;
/** Codes that a peer reports but nobody may send. */
const UNSENDABLE_CODES: readonly number[] = [1005, 1006, 1015];

interface SocketState {
  readonly userId: string;
  readonly untilMs: number;
}

export class LoungeSockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  accept(socket: WebSocket, userId: string, nowMs: number): void {
    this.#ctx.acceptWebSocket(socket, [userId]);
    socket.serializeAttachment({ userId, untilMs: nowMs + SOCKET_MS } satisfies SocketState);
  }

  count(): number {
    return this.#ctx.getWebSockets().length;
  }

  isPresent(userId: string, nowMs: number): boolean {
    return this.#ctx.getWebSockets(userId).some((socket) => isOpen(socket) && stateOf(socket).untilMs > nowMs);
  }

  send(socket: WebSocket, frame: LoungeServerFrame): void {
    socket.send(JSON.stringify(frame));
  }

  /** Sends each player their own frame; null sends nothing. Equal frames should be the same object: they are written once. */
  sendEach(frameFor: (userId: string) => LoungeServerFrame | null, nowMs: number): void {
    const texts = new Map<LoungeServerFrame, string>();
    for (const socket of this.#ctx.getWebSockets()) {
      if (!isOpen(socket)) continue;
      const { userId, untilMs } = stateOf(socket);
      if (untilMs <= nowMs) {
        socket.close(CLOSED_STALE, "log in again");
        continue;
      }
      const frame = frameFor(userId);
      if (frame === null) continue;
      const text = texts.get(frame) ?? JSON.stringify(frame);
      texts.set(frame, text);
      socket.send(text);
    }
  }

  expel(userId: string): void {
    for (const socket of this.#ctx.getWebSockets(userId)) socket.close(CLOSED_EXPELLED, "this is closed to you");
  }

  close(socket: WebSocket, code: number): void {
    socket.close(UNSENDABLE_CODES.includes(code) ? 1000 : code);
  }
}

function stateOf(socket: WebSocket): SocketState {
  return socket.deserializeAttachment() as SocketState;
}

function isOpen(socket: WebSocket): boolean {
  return socket.readyState === WebSocket.OPEN;
}
