/**
 * Where faults may strike, and whether they do. Each component asks at its own points; the answer follows from the seed and the point's
 * count alone, so a fault list can be shortened: a fault left out does not move the others.
 */
import { fractionOf } from "./prng.ts";
import type { World } from "./world.ts";

/** What can go wrong, with how often it does (per asking). */
export const FAULT_RATES = {
  "object-crash-at-write": 1 / 900,
  "object-crash-before-confirm": 1 / 300,
  "object-crash-after-confirm": 1 / 300,
  "object-crash-in-call": 1 / 400,
  "object-evict": 1 / 400,
  "object-stale": 1 / 400,
  "rpc-reply-lost": 1 / 250,
  "rpc-request-lost": 1 / 400,
  "rpc-slow": 1 / 100,
  "table-dead": 1 / 60,
  "table-slow": 1 / 90,
  "alarm-late": 1 / 10,
  "alarm-twice": 1 / 15,
  "alarm-dropped-once": 1 / 60,
  "alarm-given-up": 1 / 80,
  "clock-ahead": 1 / 40,
  "clock-behind": 1 / 120,
  "queue-duplicate": 1 / 25,
  "queue-delay": 1 / 25,
  "queue-lost": 1 / 15,
  "queue-send-fails": 1 / 200,
  "queue-send-fails-after": 1 / 200,
  "worker-dies": 1 / 60,
  "d1-fails-before": 1 / 60,
  "d1-fails-after": 1 / 60,
  "d1-slow": 1 / 40,
  "d1-restored": 1 / 25,
  "all-objects-restart": 1 / 25,
  "day-passes": 1 / 50,
  "archive-fails-before": 1 / 60,
  "archive-fails-after": 1 / 60,
  "provider-unreachable": 1 / 15,
  "provider-answer-lost": 1 / 15,
  "callback-lost": 1 / 20,
  "feed-gap": 1 / 12,
  "producer-silent": 1 / 16,
} as const;

/** After these only reconciliation may bring a journal to its database. */
export const LOSES_TIME: ReadonlySet<string> = new Set(["day-passes", "alarm-given-up"]);

export type FaultName = keyof typeof FAULT_RATES;

/** One fault that struck: which, and at which asking of its kind. */
export interface Fault {
  readonly name: FaultName;
  readonly at: number;
}

/** `all`: as the seed says. A list: only these, for shrinking and repeating. */
export type FaultPlan = "all" | "none" | readonly Fault[];

export class Faults {
  readonly struck: Fault[] = [];
  readonly #world: World;
  readonly #chosen: ReadonlySet<string> | null;
  readonly #counts = new Map<FaultName, number>();
  #isOn: boolean;

  constructor(world: World, plan: FaultPlan) {
    this.#world = world;
    this.#isOn = plan !== "none";
    this.#chosen = typeof plan === "string" ? null : new Set(plan.map(faultText));
  }

  /** Says whether this fault strikes here. */
  strikes(name: FaultName, of: string): boolean {
    if (!this.#isOn) return false;
    const at = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, at);
    const fault = { name, at };
    // Half of the seeds lose no time, so that there the checks need not excuse what comes late.
    const isSpared = LOSES_TIME.has(name) && fractionOf(`${this.#world.seed}/loses-time`) < 0.5;
    const strikes =
      this.#chosen === null
        ? !isSpared && fractionOf(`${this.#world.seed}/${name}/${at}`) < FAULT_RATES[name]
        : this.#chosen.has(faultText(fault));
    if (!strikes) return false;
    this.struck.push(fault);
    this.#world.trace(`fault ${name} at ${of}`);
    this.#world.reached(`fault:${name}`);
    return true;
  }

  /** Runs `work` as a check does: nothing goes wrong in it, and nothing of it is counted. */
  quietly<T>(work: () => T): T {
    const wasOn = this.#isOn;
    this.#isOn = false;
    try {
      return work();
    } finally {
      this.#isOn = wasOn;
    }
  }

  /** The liveness phase: nothing goes wrong any more. */
  stop(): void {
    this.#isOn = false;
  }
}

export function faultText({ name, at }: Fault): string {
  return `${name}@${at}`;
}

/** Reads `name@count` texts; throws on an unknown one. */
export function parseFaults(text: string): readonly Fault[] {
  return text
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", at = ""] = part.split("@");
      if (!Object.hasOwn(FAULT_RATES, name) || !/^\d+$/.test(at)) throw new TypeError(`not a fault: ${part}`);
      return { name: name as FaultName, at: Number(at) };
    });
}
