/**
 * A change of the round told to thousands of sockets in several processes: the product's table, then in turns with it the same object
 * that only sends the same text to the same sockets, and a plain Node server of the `ws` package with as many sockets of its own.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { clockMs, type WatchAnswer, type WatchOrder } from "./crash-orders.ts";

export interface FanOutPorts {
  readonly port: number;
  readonly plainPort: number;
  /** Posts to the bench's Worker. */
  readonly ask: <T>(path: string, body?: string) => Promise<T>;
  readonly cpuMs: () => number | null;
  readonly memoryBytes: () => number | null;
}

export interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the runtime's processor time, for one socket and change; null where it is not told or not the runtime's. */
  readonly cpuMicros: number | null;
}

export interface FanOut {
  readonly sockets: number;
  /** Betting opens, the flight begins: one frame each. */
  readonly change: Delays;
  /** The crash: each socket's own result, then the change. */
  readonly crash: Delays;
  readonly bare: Delays;
  readonly plain: Delays;
  readonly frameBytes: number;
  /** Of the runtime for each socket, bytes: what it grew by since the first. */
  readonly memoryPerSocket: number | null;
  /** Of the runtime for one socket and second of a flight, microseconds. */
  readonly flightCpuMicros: number | null;
}

const PROCESSES = 3;
const FULL_PATH = "/ws/games/crash-ke";
const PATH = `${FULL_PATH}?form=lean`;
const CHANGE = '{"type":"change"';
const ROUNDS = 7;
const FLIGHT_MS = 5_000;
/** What a change leaves behind is done by then. */
const REST_MS = 150;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class Sample {
  readonly #delaysMs: number[] = [];
  #cpuMs = 0;

  add(delaysMs: readonly number[], cpuMs: number): void {
    for (const delay of delaysMs) this.#delaysMs.push(delay);
    this.#cpuMs += cpuMs;
  }

  delays(): Delays {
    const sorted = this.#delaysMs.toSorted((a, b) => a - b);
    const percentile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    const cpuMicros = Number.isNaN(this.#cpuMs) ? null : (this.#cpuMs * 1_000) / sorted.length;
    return { p50Ms: percentile(0.5), p99Ms: percentile(0.99), cpuMicros };
  }
}

export class Watchers {
  readonly #root: string;
  readonly #ports: FanOutPorts;
  readonly #processes: readonly ChildProcess[];
  #plain: ChildProcess | null = null;
  #sockets = 0;
  /** Of the runtime before the first socket. */
  #memoryBefore: number | null = null;

  constructor(root: string, ports: FanOutPorts) {
    this.#root = root;
    this.#ports = ports;
    this.#processes = Array.from({ length: PROCESSES }, () => fork(join(root, "bench", "crash-sockets.ts"), FORK));
  }

  /** Starts the plain server beside the table. */
  async start(): Promise<void> {
    const plain = fork(join(this.#root, "bench", "crash-ws-server.ts"), [String(this.#ports.plainPort)], FORK);
    this.#plain = plain;
    await new Promise((resolve) => plain.once("message", resolve));
    this.#memoryBefore = this.#ports.memoryBytes();
  }

  stop(): void {
    for (const process of [...this.#processes, this.#plain]) process?.kill();
  }

  /** Brings the sockets up to `sockets` and measures; the round rests before and after. */
  async measure(sockets: number): Promise<FanOut> {
    const { ask, memoryBytes } = this.#ports;
    const before = this.#memoryBefore;
    const more = sockets - this.#sockets;
    await this.#open("table", this.#ports.port, PATH, more);
    await rest(REST_MS);
    const opened = memoryBytes();
    await this.#open("plain", this.#ports.plainPort, "/", more);
    this.#sockets = sockets;
    const samples = { change: new Sample(), crash: new Sample(), bare: new Sample(), plain: new Sample() };
    // Each way once before it counts.
    let text = await this.#round(null, "");
    for (let round = 0; round < ROUNDS; round += 1) text = await this.#round(samples, text);
    const flightCpuMicros = await this.#flight();
    const [change, crash] = [samples.change.delays(), samples.crash.delays()];
    const memoryPerSocket = before === null || opened === null ? null : (opened - before) / sockets;
    await ask("move");
    const plain = { ...samples.plain.delays(), cpuMicros: null };
    const frameBytes = Buffer.byteLength(text) + (Buffer.byteLength(text) < 126 ? 2 : 4);
    return { sockets, change, crash, bare: samples.bare.delays(), plain, frameBytes, memoryPerSocket, flightCpuMicros };
  }

  /** Bytes a minute of one lean and of one full socket, while `play` plays the game for `forMs`. */
  async bytesPerMinute(
    sockets: number,
    forMs: number,
    play: () => Promise<void>,
  ): Promise<{ readonly lean: number; readonly full: number }> {
    await this.#open("bytes-lean", this.#ports.port, PATH, sockets);
    await this.#open("bytes-full", this.#ports.port, FULL_PATH, sockets);
    const [answers] = await Promise.all([this.#all(() => ({ kind: "count", groups: ["bytes-lean", "bytes-full"], forMs })), play()]);
    const [lean = 0, full = 0] = [0, 1].map((group) => answers.reduce((sum, { bytes }) => sum + (bytes[group] ?? 0), 0));
    const scale = 60_000 / forMs / sockets;
    return { lean: lean * scale, full: full * scale };
  }

  /** Betting, flight and crash, each followed by the two others' sends of the newest text; gives that text. */
  async #round(samples: Readonly<Record<"change" | "crash" | "bare" | "plain", Sample>> | null, known: string): Promise<string> {
    let text = known;
    for (const sample of ["change", "change", "crash"] as const) {
      text = await this.#send("table", samples?.[sample] ?? null, () => this.#ports.ask("move"));
      await this.#send("table", samples?.bare ?? null, () => this.#ports.ask("broadcast", text));
      await this.#send("plain", samples?.plain ?? null, async () => this.#plain?.send({ text }));
    }
    return text;
  }

  /** One send by whoever it is: when each socket of the group has it. */
  async #send(group: string, sample: Sample | null, act: () => Promise<unknown>): Promise<string> {
    await this.#all(() => ({ kind: "arm", group, begins: CHANGE }));
    const cpuBefore = this.#ports.cpuMs() ?? Number.NaN;
    const startedAtMs = clockMs();
    const [answers] = await Promise.all([this.#all(() => ({ kind: "collect" })), act()]);
    sample?.add(
      answers.flatMap(({ receivedAtMs }) => receivedAtMs.map((at) => at - startedAtMs)),
      (this.#ports.cpuMs() ?? Number.NaN) - cpuBefore,
    );
    await rest(REST_MS);
    return answers[0]?.text ?? "";
  }

  /** What a flight's beats cost. */
  async #flight(): Promise<number | null> {
    await this.#ports.ask("move");
    await this.#ports.ask("move");
    await rest(REST_MS);
    const before = this.#ports.cpuMs();
    await rest(FLIGHT_MS);
    const after = this.#ports.cpuMs();
    return before === null || after === null ? null : ((after - before) * 1_000_000) / FLIGHT_MS / this.#sockets;
  }

  async #open(group: string, port: number, path: string, count: number): Promise<void> {
    await this.#all((index) => {
      const own = Math.floor(count / PROCESSES) + (index < count % PROCESSES ? 1 : 0);
      return { kind: "open", group, port, path, count: own };
    });
  }

  #all(order: (index: number) => WatchOrder): Promise<readonly WatchAnswer[]> {
    return Promise.all(this.#processes.map((process, index) => send(process, order(index))));
  }
}

const FORK = { execArgv: ["--disable-warning=ExperimentalWarning"] };

function send(process: ChildProcess, order: WatchOrder): Promise<WatchAnswer> {
  return new Promise((resolve, reject) => {
    process.once("message", (answer: WatchAnswer | { failed: string }) => {
      if ("failed" in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    process.send(order);
  });
}
