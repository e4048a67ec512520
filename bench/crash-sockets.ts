/**
 * Some of the sockets that watch a crash table, in a process of its own: several of these share the load, so that no client is what is
 * measured. The frames are read by hand: a usual client costs more for each socket than the object that sends to it.
 */
import { createConnection, type Socket } from "node:net";
import { clockMs, type WatchAnswer, type WatchOrder } from "./crash-orders.ts";

const OPENED_AT_ONCE = 50;
const FRAMES_WITHIN_MS = 30_000;
const HANDSHAKE_KEY = "Y3Jhc2ggZ2FtZSBiZW5jaA==";
const TEXT_FRAME = 0x81;
const NOTHING: WatchAnswer = { receivedAtMs: [], text: "", bytes: [] };

interface Group {
  readonly sockets: Set<Socket>;
  /** Bytes since the process began. */
  bytes: number;
}

interface Watch {
  readonly group: string;
  readonly begins: Buffer;
  readonly waiting: Set<Socket>;
  readonly receivedAtMs: number[];
  text: string;
  onAll: () => void;
}

const groups = new Map<string, Group>();
let watch: Watch | null = null;

function groupOf(name: string): Group {
  const group = groups.get(name) ?? { sockets: new Set<Socket>(), bytes: 0 };
  groups.set(name, group);
  return group;
}

/** Where the first frame's text begins and ends, or null while the frame is not whole. */
function frameOf(data: Buffer): { readonly begin: number; readonly end: number } | null {
  if (data.length < 4) return null;
  if (data[0] !== TEXT_FRAME) throw new Error(`not a text frame: ${data[0]}`);
  const short = data.readUInt8(1);
  if (short === 127) throw new Error("a frame of more than 64 KB");
  const begin = short === 126 ? 4 : 2;
  const end = begin + (short === 126 ? data.readUInt16BE(2) : short);
  return data.length < end ? null : { begin, end };
}

function receive(name: string, socket: Socket, frame: Buffer, textAt: number): void {
  groupOf(name).bytes += frame.length;
  if (watch?.group !== name || !watch.waiting.has(socket)) return;
  if (frame.compare(watch.begins, 0, watch.begins.length, textAt, textAt + watch.begins.length) !== 0) return;
  watch.receivedAtMs.push(clockMs());
  watch.waiting.delete(socket);
  if (watch.waiting.size > 0) return;
  watch.text = frame.toString("utf8", textAt);
  watch.onAll();
}

/** Resolves when the socket is open and has its first frame. */
function open(name: string, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let received: Buffer = Buffer.alloc(0);
    let isUpgraded = false;
    socket.setNoDelay(true);
    socket.on("error", reject);
    socket.on("close", () => {
      throw new Error("a socket was closed");
    });
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isUpgraded) {
        const end = received.indexOf("\r\n\r\n");
        if (end === -1) return;
        const head = received.toString("latin1", 0, end);
        if (!head.startsWith("HTTP/1.1 101")) return reject(new Error(head));
        received = received.subarray(end + 4);
        isUpgraded = true;
      }
      for (let frame = frameOf(received); frame !== null; frame = frameOf(received)) {
        receive(name, socket, received.subarray(0, frame.end), frame.begin);
        received = received.subarray(frame.end);
        groupOf(name).sockets.add(socket);
        resolve();
      }
    });
    const headers = `Host: 127.0.0.1:${port}\r\nX-Dev-Country: KE\r\nConnection: Upgrade\r\nUpgrade: websocket`;
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${HANDSHAKE_KEY}\r\n\r\n`);
  });
}

async function openMore({ group, port, path, count }: Extract<WatchOrder, { kind: "open" }>): Promise<void> {
  for (let left = count; left > 0; left -= OPENED_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, left) }, () => open(group, port, path)));
}

function arm(group: string, begins: string): void {
  const waiting = new Set(groupOf(group).sockets);
  watch = { group, begins: Buffer.from(begins), waiting, receivedAtMs: [], text: "", onAll: () => {} };
}

function collect(): Promise<WatchAnswer> {
  const current = watch;
  if (current === null) throw new Error("nothing is watched");
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(late);
      resolve({ ...NOTHING, receivedAtMs: current.receivedAtMs, text: current.text });
    };
    const late = setTimeout(() => reject(new Error(`${current.waiting.size} sockets got no frame`)), FRAMES_WITHIN_MS);
    current.onAll = done;
    if (current.waiting.size === 0) done();
  });
}

async function obey(order: WatchOrder): Promise<WatchAnswer> {
  switch (order.kind) {
    case "open":
      await openMore(order);
      return NOTHING;
    case "arm":
      arm(order.group, order.begins);
      return NOTHING;
    case "collect":
      return collect();
    case "count": {
      const bytes = () => order.groups.map((name) => groupOf(name).bytes);
      const before = bytes();
      await new Promise((resolve) => setTimeout(resolve, order.forMs));
      return { ...NOTHING, bytes: bytes().map((now, index) => now - (before[index] ?? 0)) };
    }
  }
}

process.on("message", (order: WatchOrder) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
