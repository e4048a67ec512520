/**
 * One HTTP server for all simulators: routes by the first part of the path, answers the page's cross-origin calls, bounds bodies.
 *
 * For development and tests only, on loopback only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createAfricasTalking } from "./africas-talking/africas-talking.ts";
import { createDaraja } from "./daraja/daraja.ts";
import { createFeed } from "./feed/feed.ts";
import { createOperatorPhone } from "./operator/operator.ts";
import type { Simulator, SimulatorSettings } from "./simulator.ts";
import { createSmileId } from "./smile-id/smile-id.ts";
import { createUof } from "./uof/uof.ts";

const BODY_BYTES_MAX = 1_000_000;

export interface SimulatorServer {
  readonly url: string;
  /** Starts what simulators do of themselves (the feed's replay). */
  start(): void;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1; resolves when it does. */
export async function startSimulators(port: number, settings: SimulatorSettings): Promise<SimulatorServer> {
  const simulators = [
    createDaraja(settings),
    createSmileId(settings),
    createAfricasTalking(settings),
    createFeed(settings),
    createUof(settings),
    createOperatorPhone(settings),
  ];
  const server = createServer((request, response) => {
    void answer(simulators, port, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    start: () => {
      for (const simulator of simulators) simulator.start?.();
    },
    stop: () => stop(simulators, server),
  };
}

function stop(simulators: readonly Simulator[], server: Server): Promise<void> {
  for (const simulator of simulators) simulator.stop();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(simulators: readonly Simulator[], port: number, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const url = new URL(incoming.url ?? "/", `http://127.0.0.1:${port}`);
    const response =
      incoming.method === "OPTIONS" ? new Response(null, { status: 204 }) : await dispatch(simulators, await toRequest(incoming, url), url);
    outgoing.writeHead(response.status, {
      ...Object.fromEntries(response.headers),
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
      "Access-Control-Allow-Headers": "Content-Type",
    });
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    console.error("simulator failed:", error);
    outgoing.writeHead(500).end();
  }
}

async function dispatch(simulators: readonly Simulator[], request: Request, url: URL): Promise<Response> {
  if (url.pathname === "/sim/health") return Response.json({ status: "ok", simulators: simulators.map((simulator) => simulator.name) });
  for (const simulator of simulators) {
    const own = url.pathname.startsWith(`/${simulator.name}/`) || url.pathname.startsWith(`/sim/${simulator.name}/`);
    if (own || simulator.extraPaths?.includes(url.pathname)) return simulator.handle(request, url);
  }
  return Response.json({ error: "no simulator has this address" }, { status: 404 });
}

async function toRequest(incoming: IncomingMessage, url: URL): Promise<Request> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error("body too large");
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (value !== undefined) headers.set(name, String(value));
  const method = incoming.method ?? "GET";
  return new Request(url, { method, headers, ...(chunks.length > 0 && method !== "GET" ? { body: Buffer.concat(chunks) } : {}) });
}
