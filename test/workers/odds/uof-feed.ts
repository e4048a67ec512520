/** A unified odds feed in tests: the synthetic samples under another event's id, posted to the real port as the bridge posts them. */
/// <reference types="vite/types/importMeta.d.ts" />
import { env, exports } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { configOf } from "../../../workers/env.ts";

const SAMPLES = import.meta.glob<string>("../../../simulators/data/uof/*.xml", { query: "?raw", import: "default", eager: true });
const EVENT = "61000001";
const PRODUCERS = [1, 3] as const;

let sequence = Date.now();
let minted = 0;

type Entry =
  | { readonly xml: string; readonly path?: string }
  | { readonly recovery: { readonly product: number; readonly request_id: number; readonly requested_at_ms: number } };

export async function postUof(entries: readonly Entry[], from = sequence) {
  const messages = entries.map((entry, index) => ({ sequence: from + index + 1, received_at_ms: Date.now(), ...entry }));
  sequence = Math.max(sequence, from + entries.length);
  const body = JSON.stringify({ messages });
  const atMs = Date.now();
  const mac = createHmac("sha256", configOf(env).FEED_SECRET).update(`${atMs}.${body}`).digest("hex");
  const response = await exports.default.fetch("http://mkeka.test/feeds/uof/uof", {
    method: "POST",
    headers: { "X-Feed-Signature": `t=${atMs},v1=${mac}`, "X-Dev-Country": "US" },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, from };
}

/** One sample, by the beginning of its name. */
export function sample(prefix: string): string {
  const found = Object.entries(SAMPLES).find(([path]) => path.split("/").at(-1)?.startsWith(prefix));
  if (found === undefined) throw new Error(`no sample ${prefix}`);
  return found[1];
}

/** A match of its own: the samples' event under a new number, its start in an hour. */
export class UofMatch {
  readonly number: string;
  readonly fixtureId: string;

  constructor() {
    minted += 1;
    this.number = `${Date.now()}${minted}`.slice(-12);
    this.fixtureId = `sr_match_${this.number}`;
  }

  xml(prefix: string, change: (text: string) => string = (text) => text): Entry {
    return { xml: change(sample(prefix).replaceAll(EVENT, this.number)) };
  }

  /** The REST document with the match an hour from now. */
  document(): Entry {
    const start = new Date(Date.now() + 3_600_000).toISOString();
    return this.xml("rest.fixture", (text) => text.replaceAll("2026-09-21T17:00:00+00:00", start));
  }

  /** Any message about this match, made at `atMs`. */
  message(name: string, attributes: string, content: string, atMs: number): Entry {
    return { xml: `<${name} event_id="sr:match:${this.number}" timestamp="${atMs}" ${attributes}>${content}</${name}>` };
  }
}

/** Brings producers through a recovery: everything that they offer is sold from then on. */
export async function recover(requestId: number, producers: readonly number[] = PRODUCERS): Promise<void> {
  await postUof(
    producers.flatMap((product) => [
      { recovery: { product, request_id: requestId, requested_at_ms: Date.now() } },
      { xml: `<alive product="${product}" timestamp="${Date.now()}" subscribed="1"/>` },
      { xml: `<snapshot_complete request_id="${requestId}" product="${product}" timestamp="${Date.now()}"/>` },
    ]),
  );
}
