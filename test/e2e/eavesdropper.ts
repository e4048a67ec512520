/**
 * Hears all that a running crash game says to anybody: a full and a lean spectator, a player who bets in both slots, each answer that can
 * be read over HTTP with its headers, refusals among them, and the platform's log.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Platform } from "../../scripts/lib/platform-process.ts";
import { flightMs, multiplierAt } from "../../shared/crash/curve.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import type { Heard, Landing } from "../support/crash-leaks.ts";
import { type Json, Player, request, Socket } from "./client.ts";

const GAME = "crash-ke";
/** All of the API's reads that say something about the game, its players or the platform; prices of matches are numbers like any. */
const READS: readonly string[] = Object.entries(
  (JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8")) as { paths: Record<string, object> }).paths,
)
  .filter(([path, methods]) => "get" in methods && !/fixtures|leagues|odds|booking|export/.test(path))
  .map(([path]) => path);
const EVERY_MS = 300;
const CURVE = tenantOf("KE").crash.curveMillionthsPerMs;

export class Eavesdropper {
  readonly #platform: Platform;
  readonly #player: Player;
  readonly #sockets: ReadonlyMap<string, Socket>;
  readonly #heard: Heard[] = [];
  #isOver = false;
  #logged = 0;

  private constructor(platform: Platform, player: Player, sockets: ReadonlyMap<string, Socket>) {
    this.#platform = platform;
    this.#player = player;
    this.#sockets = sockets;
  }

  static async listen(platform: Platform): Promise<Eavesdropper> {
    const player = await Player.funded(platform, 5_000);
    const address = `${platform.url.replace("http", "ws")}/ws/games/current`;
    const sockets = new Map([
      ["full", await Socket.open(address)],
      ["lean", await Socket.open(`${address}?form=lean`)],
      ["player", await player.crashSocket()],
    ]);
    const ears = new Eavesdropper(platform, player, sockets);
    void ears.#read();
    return ears;
  }

  stop(): void {
    this.#isOver = true;
    for (const socket of this.#sockets.values()) socket.close();
  }

  /** How much was heard so far. */
  get count(): number {
    return this.heardBetween(0, Number.POSITIVE_INFINITY).length;
  }

  heardBetween(fromMs: number, toMs: number): readonly Heard[] {
    return [...this.#heard, ...this.#frames()].filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  /** The rounds that were heard from their opening to their crash. */
  landings(): readonly { readonly landing: Landing; readonly openedAtMs: number }[] {
    const frames = this.#sockets.get("full")?.frames ?? [];
    return frames.flatMap(({ json: crash }) => {
      if (crash.type !== "crashed") return [];
      const ofRound = frames.filter(({ json }) => json.type === "state_update" && json.round_number === crash.round_number);
      const opened = ofRound.find(({ json }) => json.status === "BETTING");
      const flight = ofRound.find(({ json }) => json.status === "RUNNING");
      if (opened === undefined || flight === undefined) return [];
      const crashHundredths = Math.round(crash.crash_point * 100);
      const landing = {
        ...{ hash: crash.server_seed, crashHundredths, startedAtMs: Date.parse(flight.json.started_at) },
        flightMs: flightMs(crashHundredths, CURVE),
      };
      return [{ landing, openedAtMs: opened.atMs }];
    });
  }

  /** Frames of a flight that said to be further than the clock allows. */
  aheadOfClock(): readonly string[] {
    return [...this.#sockets.values()].flatMap(({ frames }) =>
      frames.flatMap(({ atMs, text, json }) => (isFlight(json) && withoutClock(json, atMs) === null ? [text] : [])),
    );
  }

  /** What a running flight says of itself is the clock's, as long as it is not ahead of it. */
  #frames(): readonly Heard[] {
    return [...this.#sockets].flatMap(([name, { frames }]) =>
      frames.map(({ atMs, text, json }) => ({ source: `frame ${name} ${json.type}`, atMs, text: withoutClock(json, atMs) ?? text })),
    );
  }

  async #read(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      const [current] = await Promise.all([this.#get(`/api/v1/games/crash/${GAME}/current`), this.#readAll(turn)]);
      const round: number = current?.round_number ?? 0;
      if (current?.status === "BETTING") await this.#bet(round);
      this.#hearLog();
      await pause(EVERY_MS);
    }
  }

  /** Another slice of the reads each turn, with parameters that fit the round of now. */
  async #readAll(turn: number): Promise<void> {
    const rounds = this.landings().map(({ landing }) => landing.startedAtMs).length;
    const slice = READS.filter((_, index) => index % 4 === turn % 4).concat("/metrics", "/healthz", "/api/fairness/commitment");
    await Promise.all(
      slice.map((path) =>
        this.#get(
          path
            .replace("{game}", GAME)
            .replace("{round_number}", String(rounds + 1 + (turn % 2)))
            .replace(/\{\w+\}/g, "none"),
        ),
      ),
    );
  }

  /** Both slots, with a target and without; then once more, and a cash-out of nothing: refusals are answers as well. */
  async #bet(round: number): Promise<void> {
    for (const [slot, target] of [
      ["A", { auto_cashout: 1.01 }],
      ["B", {}],
    ] as const)
      await this.#post("/api/v1/games/crash/bet", { amount: 20, slot, ...target });
    await this.#post("/api/v1/games/crash/cashout", { bet_id: `none-${round}` });
  }

  async #get(path: string): Promise<Json> {
    const answer = await request("GET", `${this.#platform.url}${path}`, undefined, {
      Authorization: `Bearer ${this.#player.token}`,
      "X-Dev-Country": "KE",
    }).catch(() => null);
    return this.#note(`GET ${path}`, answer);
  }

  async #post(path: string, body: Json): Promise<Json> {
    return this.#note(`POST ${path}`, await this.#player.post(path, body, randomUUID()).catch(() => null));
  }

  #note(source: string, answer: Awaited<ReturnType<typeof request>> | null): Json {
    if (answer === null) return null;
    const headers = JSON.stringify([...answer.headers].filter(([name]) => name !== "date"));
    this.#heard.push({ source, atMs: Date.now(), text: `${headers} ${JSON.stringify(answer.body)}` });
    return answer.body;
  }

  #hearLog(): void {
    const output = this.#platform.output();
    const text = output.slice(this.#logged);
    this.#logged = output.length;
    if (text !== "") this.#heard.push({ source: "log", atMs: Date.now(), text });
  }
}

const CLOCK_SLACK_MS = 30;

function isFlight(json: Json): boolean {
  return json.status === "RUNNING" && json.started_at !== null && json.elapsed_ms !== undefined;
}

/** A frame without what the clock alone says; null for one that is no flight's, or that is ahead of the clock. */
function withoutClock(json: Json, atMs: number): string | null {
  if (!isFlight(json)) return null;
  const { elapsed_ms, current_multiplier, ...rest } = json;
  const flownMs = atMs - Date.parse(json.started_at) + CLOCK_SLACK_MS;
  const isAhead = elapsed_ms > flownMs || Math.round(current_multiplier * 100) > multiplierAt(flownMs, CURVE);
  return isAhead ? null : JSON.stringify(rest);
}
