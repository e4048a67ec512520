/**
 * Sockets of an odds channel or lobby: hibernatable, so an idle subscriber costs nothing, and pings are answered without waking.
 *
 * Each socket has as tags its channel and the period in which it wants its frames gathered; nothing else is kept of it. Frames from clients are read at arm's length: what can't be
 * read gets an error frame, because a page with a bug must not reconnect in a loop.
 */
import { SOCKET_FRAME_BYTES_MAX } from "../../shared/kernel/limits.ts";
import { CONFLATE_MS, type ErrorFrame, oddsClientFrameSchema, PING_FRAME, PONG_FRAME } from "../../shared/protocol/ws/odds.ts";

/** Sending one frame to 2,000 sockets takes about 60 ms of the object's thread. */
const SOCKETS_MAX = 2_000;

export interface ChannelFrames {
  /** The image of a channel, as text. */
  image(channel: string): string;
  /** What a client of this channel that has `seq` is missing, in order. */
  resubscribe(channel: string, seq: number): readonly string[];
}

export class OddsSockets {
  readonly #ctx: DurableObjectState;
  readonly #frames: ChannelFrames;

  constructor(ctx: DurableObjectState, frames: ChannelFrames) {
    this.#ctx = ctx;
    this.#frames = frames;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING_FRAME, PONG_FRAME));
  }

  /** Opens a socket on a channel and sends the image; 503 when the object has all the sockets that it can serve. */
  open(channel: string, request: Request): Response {
    if (this.#ctx.getWebSockets().length >= SOCKETS_MAX) return new Response(null, { status: 503 });
    const pair = new WebSocketPair();
    this.#ctx.acceptWebSocket(pair[1], [channel, tagOf(channel, periodOf(request))]);
    pair[1].send(this.#frames.image(channel));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }

  /** To everybody who wants each frame at once. */
  broadcast(channel: string, text: string): void {
    for (const socket of this.#ctx.getWebSockets(tagOf(channel, 0))) send(socket, text);
  }

  /** True when somebody wants this channel's frames gathered for so long. */
  hasConflated(channel: string, periodMs: number): boolean {
    return this.#ctx.getWebSockets(tagOf(channel, periodMs)).length > 0;
  }

  broadcastConflated(channel: string, periodMs: number, text: string): void {
    for (const socket of this.#ctx.getWebSockets(tagOf(channel, periodMs))) send(socket, text);
  }

  receive(socket: WebSocket, message: string | ArrayBuffer): void {
    const [channel] = this.#ctx.getTags(socket);
    if (channel === undefined) return;
    for (const text of this.#answers(channel, message)) send(socket, text);
  }

  #answers(channel: string, message: string | ArrayBuffer): readonly string[] {
    if (typeof message !== "string") return [errorFrame("MALFORMED_FRAME", "Send text frames.")];
    if (message.length > SOCKET_FRAME_BYTES_MAX) return [errorFrame("FRAME_TOO_LARGE", `Send at most ${SOCKET_FRAME_BYTES_MAX} bytes.`)];
    const frame = oddsClientFrameSchema.safeParse(parsed(message));
    if (!frame.success) return [errorFrame("MALFORMED_FRAME", 'Send {"type":"resub","seq":<number>} or {"type":"ping"}.')];
    return frame.data.type === "ping" ? [PONG_FRAME] : this.#frames.resubscribe(channel, frame.data.seq);
  }
}

function tagOf(channel: string, periodMs: number): string {
  return `${channel} ${periodMs}`;
}

/** The smallest period that is not shorter than what the client asks for; 0 for frames at once. */
function periodOf(request: Request): number {
  const asked = Number(new URL(request.url).searchParams.get("conflate_ms") ?? 0);
  if (!(asked > 0)) return 0;
  return CONFLATE_MS.find((periodMs) => periodMs >= asked) ?? CONFLATE_MS[CONFLATE_MS.length - 1] ?? 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function errorFrame(code: ErrorFrame["code"], message: string): string {
  return JSON.stringify({ type: "error", code, message } satisfies ErrorFrame);
}

/** A socket that closed while its frame was being made needs no frame. */
function send(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
