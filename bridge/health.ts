/**
 * `GET /health` on this machine only: what the bridge is doing, for a supervisor and for a person. 503 while bets can't be priced:
 * no broker, a producer that is not up, or messages that wait too long.
 */
import { createServer, type Server } from "node:http";
import { SECOND_MS } from "../shared/kernel/time.ts";

/** Messages older than this are late: the platform takes the producer for silent. */
const LATE_MS = 20 * SECOND_MS;

export interface BridgeStatus {
  readonly connected: boolean;
  readonly producers: readonly { readonly product: number; readonly phase: string; readonly bookmark_ms: number | null }[];
  readonly waiting: number;
  readonly oldest_age_ms: number;
  readonly refused: number;
  readonly events_to_recover: number;
  readonly last_posted_at_ms: number | null;
  readonly token_expires_at: string;
}

export function isHealthy({ connected, producers, oldest_age_ms }: BridgeStatus): boolean {
  const heard = producers.filter(({ phase }) => phase === "up");
  return connected && heard.length > 0 && heard.length === producers.length && oldest_age_ms <= LATE_MS;
}

/** Resolves when it listens. */
export async function serveHealth(port: number, status: () => BridgeStatus): Promise<Server> {
  const server = createServer((request, response) => {
    const isHealth = request.method === "GET" && request.url === "/health";
    const shown = isHealth ? status() : null;
    response.writeHead(shown === null ? 404 : isHealthy(shown) ? 200 : 503, { "Content-Type": "application/json" });
    response.end(shown === null ? "{}" : JSON.stringify(shown));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}
