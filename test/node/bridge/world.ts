/**
 * A bridge between a broker in memory, the simulated provider, and a platform's port on a local socket that checks signatures.
 */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bridge } from "../../../bridge/bridge.ts";
import { createPlatform } from "../../../bridge/platform.ts";
import type { Rest } from "../../../bridge/rest.ts";
import { Spool } from "../../../bridge/spool.ts";
import { FEED_SIGNATURE_HEADER, parseFeedSignature, signedText } from "../../../shared/protocol/feed/batch.ts";
import { type UofEntry, type UofReceipt, uofBatchSchema } from "../../../shared/protocol/feed/uof-batch.ts";
import { MemoryBroker } from "../../../simulators/uof/memory-broker.ts";
import type { UofProvider } from "../../../simulators/uof/provider.ts";
import { createUofWith } from "../../../simulators/uof/uof.ts";

export const NODE_ID = 7;
const SECRET = "test-secret-".padEnd(40, "0");

/** The port of a platform: keeps what it is sent. */
export class Port {
  readonly batches: (readonly UofEntry[])[] = [];
  /** What the next posts are answered: a status, or `cut` (taken, but the answer is lost). */
  readonly answers: (number | "cut")[] = [];
  unknownFixtures: readonly string[] = [];
  undescribed: UofReceipt["undescribed"] = [];
  readonly #server: Server;
  url = "";

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const status = this.#take(Buffer.concat(chunks).toString("utf8"), String(request.headers[FEED_SIGNATURE_HEADER.toLowerCase()]));
        if (status === "cut") return void request.socket.destroy();
        const unknown = this.unknownFixtures;
        const { undescribed } = this;
        if (status === 200) [this.unknownFixtures, this.undescribed] = [[], []];
        response.writeHead(status, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ accepted: 0, duplicates: 0, unknown_fixtures: unknown, refused: [], undescribed }));
      });
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get entries(): readonly UofEntry[] {
    return this.batches.flat();
  }

  /** Names of the documents and messages that arrived, recoveries as `recovery`. */
  get names(): readonly string[] {
    return this.entries.map((entry) => ("xml" in entry ? (/<([a-z_]+)/.exec(entry.xml.replace(/<\?.*?\?>/, ""))?.[1] ?? "") : "recovery"));
  }

  #take(body: string, signature: string): number | "cut" {
    const parsed = parseFeedSignature(signature);
    const expected = createHmac("sha256", SECRET)
      .update(signedText(parsed?.atMs ?? 0, body), "utf8")
      .digest("hex");
    if (parsed?.mac !== expected) return 401;
    const answer = this.answers.shift() ?? 200;
    if (answer === 200 || answer === "cut") this.batches.push(uofBatchSchema.parse(JSON.parse(body)).messages);
    return answer;
  }
}

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "mkeka-bridge-"));
  readonly broker = new MemoryBroker();
  readonly port = new Port();
  readonly provider: UofProvider;
  readonly rest: Rest;
  #running: { readonly bridge: Bridge; readonly spool: Spool } | null = null;

  constructor() {
    const { simulator, provider } = createUofWith((key, text) => this.broker.publish(key, text), "/");
    this.provider = provider;
    const call = async (method: string, path: string): Promise<Response> => {
      const url = new URL(`http://uof.test/uof/v1${path}`);
      return simulator.handle(new Request(url, { method, headers: { "x-access-token": "token" } }), url);
    };
    this.rest = {
      async get(path) {
        const response = await call("GET", path);
        return response.ok ? { ok: true, text: await response.text() } : { ok: false, status: response.status };
      },
      post: async (path) => (await call("POST", path)).status,
    };
  }

  get bridge(): Bridge {
    if (this.#running === null) throw new Error("no bridge runs");
    return this.#running.bridge;
  }

  openSpool(): Spool {
    return new Spool(join(this.folder, "spool.sqlite"), Date.now());
  }

  async startBridge(): Promise<void> {
    if (this.port.url === "") await this.port.listen();
    const spool = this.openSpool();
    const bridge = new Bridge({
      ...{ spool, rest: this.rest, nodeId: NODE_ID, language: "en", spoolMax: 1_000, tickMs: 20, now: Date.now, random: () => 0 },
      platform: createPlatform({ platformUrl: this.port.url, feed: "uof", secret: SECRET, now: Date.now }),
      connect: () => this.broker.connect(),
      account: { virtualHost: "/", expiresAt: "" },
      onBroken: (error) => {
        throw error;
      },
    });
    this.#running = { bridge, spool };
    await bridge.start();
    await until("the broker's consumer", () => bridge.status().connected);
    // The consumer is bound in the turns after the connection stands.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Connected, recovered and up. */
  async startRecovered(): Promise<void> {
    await this.startBridge();
    this.provider.alive(Date.now());
    await until("both producers", () => this.bridge.status().producers.every(({ phase }) => phase === "up"));
  }

  async stopBridge(): Promise<void> {
    await this.#running?.bridge.stop();
    this.#running?.spool.close();
    this.#running = null;
  }

  async end(): Promise<void> {
    await this.stopBridge();
    this.port.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for a moment at most until something is so. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endsAtMs = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > endsAtMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
