/**
 * What many tables ask their game in a flight: presses and due targets of their players, gathered as the product's tables gather them. Every
 * one is judged against the crash point once that is known, and the calls and waits are counted.
 */
import { Gather } from "../../durable-objects/platform/gather.ts";
import { askInMs } from "../../shared/crash/asking.ts";
import { millisecondsTo, multiplierAt } from "../../shared/crash/curve.ts";
import type { CrashGameRpc, RoundView } from "../../shared/protocol/rpc/crash.ts";
import { SimFailure } from "./failure.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** Multipliers, in hundredths, that a crowd leaves at; half of the players, the others press anywhere. */
const CROWDED = [150, 200, 300, 500, 1_000] as const;
const HIGHEST = 5_000;

export interface AskingReport {
  /** Cash-outs that were asked for, and those that the flight had reached. */
  readonly asked: number;
  readonly granted: number;
  readonly calls: number;
  /** Calls that reached the game within one second, and within ten milliseconds, at most. */
  readonly callsASecondMax: number;
  readonly callsAtOnceMax: number;
  /** From the press to the game's answer at the table, milliseconds. */
  readonly waitMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

interface Asking {
  readonly round: number;
  readonly hundredths: number;
  readonly atMs: number;
}

export class Askers {
  readonly #world: World;
  readonly #game: () => Pick<CrashGameRpc, "grantCashOuts">;
  readonly #prng: Prng;
  readonly #leavers: number;
  readonly #gathers = new Map<number, Gather<Asking, number | null>>();
  readonly #over = new Map<number, number>();
  readonly #answers: { readonly asking: Asking; readonly granted: number | null; readonly waitMs: number }[] = [];
  readonly #callsAtMs: number[] = [];
  #waiting = 0;

  /** `leavers`: players of each table who leave each flight by a press or a target. */
  constructor(world: World, leavers: number, game: () => Pick<CrashGameRpc, "grantCashOuts">) {
    [this.#world, this.#leavers, this.#game] = [world, leavers, game];
    this.#prng = world.prng.split("askers");
  }

  get isQuiet(): boolean {
    return this.#waiting === 0;
  }

  /** A table hears of a change: a flight has its players leave at their multipliers, a crash ends that. */
  told(table: number, { roundNumber, status, startedAtMs, crashHundredths, curveMillionthsPerMs, tables }: RoundView): void {
    if (status === "CRASHED" && crashHundredths !== null) this.#over.set(roundNumber, crashHundredths);
    if (status !== "RUNNING" || startedAtMs === null) return;
    const inMs = () => askInMs(tables, table, this.#world.nowMs);
    const gather = this.#gathers.get(table) ?? new Gather((asked: readonly Asking[]) => this.#ask(asked), inMs);
    this.#gathers.set(table, gather);
    for (let player = 0; player < this.#leavers; player += 1) {
      const atMs = startedAtMs + millisecondsTo(this.#wish(), curveMillionthsPerMs);
      this.#world.after(atMs - this.#world.nowMs, "", () => {
        // The table has heard of the crash: it takes no press any more, and a target that was not reached is lost.
        if (this.#over.has(roundNumber)) return;
        const asking = { round: roundNumber, hundredths: multiplierAt(atMs - startedAtMs, curveMillionthsPerMs), atMs };
        this.#waiting += 1;
        void gather.add(asking).then((granted) => {
          this.#waiting -= 1;
          this.#answers.push({ asking, granted, waitMs: this.#world.nowMs - atMs });
        });
      });
    }
  }

  /** Throws when an answer is not what the crash point says. */
  report(): AskingReport {
    for (const { asking, granted } of this.#answers) {
      const crash = this.#over.get(asking.round);
      if (crash === undefined) continue;
      const due = asking.hundredths <= crash ? asking.hundredths : null;
      if (granted !== due)
        throw new SimFailure(`round ${asking.round} crashed at ${crash}: ${asking.hundredths} was answered ${String(granted)}`);
    }
    const waits = this.#answers.map(({ waitMs }) => waitMs).sort((a, b) => a - b);
    const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
    return {
      asked: this.#answers.length,
      granted: this.#answers.filter(({ granted }) => granted !== null).length,
      calls: this.#callsAtMs.length,
      callsASecondMax: mostWithin(this.#callsAtMs, 1_000),
      callsAtOnceMax: mostWithin(this.#callsAtMs, 10),
      waitMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    };
  }

  async #ask(asked: readonly Asking[]): Promise<readonly (number | null)[]> {
    const answers: (number | null)[] = [];
    for (const [round, own] of Map.groupBy(asked, (one) => one.round)) {
      this.#callsAtMs.push(this.#world.nowMs);
      answers.push(
        ...(await this.#game().grantCashOuts(
          round,
          own.map(({ hundredths }) => hundredths),
        )),
      );
    }
    return answers;
  }

  /** As a fair game's crowd does it: half leave at round numbers, half where a coin of their own says. */
  #wish(): number {
    if (this.#prng.chance(0.5)) return this.#prng.pick<number>(CROWDED);
    return Math.min(HIGHEST, Math.floor(100 / Math.max(0.02, this.#prng.fraction())) + 1);
  }
}

/** The most of these instants, in order, that lie within so many milliseconds. */
function mostWithin(instants: readonly number[], ms: number): number {
  let [most, first] = [0, 0];
  for (const [index, at] of instants.entries()) {
    while (at - (instants[first] ?? at) >= ms) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
