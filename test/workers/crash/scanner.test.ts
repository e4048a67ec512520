/**
 * A live run with spectators of both forms, players, cash-outs, refusals, every route that tells of the game, and all log lines: nothing
 * of it up to the crash tells the point. The scanner is shown to find each kind of leak when one is planted in the product.
 */
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { UnsentFrame } from "../../../durable-objects/crash-game/crash-frames.ts";
import { CrashGame } from "../../../durable-objects/crash-game/crash-game.ts";
import { TableBroadcast } from "../../../durable-objects/crash-game/table-broadcast.ts";
import { TableClock } from "../../../durable-objects/crash-game/table-clock.ts";
import { TableSockets } from "../../../durable-objects/crash-game/table-sockets.ts";
import { hmacSha256OfBytes } from "../../../durable-objects/platform/hash.ts";
import { log } from "../../../durable-objects/platform/log.ts";
import { crashPoint } from "../../../shared/crash/crash-point.ts";
import { flightMs } from "../../../shared/crash/curve.ts";
import { fromHex, toHex } from "../../../shared/crash/hash.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { configOf } from "../../../workers/env.ts";
import {
  type Channel,
  type FlownRound,
  type Heard,
  type RoundSecret,
  type Tell,
  tellsOf,
  transcriptOf,
} from "../../support/crash-tells.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, Client, http, ticketOf } from "./crash-client.ts";
import { type Secret, TestGame } from "./crash-support.ts";

const RATE = 60;
const BASE = "/api/v1/games/crash";
const room = new TestGame("crash-ke");
/** 1.61x at the last second that is listened to: far from any crash below. */
const SECONDS = 8;
/** Every route that tells of the game is read at these seconds. */
const READ_AT: ReadonlySet<number> = new Set([1, 4, SECONDS]);
/** Two rounds on a busy machine. */
const TEST_MS_MAX = 30_000;

vi.setConfig({ testTimeout: TEST_MS_MAX, hookTimeout: TEST_MS_MAX });

/** Hears what a round says, from its first bet on. */
class Listener {
  readonly heard: Heard[] = [];
  readonly #clients: { readonly name: string; readonly client: Client; read: number }[] = [];
  readonly #spies = (["debug", "log", "info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...line: unknown[]) => this.#note("log", level, line.map(String).join(" "))),
  );

  async watch(name: string, path: string, headers: Record<string, string> = {}): Promise<Client> {
    const client = await Client.connect(path, headers);
    this.#clients.push({ name, client, read: 0 });
    await client.next("snapshot");
    return client;
  }

  /** One request: its body and its headers. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<void> {
    const reply = await http(method, path, body, headers);
    this.#note("body", `${method} ${path} ${reply.status}`, reply.text);
    for (const [name, value] of reply.headers) this.#note("header", `${method} ${path} ${name}`, value);
  }

  /** The metrics' own figures count everything that the process did: only those of the game are looked at. */
  async scrape(): Promise<void> {
    const text = await (await exports.default.fetch("http://mkeka.test/metrics")).text();
    this.#note(
      "body",
      "GET /metrics",
      text
        .split("\n")
        .filter((line) => line.includes("crash"))
        .join("\n"),
    );
  }

  /** Takes what came over the sockets since the last time. */
  async listen(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const each of this.#clients) {
      const frames = each.client.frames.slice(each.read).map((frame) => JSON.stringify(frame));
      each.read += frames.length;
      for (const text of frames) this.#note("frame", each.name, text);
    }
  }

  async end(): Promise<void> {
    for (const spy of this.#spies) spy.mockRestore();
    for (const { client } of this.#clients) client.close();
    await vi.waitFor(async () => expect((await room.table.presence()).connections).toBe(0));
  }

  #note(channel: Channel, name: string, text: string): void {
    this.heard.push({ channel, name, text, atMs: Date.now() });
  }
}

interface Flown {
  readonly round: RoundSecret & FlownRound;
  readonly before: readonly Heard[];
  readonly after: readonly Heard[];
}

