/**
 * Listens to the platform as a stranger, a player's phone and somebody with the logs would, while rounds are played and the power is cut;
 * when a round's proof is out, looks through what was heard before its crash for what would have told it early.
 *
 * On a live platform a number may equal the point by chance, an elapsed time for example. A leak tells in every round, chance does not:
 * numbers count when one place told in most of the rounds, hashes count at once.
 */
import assert from "node:assert/strict";
import { hmacSha256OfBytes } from "../../durable-objects/platform/hash.ts";
import type { Platform } from "../../scripts/lib/platform-process.ts";
import { crashPoint } from "../../shared/crash/crash-point.ts";
import { fromHex } from "../../shared/crash/hash.ts";
import { parseMultiplier } from "../../shared/crash/multiplier.ts";
import { type Json, request, Socket } from "../e2e/client.ts";
import { type Channel, type Heard, tellsOf } from "../support/crash-tells.ts";

const POLL_MS = 400;
const LOG_MS = 25;
const ROUTES = [
  ...["/api/v1/games/crash/current", "/api/v1/games/crash/history?limit=3", "/api/v1/games/crash/crash-ke/fairness"],
  ...["/health", "/api/v1/admin/games/crash/crash-ke", "/metrics"],
];
/** Rounds from which on chance can be told from a leak. */
const ROUNDS_TO_JUDGE = 4;

export class Eavesdropper {
  readonly #heard: Heard[] = [];
  readonly #toldAt = new Map<string, number>();
  #rounds = 0;
  #items = 0;
  #stop: () => void = () => {};

  /** Listens until `pause` is called, for example because the power is cut. */
  async listen(platform: Platform): Promise<void> {
    const sockets: readonly (readonly [string, Socket])[] = await Promise.all(
      ["", "?form=lean"].map(async (form) => {
        const socket = await Socket.open(`${platform.url.replace("http", "ws")}/ws/games/current${form}`);
        return [`socket${form}`, socket] as const;
      }),
    );
    let read = platform.output().length;
    const logs = setInterval(() => {
      const output = platform.output();
      if (output.length > read) this.#note("log", "output", output.slice(read));
      read = output.length;
    }, LOG_MS);
    const polls = setInterval(() => void this.#poll(platform.url), POLL_MS);
    this.#stop = () => {
      clearInterval(logs);
      clearInterval(polls);
      for (const [name, socket] of sockets) {
        for (const { atMs, text } of socket.frames) this.#heard.push({ channel: "frame", name, text, atMs });
        socket.close();
      }
    };
  }

  pause(): void {
    this.#stop();
    this.#stop = () => {};
  }

  /** Looks through what was heard before the crash of a round that is over by now; throws when a hash was. */
  async judge(url: string, roundNumber: number): Promise<void> {
    const { status, body: proof } = await request("GET", `${url}/api/v1/games/crash/crash-ke/rounds/${roundNumber}`);
    assert.equal(status, 200, `round ${roundNumber} has no proof: ${JSON.stringify(proof)}`);
    const secret = secretOf(proof);
    const before = this.#heard.splice(0).filter(({ atMs }) => atMs < secret.crashAtMs);
    assert.ok(before.length > 0, `nothing was heard of round ${roundNumber}`);
    const tells = tellsOf(secret, before);
    const certain = tells.filter(({ kind }) => kind === "hash" || kind === "other secret");
    assert.deepEqual(certain, [], `round ${roundNumber} was told before its crash`);
    this.#rounds += 1;
    this.#items += before.length;
    for (const place of new Set(tells.map((tell) => tell.place))) this.#toldAt.set(place, (this.#toldAt.get(place) ?? 0) + 1);
    const often = [...this.#toldAt].filter(([, rounds]) => rounds > this.#rounds / 2);
    assert.ok(this.#rounds < ROUNDS_TO_JUDGE || often.length === 0, `told in most rounds: ${JSON.stringify(often)}`);
  }

  get figures(): string {
    const verdict = this.#rounds < ROUNDS_TO_JUDGE ? "too few rounds to tell chance from a leak there" : "none of them in most rounds";
    const listened = `${this.#items} frames, answers, headers and pieces of log heard before ${this.#rounds} crashes`;
    return `${listened}: no hash; ${this.#toldAt.size} places had a number that was also the point's, ${verdict}`;
  }

  async #poll(url: string): Promise<void> {
    await Promise.all(
      ROUTES.map(async (path) => {
        // The power may be gone.
        const answer = await request("GET", `${url}${path}`).catch(() => null);
        if (answer === null) return;
        const name = path.replace(/\?.*/, "");
        // The process's own counters reach every number; the game's lines are what could tell.
        const text = typeof answer.body === "string" ? crashLines(answer.body) : JSON.stringify(answer.body);
        this.#note("body", name, text);
        for (const [header, value] of answer.headers) this.#note("header", `${name} ${header}`, value);
      }),
    );
  }

  #note(channel: Channel, name: string, text: string): void {
    this.#heard.push({ channel, name, text, atMs: Date.now() });
  }
}

function secretOf(proof: Json) {
  const { hmac, draw } = crashPoint(
    fromHex(proof.server_seed),
    { salt: proof.salt, houseEdgeBasisPoints: proof.house_edge_bp, capHundredths: hundredths(proof.max_multiplier) },
    hmacSha256OfBytes,
  );
  return {
    ...{ serverSeed: proof.server_seed as string, crashHundredths: hundredths(proof.crash_point) },
    ...{ startedAtMs: Date.parse(proof.started_at), crashAtMs: Date.parse(proof.crashed_at) },
    others: [hmac.slice(0, 13), String(draw)],
  };
}

function hundredths(multiplier: number): number {
  const parsed = parseMultiplier(multiplier);
  assert.ok(parsed.ok, `not a multiplier: ${multiplier}`);
  return parsed.value;
}

function crashLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.includes("crash"))
    .join("\n");
}
