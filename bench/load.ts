/**
 * A closed loop of load in a process of its own: each connection sends its next request when the last is answered. Talks to the bench
 * over the process channel: a `LoadOrder` in, a `LoadResult` out.
 */
import { HttpConnection } from "./http-connection.ts";
import type { LoadOrder, LoadResult, Player } from "./load-order.ts";

/** Players that this process was told of; kept between orders. */
let players: readonly Player[] = [];
/** Grows through the whole run, so that no two requests are the same and players take turns. */
let sequence = 0;

async function run(order: LoadOrder): Promise<LoadResult> {
  players = order.players ?? players;
  const connections = await Promise.all(Array.from({ length: order.connections }, () => HttpConnection.open("127.0.0.1", order.port)));
  try {
    await drive(connections, order, { ms: order.warmMs, requestsMin: order.spread, perSecond: null });
    return await drive(connections, order, { ms: order.measureMs, requestsMin: 0, perSecond: order.perSecond });
  } finally {
    for (const connection of connections) connection.close();
  }
}

interface Phase {
  readonly ms: number;
  readonly requestsMin: number;
  readonly perSecond: number | null;
}

async function drive(connections: readonly HttpConnection[], order: LoadOrder, phase: Phase): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + phase.ms;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < endsAtMs || latenciesMs.length < phase.requestsMin) {
        if (phase.perSecond !== null) await untilTurn(startedAtMs + (latenciesMs.length * 1_000) / phase.perSecond);
        sequence += 1;
        const sentAtMs = performance.now();
        const answer = await send(connection, order, sequence);
        if (answer.status !== order.request.status) throw new Error(`${order.request.path} answered ${answer.status}: ${answer.body}`);
        latenciesMs.push(performance.now() - sentAtMs);
      }
    }),
  );
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

async function untilTurn(atMs: number): Promise<void> {
  const waitMs = atMs - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function send(connection: HttpConnection, { request, spread }: LoadOrder, turn: number): ReturnType<HttpConnection["request"]> {
  const object = turn % spread;
  const player = players[object];
  const fill = (text: string) =>
    text
      .replaceAll("{turn}", String(turn))
      .replaceAll("{object}", String(object))
      .replaceAll("{player}", player?.userId ?? "");
  const headers: Record<string, string> = {};
  if (request.authorized) headers.Authorization = `Bearer ${player?.token ?? ""}`;
  if (request.keyed) headers["Idempotency-Key"] = `bench-${process.pid}-${turn}`;
  const body = request.bodies.length === 0 ? null : fill(request.bodies[turn % request.bodies.length] ?? "");
  return connection.request(request.method, fill(request.path), headers, body);
}

process.on("message", (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