let listener: Listener;
beforeEach(() => {
  room.startClock();
  begin();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await listener.end();
  await room.rest();
  await room.settle();
  room.stopClock();
});

/** Everybody leaves, the game rests, and nothing planted is left. */
async function anew(): Promise<void> {
  vi.restoreAllMocks();
  await listener.end();
  await room.rest();
  begin();
}

/** The test alone says when a second is over: the table's own timer runs by the real clock and would say some seconds twice. */
function begin(): void {
  listener = new Listener();
  vi.spyOn(TableClock.prototype, "set").mockImplementation(() => {});
}

/** Plays one round the same way whatever its point is; hears it up to second 8 of its flight, and its end. */
async function fly(wanted: (crashHundredths: number) => boolean, plant: (secret: Secret) => void = () => {}): Promise<Flown> {
  const secret = await room.rig((crash) => crash > 200 && wanted(crash));
  const openedAtMs = Date.now();
  plant(secret);
  const { userId } = await newWallet(95_000);
  const headers = await bearer(userId);
  await listener.watch("spectator", "/ws/games/current");
  await listener.watch("lean spectator", "/ws/games/current?form=lean");
  const player = await listener.watch("player", "/ws/games/crash-ke", { "Sec-WebSocket-Protocol": `mkeka-ticket.${ticketOf(userId)}` });
  await listener.ask("POST", `${BASE}/bet`, { amount: 20, auto_cashout: 1.2, slot: "A" }, { ...headers, "Idempotency-Key": mint("key") });
  player.send({ type: "place_bet", amount: 30, slot: "B", key: "b" });
  const { bet_id } = await player.next("bet_confirmed", 1);
  await listener.listen();
  const running = await room.takeOff();
  const startedAtMs = running.startedAtMs ?? 0;
  await listener.listen();
  for (let second = 1; second <= SECONDS; second += 1) {
    await room.pass(1_000);
    if (second === 6) await listener.ask("POST", `${BASE}/cashout`, { bet_id }, headers);
    if (second === 5) player.send({ type: "cashout", bet_id: "crb_0" });
    if (second === 5) player.send('{"type":"place_bet","amount":"x"}');
    if (second === 5) player.send({ type: "place_bet", amount: 20, slot: "A", key: "late" });
    // The target is paid at the fourth second, the press at the sixth; others hear of them in a batch, a quarter of a second later.
    if (second === 4) await heard(() => player.all("cashouts").length === 1);
    if (second === 5) await heard(() => player.all("error").length === 3);
    if (second === 6) await heard(() => player.all("cashouts").length === 2);
    if (READ_AT.has(second)) await readAll(secret.roundNumber, headers);
    await listener.listen();
  }
  expect(player.all("cashout_success")).toHaveLength(2);
  const before = listener.heard.slice();
  await room.crash(secret, flightMs(secret.crashHundredths, RATE));
  await readAll(secret.roundNumber, headers);
  await listener.listen();
  const crashAtMs = startedAtMs + flightMs(secret.crashHundredths, RATE);
  const { salt, others } = await derived(secret);
  return {
    round: { ...secret, number: secret.roundNumber, openedAtMs, startedAtMs, crashAtMs, salt, others },
    ...{ before, after: listener.heard.slice(before.length) },
  };
}

