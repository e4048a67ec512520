/**
 * Thousands of WebSockets in a process of its own, and the clock of their frames: posts a change itself, so that the request and every
 * receipt are read on one clock. Talks to the bench over the process channel: a `SocketsOrder` in, a `SocketsAnswer` out.
 *
 * The frames are read by hand: a usual client costs more for each socket than the object that sends to it.
 */
import { createConnection, type Socket } from "node:net";
import { HttpConnection } from "./http-connection.ts";
import type { SocketsAnswer, SocketsOrder } from "./sportsbook-orders.ts";

const OPENED_AT_ONCE = 50;
const FRAMES_WITHIN_MS = 30_000;
const HANDSHAKE_KEY = "c3BvcnRzYm9vayBiZW5jaA==";
const TEXT_FRAME = 0x81;

interface Frame {
  readonly bytes: number;
  readonly text: () => string;
}

let sockets: Socket[] = [];
let http: HttpConnection | null = null;
/** Called with each frame of any socket. */
let onFrame: (frame: Frame) => void = () => {};
let lastText = "";

/** One unmasked text frame at the start of `data`, or null while it is not whole. */
function frameOf(data: Buffer): Frame | null {
  if (data.length < 4) return null;
  if (data[0] !== TEXT_FRAME) throw new Error(`not a text frame: ${data[0]}`);
  const short = data.readUInt8(1);
  if (short === 127) throw new Error("a frame of more than 64 KB");
  const head = short === 126 ? 4 : 2;
  const bytes = head + (short === 126 ? data.readUInt16BE(2) : short);
  return data.length < bytes ? null : { bytes, text: () => data.toString("utf8", head, bytes) };
}

/** Resolves when the socket is open and has its image. */
function open(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let received: Buffer = Buffer.alloc(0);
    let state: "handshake" | "image" | "open" = "handshake";
    socket.setNoDelay(true);
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (state === "handshake") {
        const end = received.indexOf("\r\n\r\n");
        if (end === -1) return;
        const head = received.toString("latin1", 0, end);
        if (!head.startsWith("HTTP/1.1 101")) return reject(new Error(head));
        received = received.subarray(end + 4);
        state = "image";
      }
      for (let frame = frameOf(received); frame !== null; frame = frameOf(received)) {
        if (state === "open") onFrame(frame);
        else resolve(socket);
        state = "open";
        received = received.subarray(frame.bytes);
      }
    });
    const headers = `Host: 127.0.0.1:${port}\r\nX-Dev-Country: KE\r\nConnection: Upgrade\r\nUpgrade: websocket`;
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${HANDSHAKE_KEY}\r\n\r\n`);
  });
}

async function openAll(port: number, path: string, count: number): Promise<void> {
  http = await HttpConnection.open("127.0.0.1", port);
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - sockets.length) }, () => open(port, path));
    sockets.push(...(await Promise.all(some)));
  }
}

async function post(path: string, body: string | null): Promise<SocketsAnswer> {
  const delaysMs: number[] = [];
  let frameBytes = 0;
  const startedAtMs = performance.now();
  const received = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${delaysMs.length} of ${sockets.length} sockets got a frame`)), FRAMES_WITHIN_MS);
    onFrame = (frame) => {
      delaysMs.push(performance.now() - startedAtMs);
      if (delaysMs.length < sockets.length) return;
      frameBytes = frame.bytes;
      lastText = frame.text();
      clearTimeout(late);
      resolve();
    };
  });
  const [answer] = await Promise.all([http?.request("POST", path, {}, body), received]);
  if (answer?.status !== 200) throw new Error(`${path} answered ${answer?.status}: ${answer?.body}`);
  return { delaysMs, frameBytes };
}

async function obey(order: SocketsOrder): Promise<SocketsAnswer> {
  switch (order.kind) {
    case "open":
      await openAll(order.port, order.path, order.count);
      break;
    case "post":
      return post(order.path, order.repeats ? lastText : null);
    case "close":
      for (const socket of sockets) socket.destroy();
      sockets = [];
      http?.close();
  }
  return { delaysMs: [], frameBytes: 0 };
}

process.on("message", (order: SocketsOrder) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
