/**
 * Crash tables that are away for a while: a dead one lost its machine and no call gets through to it; a slow one answers every call late.
 * The others of its game must go on meanwhile; whether they did is a state to be reached.
 */
import type { Faults } from "./faults.ts";
import type { Prng } from "./prng.ts";
import type { SimObject } from "./sim-object.ts";
import type { World } from "./world.ts";

const TABLE = /^crash-table /;
const AWAY_MS = { min: 3_000, max: 30_000 };
/** Within and beyond what a game waits for its tables. */
const SLOW_MS = { min: 500, max: 5_000 };
const STAGE = "SELECT number || ' ' || status AS stage FROM round ORDER BY number DESC LIMIT 1";

export class Outages {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #objects: ReadonlyMap<string, SimObject>;
  readonly #prng: Prng;
  readonly #away = new Map<string, { readonly untilMs: number; readonly isDead: boolean }>();

  constructor(world: World, faults: Faults, objects: ReadonlyMap<string, SimObject>) {
    this.#world = world;
    this.#faults = faults;
    this.#objects = objects;
    this.#prng = world.prng.split("outages");
  }

  /** How much longer a call to this object takes now; null when it gets lost. */
  delayMs(key: string): number | null {
    if (!TABLE.test(key)) return 0;
    const away = this.#away.get(key) ?? this.#begin(key);
    if (away === null) return 0;
    return away.isDead ? null : this.#prng.between(SLOW_MS.min, SLOW_MS.max);
  }

  #begin(key: string): { readonly isDead: boolean } | null {
    const isDead = this.#faults.strikes("table-dead", key);
    if (!isDead && !this.#faults.strikes("table-slow", key)) return null;
    const forMs = this.#prng.between(AWAY_MS.min, AWAY_MS.max);
    const away = { untilMs: this.#world.nowMs + forMs, isDead };
    this.#away.set(key, away);
    if (isDead) this.#objects.get(key)?.crash("lost its machine");
    const before = this.#stagesBeside(key);
    this.#world.after(forMs, `${key} is back`, () => {
      this.#away.delete(key);
      const haveMoved = [...this.#stagesBeside(key)].some(([other, stage]) => before.get(other) !== stage);
      if (haveMoved) this.#world.reached("tables-beside-went-on");
    });
    return away;
  }

  /** Where the rounds of all tables but this one are. */
  #stagesBeside(key: string): ReadonlyMap<string, unknown> {
    const others = [...this.#objects.values()].filter(({ name }) => TABLE.test(name) && name !== key);
    return new Map(others.map((table) => [table.name, table.has("round") ? table.rows(STAGE)[0]?.stage : undefined]));
  }
}
