/**
 * A WebSocket of ours that stays up: reconnects with growing pauses, finds dead lines by pings, and brings a one-minute ticket of the
 * player when there is one, so that no token is ever in an address.
 */
import ReconnectingWebSocket from "partysocket/ws";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";

interface SocketOptions {
  readonly path: string;
  /** The text that the far end answers without waking anything. */
  readonly ping: string;
  /** True: connects as the player when one is logged in. */
  readonly asPlayer: boolean;
  readonly onFrame: (frame: unknown) => void;
  readonly onLine: (isUp: boolean) => void;
  /** A close code with which the far end says not to come back; the socket stays down until `reconnect`. */
  readonly final?: { readonly code: number; readonly onClosed: () => void };
}

export interface Socket {
  send(frame: object): void;
  /** Connects anew, e.g. as the player who has just logged in; after so long. */
  reconnect(afterMs?: number): void;
  close(): void;
}

const PING_MS = 15_000;
const SILENT_MS_MAX = 3 * PING_MS;

export function openSocket(options: SocketOptions): Socket {
  const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${options.path}`;
  const socket = new ReconnectingWebSocket(url, () => protocols(options.asPlayer), {
    minReconnectionDelay: 500,
    maxReconnectionDelay: 8_000,
    maxEnqueuedMessages: 0,
    shouldReconnectOnClose: ({ code }) => code !== options.final?.code,
  });
  let heardAtMs = performance.now();
  socket.addEventListener("open", () => {
    heardAtMs = performance.now();
    options.onLine(true);
  });
  socket.addEventListener("close", ({ code }) => {
    options.onLine(false);
    if (code === options.final?.code) options.final.onClosed();
  });
  socket.addEventListener("message", (event) => {
    heardAtMs = performance.now();
    const frame = parse(event.data);
    if (frame !== null) options.onFrame(frame);
  });
  let moving: ReturnType<typeof setTimeout> | undefined;
  const timer = setInterval(() => {
    if (socket.readyState !== ReconnectingWebSocket.OPEN) return;
    if (performance.now() - heardAtMs > SILENT_MS_MAX) socket.reconnect();
    else socket.send(options.ping);
  }, PING_MS);
  return {
    send: (frame) => void socket.send(JSON.stringify(frame)),
    reconnect: (afterMs = 0) => {
      clearTimeout(moving);
      moving = setTimeout(() => socket.reconnect(), afterMs);
    },
    close: () => {
      clearInterval(timer);
      clearTimeout(moving);
      socket.close();
    },
  };
}

async function protocols(asPlayer: boolean): Promise<string[] | null> {
  if (!asPlayer || session.value === null) return null;
  try {
    const { ticket } = await call<{ ticket: string }>("POST", "/api/v1/auth/ws-ticket", { body: {} });
    return [`mkeka-ticket.${ticket}`];
  } catch {
    // Without a ticket the far end treats us as a spectator, and the next connection tries again.
    return null;
  }
}

function parse(data: unknown): unknown {
  if (typeof data !== "string" || !data.startsWith("{")) return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
