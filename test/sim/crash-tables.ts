/**
 * The authority of a crash game with many tables: the real CrashGame over its real storage, and tables that answer, some of them late, too
 * late, or never, and ask for their players' cash-outs. Counts what the game sends and is asked, and says how much later its phases came
 * than they were due.
 */
import type { CrashGameRpc, RoundView, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import { Askers, type AskingReport } from "./crash-askers.ts";
import { Faults } from "./faults.ts";
import { Platform } from "./platform.ts";
import type { Prng } from "./prng.ts";
import { inUniverse } from "./virtual-globals.ts";
import { World } from "./world.ts";

const GAME_ID = "crash-ke";
const START_MS = Date.UTC(2026, 0, 1);
/** 60 % of a table's seats: as many as the game gives a table. */
const CONNECTIONS_A_TABLE = 1_200;
const SLOW_MS = 1_500;
const TOO_SLOW_MS = 5_000;
/** Round trips between a table and its game: usual, one in ten, one in a hundred. The bounds are the bench's p50 and p99 of an RPC. */
const LATENCIES_MS = { usual: 3, tenth: 20, hundredth: 60 };

export interface TablesPlan {
  readonly tables: number;
  readonly rounds: number;
  /** How many of the tables answer after a second and a half, after the game has stopped waiting, and never. */
  readonly slow: number;
  readonly tooSlow: number;
  readonly dead: number;
  /** Players of each table who cash out in a flight, if it gets that far. */
  readonly leavers: number;
}

type Health = "well" | "slow" | "too_slow" | "dead";

interface Telling {
  readonly table: number;
  readonly atMs: number;
  readonly stage: string;
}

export interface TablesReport {
  /** Changes of the round that were told to all tables. */
  readonly changes: number;
  /** Most messages about one change that a table got which answers in time. */
  readonly messagesMax: number;
  /** The same for tables that don't. */
  readonly messagesToDeafMax: number;
  /** Milliseconds of this machine's time that the game spent on telling all its tables once: median and highest. */
  readonly tellMs: { readonly p50: number; readonly max: number };
  /** Between the first and the last table that are told the same, of the world's time. */
  readonly spreadMs: number;
  /** Whether tables were told in the order of their numbers. */
  readonly inOrder: boolean;
  readonly asking: AskingReport;
  /** How much later phases came than they were due, the world's milliseconds. */
  readonly lateness: { readonly takeOffMax: number; readonly openMax: number };
}

class StubTables {
  readonly tellings: Telling[] = [];
  readonly views = new Map<string, RoundView>();
  /** This machine's instants of the first and the last message about each change. */
  readonly tellingMs = new Map<string, { readonly worldMs: number; readonly first: number; last: number }>();
  readonly #world: World;
  readonly #plan: TablesPlan;
  readonly #latency: Prng;
  readonly #askers: Askers;

  constructor(world: World, plan: TablesPlan, askers: Askers) {
    this.#world = world;
    this.#plan = plan;
    this.#askers = askers;
    this.#latency = world.prng.split("tables");
  }

  /** In the place of the binding: the game finds its tables by it. */
  binding(): object {
    return {
      getByName: (name: string) => {
        const table = Number(name.split(":")[1]);
        return {
          roundChanged: (view: RoundView) => this.#told(table, view),
          presence: () => this.#answer(table, 0),
        };
      },
    };
  }

  health(table: number): Health {
    const { tables, slow, tooSlow, dead } = this.#plan;
    const fromEnd = tables - table;
    if (fromEnd < dead) return "dead";
    if (fromEnd < dead + tooSlow) return "too_slow";
    return fromEnd < dead + tooSlow + slow ? "slow" : "well";
  }

  #told(table: number, view: RoundView): Promise<TablePresence> {
    const stage = `${view.roundNumber} ${view.status}`;
    this.tellings.push({ table, atMs: this.#world.nowMs, stage });
    if (!this.views.has(stage)) this.views.set(stage, view);
    if (this.health(table) !== "dead") this.#askers.told(table, view);
    const now = performance.now();
    const telling = this.tellingMs.get(stage);
    if (telling === undefined) this.tellingMs.set(stage, { worldMs: this.#world.nowMs, first: now, last: now });
    // Only the first broadcast: later messages are to those who did not answer.
    else if (telling.worldMs === this.#world.nowMs) telling.last = now;
    return this.#answer(table, view.roundNumber);
  }

  #answer(table: number, roundNumber: number): Promise<TablePresence> {
    const health = this.health(table);
    if (health === "dead") return new Promise(() => {});
    const delayMs = health === "slow" ? SLOW_MS : health === "too_slow" ? TOO_SLOW_MS : this.#roundTripMs();
    // The one table of the game's first round has everybody, so that the next one has all tables.
    const isFirst = roundNumber <= 1 && table === 1;
    const connections = isFirst ? CONNECTIONS_A_TABLE * this.#plan.tables : CONNECTIONS_A_TABLE;
    const caller = this.#world.current;
    return new Promise((resolve) => {
      this.#world.after(delayMs, "", () => resolve({ connections, openBets: 0, players: 0, roundNumber }), caller);
    });
  }

  #roundTripMs(): number {
    const { usual, tenth, hundredth } = LATENCIES_MS;
    const chance = this.#latency.fraction();
    if (chance < 0.9) return this.#latency.between(1, usual);
    return chance < 0.99 ? this.#latency.between(usual, tenth) : this.#latency.between(tenth, hundredth);
  }
}

/** Plays so many rounds with all tables and reports. */
export async function simulateTables(plan: TablesPlan): Promise<TablesReport> {
  const world = new World(`tables-${plan.tables}`, START_MS);
  const platform = new Platform(world, new Faults(world, "none"));
  const askers = new Askers(world, plan.leavers, () => platform.env.CRASH_GAME.getByName(GAME_ID) as unknown as CrashGameRpc);
  const stubs = new StubTables(world, plan, askers);
  Object.assign(platform.env, { CRASH_TABLE: stubs.binding() });
  await inUniverse(
    world,
    () => Promise.reject(new Error("nothing is fetched")),
    () => play(world, platform, stubs, askers, plan),
  );
  if (world.uncaught.length > 0) throw world.uncaught[0];
  return report(stubs, askers, plan);
}

async function play(world: World, platform: Platform, stubs: StubTables, askers: Askers, { rounds }: TablesPlan): Promise<void> {
  const join = () => platform.inWorker("visitor", () => platform.env.CRASH_GAME.getByName(GAME_ID).join());
  void join();
  // The first round has one table and is not counted.
  while ((!stubs.views.has(`${rounds + 2} WAITING`) && !stubs.views.has(`${rounds + 2} BETTING`)) || !askers.isQuiet)
    if (!(await world.step())) throw new Error("the game came to rest");
}

function report(stubs: StubTables, askers: Askers, plan: TablesPlan): TablesReport {
  const changes = new Map<string, Telling[]>();
  for (const telling of stubs.tellings) {
    const [round = "", status] = telling.stage.split(" ");
    if (Number(round) < 2 || Number(round) > plan.rounds + 1 || status === "WAITING") continue;
    changes.set(telling.stage, [...(changes.get(telling.stage) ?? []), telling]);
  }
  let [messagesMax, messagesToDeafMax, spreadMs, inOrder] = [0, 0, 0, true];
  for (const tellings of changes.values()) {
    const byTable = Map.groupBy(tellings, ({ table }) => table);
    for (const [table, own] of byTable) {
      const isDeaf = stubs.health(table) === "dead" || stubs.health(table) === "too_slow";
      if (isDeaf) messagesToDeafMax = Math.max(messagesToDeafMax, own.length);
      else messagesMax = Math.max(messagesMax, own.length);
    }
    if (byTable.size !== plan.tables) throw new Error(`${byTable.size} of ${plan.tables} tables were told`);
    const first = [...byTable.values()].flatMap(([one]) => (one === undefined ? [] : [one]));
    spreadMs = Math.max(spreadMs, (first.at(-1)?.atMs ?? 0) - (first[0]?.atMs ?? 0));
    inOrder &&= first.every(({ table }, index) => table === index + 1);
  }
  const tellMs = [...changes.keys()].map((stage) => {
    const { first, last } = stubs.tellingMs.get(stage) ?? { first: 0, last: 0 };
    return last - first;
  });
  tellMs.sort((a, b) => a - b);
  return {
    ...{ changes: changes.size, messagesMax, messagesToDeafMax, spreadMs, inOrder, asking: askers.report() },
    lateness: lateness(stubs, plan, changes),
    tellMs: { p50: tellMs[Math.floor(tellMs.length / 2)] ?? 0, max: tellMs.at(-1) ?? 0 },
  };
}

function lateness(stubs: StubTables, { rounds }: TablesPlan, changes: ReadonlyMap<string, readonly Telling[]>): TablesReport["lateness"] {
  const toldAtMs = (stage: string) => changes.get(stage)?.[0]?.atMs ?? Number.NaN;
  let [takeOffMax, openMax] = [0, 0];
  for (let round = 2; round <= rounds + 1; round += 1) {
    takeOffMax = Math.max(takeOffMax, toldAtMs(`${round} RUNNING`) - (stubs.views.get(`${round} BETTING`)?.bettingEndsAtMs ?? Number.NaN));
    const due = stubs.views.get(`${round} CRASHED`)?.nextRoundAtMs ?? Number.NaN;
    if (round <= rounds) openMax = Math.max(openMax, toldAtMs(`${round + 1} BETTING`) - due);
  }
  return { takeOffMax, openMax };
}
