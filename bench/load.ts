/**
 * A closed loop of load in a process of its own: each connection sends its next request when the last is answered. Talks to the bench
 * over the process channel: a `LoadOrder` in, a `LoadResult` out.
 */
import { HttpConnection } from "./http-connection.ts";
import type { LoadOrder, LoadResult, Player, Request } from "./load-order.ts";

/** Players that this process was told of; kept between orders. */
let players: readonly Player[] = [];
/** Grows through the whole run, so that no two requests are the same and players take turns. */
let sequence = 0;

async function run(order: LoadOrder): Promise<LoadResult> {
  players = order.players ?? players;
  const connections = await Promise.all(Array.from({ length: order.connections }, () => HttpConnection.open("127.0.0.1", order.port)));
  try {
    await drive(connections, order, order.warmMs, order.warmRequestsMin);
    return await drive(connections, order, order.measureMs, 0);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function drive(connections: readonly HttpConnection[], order: LoadOrder, ms: number, requestsMin: number): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + ms;
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < endsAtMs || latenciesMs.length < requestsMin; ) {
        sequence += 1;
        const answer = await send(connection, order.request, sequence);
        const answeredAtMs = performance.now();
        if (answer.status !== order.request.status) throw new Error(`${order.request.path} answered ${answer.status}: ${answer.body}`);
        latenciesMs.push(answeredAtMs - now);
        now = answeredAtMs;
      }
    }),
  );
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

function send(connection: HttpConnection, request: Request, turn: number): ReturnType<HttpConnection["request"]> {
  const player = players[turn % Math.max(1, players.length)];
  const fill = (text: string) => text.replaceAll("{turn}", String(turn)).replaceAll("{player}", player?.userId ?? "");
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
