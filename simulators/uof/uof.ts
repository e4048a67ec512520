/**
 * A unified odds feed on this machine: the REST side under `/uof/v1`, messages through a broker. `POST /sim/uof/say` takes a message,
 * `/sim/uof/story` plays the recorded story, `/sim/uof/changed {"list":"results","urn":"sr:match:61000001"}` lists a change,
 * `/sim/uof/behaviour {"recovery_status":429}` refuses recoveries, `/sim/uof/requests` lists them.
 *
 * With UOF_SIMULATOR_AMQP_URL it speaks to that broker; without one it answers REST and remembers, and nobody hears it.
 */
import { type ChannelModel, connect } from "amqplib";
import * as z from "zod";
import { EXCHANGE } from "../../bridge/session.ts";
import type { Simulator, SimulatorSettings } from "../simulator.ts";
import { nameDocument } from "./name-documents.ts";
import { PRODUCERS, type Publish, UofProvider } from "./provider.ts";
import { loadDocument, loadStory } from "./samples.ts";

const ALIVE_MS = 10_000;
const changedSchema = z.object({ list: z.enum(["fixtures", "results"]), urn: z.string().regex(/^[a-z]+:[a-z_]+:\d{1,15}$/) });
const behaviourSchema = z.object({ recovery_status: z.int().min(200).max(599) });

/** The simulator with its own broker's connection. */
export function createUof({ environment }: SimulatorSettings): Simulator {
  let publish: Publish = () => {};
  let connection: ChannelModel | null = null;
  // A broker is this machine's, not the platform's: it is named where the process is started.
  const { UOF_SIMULATOR_AMQP_URL: url, UOF_SIMULATOR_VHOST: virtualHost = "/" } = { ...process.env, ...environment };
  const uof = createUofWith((key, text) => publish(key, text), virtualHost);
  const speak = async (address: string): Promise<void> => {
    connection = await connect(address);
    const channel = await connection.createChannel();
    await channel.assertExchange(EXCHANGE, "topic", { durable: true });
    publish = (key, text) => void channel.publish(EXCHANGE, key, Buffer.from(text, "utf8"));
  };
  return {
    ...uof.simulator,
    start() {
      if (url === undefined) return;
      speak(url).catch((error: unknown) => console.warn("uof: no broker:", error instanceof Error ? error.message : error));
      uof.simulator.start?.();
    },
    stop() {
      uof.simulator.stop();
      void connection?.close();
    },
  };
}

/** The simulator over any broker; `provider` is the hand that moves it. */
export function createUofWith(publish: Publish, virtualHost: string): { readonly simulator: Simulator; readonly provider: UofProvider } {
  const provider = new UofProvider(publish);
  let timer: NodeJS.Timeout | null = null;
  const simulator: Simulator = {
    name: "uof",
    async handle(request, url) {
      if (url.pathname.startsWith("/sim/uof/")) return control(provider, request, url.pathname.slice("/sim/uof/".length));
      if (request.headers.get("x-access-token") === null) return xml(403, '<response response_code="FORBIDDEN"/>');
      const path = url.pathname.slice("/uof/v1".length);
      return request.method === "POST"
        ? recover(provider, path, url.searchParams)
        : document(provider, path, url.searchParams, virtualHost);
    },
    start() {
      timer ??= setInterval(() => provider.alive(Date.now()), ALIVE_MS);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
  return { simulator, provider };
}

async function control(provider: UofProvider, request: Request, verb: string): Promise<Response> {
  try {
    if (verb === "requests") return Response.json({ requests: provider.requests });
    if (verb === "say") provider.say(await request.text());
    else if (verb === "story") for (const message of loadStory()) provider.say(message);
    else if (verb === "behaviour") provider.recoveryStatus = behaviourSchema.parse(await request.json()).recovery_status;
    else if (verb === "changed") {
      const { list, urn } = changedSchema.parse(await request.json());
      provider.changes[list].push({ urn, atMs: Date.now() });
    } else return Response.json({ error: "no such verb" }, { status: 404 });
    return Response.json({ ok: true });
  } catch (error) {
    return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 });
  }
}

function recover(provider: UofProvider, path: string, query: URLSearchParams): Response {
  const [, producerPath, kind, , urn] =
    /^\/([a-z_]+)\/(recovery|odds|stateful_messages)(\/events\/([^/]+))?\/initiate_request$/.exec(path) ?? [];
  const product = PRODUCERS.find((producer) => producer.path === producerPath)?.id;
  if (product === undefined || kind === undefined) return xml(404, '<response response_code="NOT_FOUND"/>');
  const after = query.get("after");
  const event = urn === undefined ? null : { urn, wants: kind === "odds" ? ("odds" as const) : ("stateful_messages" as const) };
  const numbers = { requestId: Number(query.get("request_id")), nodeId: Number(query.get("node_id")) };
  const status = provider.recover({ product, ...numbers, afterMs: after === null ? null : Number(after), event }, Date.now());
  return xml(status, `<response response_code="${status === 202 ? "ACCEPTED" : "FORBIDDEN"}"/>`);
}

function document(provider: UofProvider, path: string, query: URLSearchParams, virtualHost: string): Response {
  const [, list] = /^\/sports\/[a-z]{2}\/(fixtures|results)\/changes\.xml$/.exec(path) ?? [];
  if (list === "fixtures" || list === "results") return xml(200, provider.changesAfter(list, Date.parse(query.get("afterDateTime") ?? "")));
  const [, urn, kind] = /^\/sports\/[a-z]{2}\/sport_events\/([^/]+)\/(fixture|fixture_change_fixture|summary)\.xml$/.exec(path) ?? [];
  const file = kind === "summary" ? "rest.summary.closed" : "rest.fixture";
  const text = urn === undefined ? general(path, virtualHost) : loadDocument(`${file}.${urn.replaceAll(":", "_")}`);
  return text === null ? xml(404, '<response response_code="NOT_FOUND"/>') : xml(200, text);
}

function general(path: string, virtualHost: string): string | null {
  if (path === "/users/whoami.xml")
    return `<bookmaker_details response_code="OK" expire_at="2030-01-01T00:00:00Z" bookmaker_id="1" virtual_host="${virtualHost}"/>`;
  if (path === "/descriptions/producers.xml") {
    const rows = PRODUCERS.map(({ id, name, path: api, minutes }) => {
      const address = `https://api.example.test/v1/${api}/`;
      return `<producer id="${id}" name="${name}" description="${name}" api_url="${address}" active="true" scope="prematch|live" stateful_recovery_window_in_minutes="${minutes}"/>`;
    });
    return `<producers response_code="OK">${rows.join("")}</producers>`;
  }
  return nameDocument(path);
}

function xml(status: number, text: string): Response {
  return new Response(text, { status, headers: { "Content-Type": "application/xml" } });
}