/** Waits without moving the clock, as `vi.waitFor` would; the test's time bounds it. */
async function heard(isHeard: () => boolean): Promise<void> {
  while (!isHeard()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function readAll(roundNumber: number, headers: Record<string, string>): Promise<void> {
  const claim = { round_number: roundNumber, server_seed: "0".repeat(64), claimed_crash: 1.01 };
  for (const path of ["/current", "/crash-ke/current", "/history", "/crash-ke/history", "/crash-ke/fairness"])
    await listener.ask("GET", `${BASE}${path}`);
  for (const round of [roundNumber, roundNumber + 1]) await listener.ask("GET", `${BASE}/crash-ke/rounds/${round}`);
  await listener.ask("POST", `${BASE}/verify`, claim);
  await listener.ask("GET", `${BASE}/bets`, undefined, headers);
  await listener.ask("GET", "/health");
  await listener.ask("GET", "/healthz");
  await listener.scrape();
  for (const auth of [{}, headers]) await listener.ask("GET", "/api/v1/admin/games/crash/crash-ke", undefined, auth);
  await listener.ask("POST", "/api/v1/admin/games/crash/crash-ke/reopen", { reason: "let me see" }, headers);
}

async function derived({ roundNumber, serverSeed }: Secret): Promise<{ readonly salt: string; readonly others: readonly string[] }> {
  const proof = await room.game.proof(roundNumber);
  if (proof === null) throw new Error("the round has ended");
  const { hmac, draw } = crashPoint(fromHex(serverSeed), proof, hmacSha256OfBytes);
  const chainSecret = configOf(env).CRASH_CHAIN_SECRET;
  const hex = toHex(new TextEncoder().encode(chainSecret));
  return { salt: proof.salt, others: [hmac.slice(0, 13), String(draw), chainSecret, hex] };
}

function told(tells: readonly Tell[]): readonly string[] {
  return tells.map(({ kind, found, place }) => `${kind} ${found}: ${place}`);
}

/**
 * What a flight said over sockets and HTTP, in an order that does not depend on the machine's speed. Before the flight the clock moves with
 * the waiting of the test, so that part differs by milliseconds between any two rounds; the batch of the round's bets, which the machine's
 * own timer sends, may fall on either side of the start. Both are searched all the same.
 */
function transcript({ before, round }: Flown): readonly string[] {
  const isCompared = ({ channel, name, text, atMs }: Heard) =>
    atMs > round.startedAtMs &&
    !text.startsWith('{"type":"bets"') &&
    channel !== "log" &&
    name !== "GET /metrics" &&
    !/request-id|date$/.test(name);
  return [...new Set(transcriptOf(before.filter(isCompared), round))].sort();
}

describe("up to the crash", () => {
  it("nothing that is sent, answered or logged tells the point, the hash or the end; the crash itself tells them", async () => {
    const flown = await fly((crash) => crash > 2_000 && crash % 100 > 10);
    expect(told(tellsOf(flown.round, flown.before))).toEqual([]);
    expect(flown.before.length).toBeGreaterThan(200);
    const after = tellsOf(flown.round, flown.after);
    const signs = new Set(after.map(({ kind, heard }) => `${kind} in a ${heard.channel}`));
    for (const sign of ["hash in a frame", "point in a frame", "hash in a body", "end in a body", "point in a log"])
      expect(signs).toContain(sign);
  });

  it("two rounds that differ in their points alone say the same, byte for byte, at the same instants", async () => {
    const low = await fly((crash) => crash < 300);
    await anew();
    const high = await fly((crash) => crash > 3_000);
    expect(transcript(high)).toEqual(transcript(low));
  });
});

describe("a planted leak is found", () => {
  type Planted = { readonly kind: Tell["kind"]; readonly channel: Channel; readonly plant: (secret: Secret) => void };
  const leaks: Readonly<Record<string, Planted>> = {
    "the first 32 bits of the hash in a frame": {
      ...{ kind: "hash", channel: "frame" },
      plant: ({ serverSeed }) => tamperFrames(() => ({ nonce: serverSeed.slice(0, 8).toUpperCase() })),
    },
    "the hash's bytes in base64 in a frame": {
      ...{ kind: "hash", channel: "frame" },
      plant: ({ serverSeed }) => tamperFrames(() => ({ blob: btoa(String.fromCharCode(...fromHex(serverSeed))) })),
    },
    "the point as a multiplier in a frame": {
      ...{ kind: "point", channel: "frame" },
      plant: ({ crashHundredths }) => tamperFrames(() => ({ note: `up to ${(crashHundredths / 100).toFixed(2)}x` })),
    },
    "what is left of the flight's length in a frame": {
      ...{ kind: "end", channel: "frame" },
      plant: ({ crashHundredths }) => tamperFrames(() => ({ duration_ms: flightMs(crashHundredths, RATE) })),
    },
    "the instant of the crash in an answer": {
      ...{ kind: "end", channel: "body" },
      plant: ({ crashHundredths }) =>
        tamperViews((view) => ({ bettingEndsAtMs: view.startedAtMs === null ? null : view.startedAtMs + flightMs(crashHundredths, RATE) })),
    },
    "a piece of the hash in an id, which is a header too": {
      ...{ kind: "hash", channel: "header" },
      plant: ({ serverSeed }) => {
        const id = `${serverSeed.slice(0, 8)}-0000-4000-8000-${"0".repeat(12)}` as const;
        vi.spyOn(crypto, "randomUUID").mockReturnValue(id);
      },
    },
    "the point in hundredths in a log line": {
      ...{ kind: "point", channel: "log" },
      plant: ({ crashHundredths }) =>
        tamperViews((view) => {
          if (view.status === "RUNNING") log("info", "crash_round_looked_at", { point: crashHundredths });
          return {};
        }),
    },
    "the chain's secret in a log line": {
      ...{ kind: "other secret", channel: "log" },
      plant: () =>
        tamperViews(() => {
          log("warn", "crash_vault_opened", { key: btoa(configOf(env).CRASH_CHAIN_SECRET) });
          return {};
        }),
    },
  };

  it.each(Object.entries(leaks))("%s", async (_name, { kind, channel, plant }) => {
    const flown = await fly((crash) => crash > 2_000 && crash % 100 > 10, plant);
    const tells = tellsOf(flown.round, flown.before);
    expect(new Set(tells.map((tell) => `${tell.kind} in a ${tell.heard.channel}`))).toContain(`${kind} in a ${channel}`);
  });

  it.each<readonly [string, (secret: Secret) => void]>([
    ["a size that follows from the point", ({ crashHundredths }) => tamperFrames(() => ({ pad: "x".repeat(crashHundredths % 50) }))],
    ["a heartbeat that stops some seconds before the crash", stopBeatsEarly],
  ])("%s, by two rounds that differ", async (_name, plant) => {
    const low = await fly((crash) => crash < 230 && crash % 50 === 7, plant);
    await anew();
    const high = await fly((crash) => crash > 3_000 && crash % 50 === 21, plant);
    expect(transcript(high)).not.toEqual(transcript(low));
  });
});

/** Every frame to all has more fields than it should. */
function tamperFrames(more: () => Record<string, unknown>): void {
  const real = TableSockets.prototype.broadcast;
  vi.spyOn(TableSockets.prototype, "broadcast").mockImplementation(function (this: TableSockets, frame, lean) {
    const tampered = (sent: UnsentFrame) => ({ ...sent, ...more() }) as UnsentFrame;
    return real.call(this, tampered(frame), tampered(lean));
  });
}

/** The game's view says more than it should. */
function tamperViews(more: (view: RoundView) => Partial<RoundView>): void {
  const real = CrashGame.prototype.view;
  vi.spyOn(CrashGame.prototype, "view").mockImplementation(async function (this: CrashGame) {
    const view = await real.call(this);
    return view.status === "RUNNING" ? { ...view, ...more(view) } : view;
  });
}

/** A table that knows the end, and saves itself the last beats. */
function stopBeatsEarly({ crashHundredths }: Secret): void {
  const real = TableBroadcast.prototype.beat;
  let startedAtMs: number | null = null;
  vi.spyOn(TableBroadcast.prototype, "beat").mockImplementation(function (this: TableBroadcast, nowMs) {
    startedAtMs ??= nowMs;
    if (nowMs - startedAtMs < flightMs(crashHundredths, RATE) - 6_000) real.call(this, nowMs);
  });
}
