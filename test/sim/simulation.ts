/**
 * One run: a world from a seed, a platform in it, players and fixtures that use it, faults that strike it; then the faults stop and
 * everything must come to rest, whole. The same seed and faults do the same, step by step.
 */
import { DAY_MS, HOUR_MS } from "../../shared/kernel/time.ts";
import { COUNTRIES, type Country } from "../../shared/tenants/tenant.ts";
import { letWatch } from "./audience.ts";
import { bet } from "./bet-actions.ts";
import { checkAcknowledged, checkEnd, checkWallet, commandProber, noteIntents, type Story, unfinished } from "./checkers.ts";
import { crashBet } from "./crash-actions.ts";
import { checkCrashes, noteCrashBets, watchBetting } from "./crash-checks.ts";
import { SimFailure } from "./failure.ts";
import { type Fault, type FaultPlan, Faults, LOSES_TIME } from "./faults.ts";
import { FeedWatch } from "./feed-checks.ts";
import { FixtureBoard } from "./fixtures.ts";
import { type StartedIntent, startPayment } from "./intent-actions.ts";
import { MONEY_ACTIONS } from "./money-actions.ts";
import { type PlantedBug, plant } from "./planted-bugs.ts";
import { Platform } from "./platform.ts";
import { Player } from "./player.ts";
import { POSITION_ACTIONS } from "./position-actions.ts";
import type { D1Snapshot } from "./sim-d1.ts";
import { SimFeed } from "./sim-feed.ts";
import { inUniverse } from "./virtual-globals.ts";
import { World } from "./world.ts";
import { inTurn } from "./wrap.ts";

export interface RunOptions {
  readonly seed: string;
  /** Commands after which players stop asking for new things. */
  readonly commands: number;
  readonly faults: FaultPlan;
  readonly bug: PlantedBug | null;
}

export interface RunReport {
  readonly seed: string;
  readonly commands: number;
  readonly steps: number;
  readonly faults: readonly Fault[];
  readonly reached: ReadonlyMap<string, number>;
  readonly traceHash: string;
  /** Null when everything held. */
  readonly failure: { readonly message: string; readonly trace: readonly string[] } | null;
}

/** 1 September 2026, noon in Nairobi: the taxes of that day. */
const START_MS = Date.UTC(2026, 8, 1, 9);
const PLAYERS_PER_COUNTRY = { KE: 4, NG: 2, GH: 2 } as const;
const OPEN_FIXTURES = 3;
/** Things that one player does at the same time, and how long each hand rests. */
const HANDS = 4;
const THINK_MS_MAX = 1_000;
const REST_MS_MAX = 3 * 24 * 3_600_000;
const REST_STEP_MS = 20 * 60_000;
const CHECK_EVERY_STEPS = 40;
const CHECK_FEED_EVERY_STEPS = 250;
/** Some ten times what a run of the usual length takes. */
const STEPS_MAX = 1_000_000;
const WHOLE_CHECK_EVERY = 101;
const BET_WEIGHT = 14;
const CRASH_WEIGHT = 40;
const CRASH_CHANCE = 0.25;
/** Where crash bets have no tax on these days, so that a payout is what was won. */
const CRASH_COUNTRY = "KE";
const PAYMENT_WEIGHT = 0.8;

/** Runs one seed to its end; never throws: what broke is in the report. */
export async function simulate(options: RunOptions): Promise<RunReport> {
  const world = new World(options.seed, START_MS);
  const faults = new Faults(world, options.faults);
  let commands = 0;
  const platform = new Platform(world, faults);
  platform.network.prober = commandProber(world, () => {
    commands += 1;
  });
  const isOver = (): boolean => commands >= options.commands;
  const feedWatch = new FeedWatch(world);
  const undo = inTurn(watchBetting(world), letWatch(world, isOver), feedWatch.stop);
  const unplant = options.bug === null ? () => {} : plant(options.bug, platform);
  let failure: RunReport["failure"] = null;
  const muted = mute();
  try {
    const fetch = (url: string, init: RequestInit, caller: typeof world.current) => platform.provider.fetch(url, init, caller);
    await inUniverse(world, fetch, () => live(world, faults, platform, feedWatch, isOver));
  } catch (error) {
    const message = error instanceof SimFailure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    failure = { message, trace: world.lastLines };
  } finally {
    unmute(muted);
    unplant();
    undo();
    for (const object of platform.network.objects.values()) object.database.close();
  }
  return {
    seed: options.seed,
    commands,
    steps: world.steps,
    faults: faults.struck,
    reached: world.coverage,
    traceHash: world.traceHash,
    failure,
  };
}

async function live(world: World, faults: Faults, platform: Platform, feedWatch: FeedWatch, isOver: () => boolean): Promise<void> {
  const feed = new SimFeed(world, platform, faults);
  const boards = COUNTRIES.map((country) => new FixtureBoard(world, feed, country));
  const players = COUNTRIES.flatMap((country, index) => {
    const board = boards[index];
    if (board === undefined) return [];
    return Array.from(
      { length: PLAYERS_PER_COUNTRY[country] },
      (_, number) => new Player({ world, platform, board }, country, index * 100 + number + 1),
    );
  });
  const intents: StartedIntent[] = [];
  const story: Story = { platform, players, feed, boards, intents };
  for (const board of boards) board.keepOpen(OPEN_FIXTURES);
  platform.startCron();
  const setBack = strikeAtLarge(world, faults, platform, isOver);
  // A crash game's chain of 100,000 hashes costs as much as a thousand commands: some seeds have one.
  const hasCrash = world.prng.split("crash").chance(CRASH_CHANCE);
  let active = 0;
  for (const player of players) {
    platform.register(player);
    active += 1;
    void livePlayer(player, intents, hasCrash, isOver).then(() => {
      active -= 1;
    });
  }

  const advance = async (): Promise<void> => {
    await step(world);
    if (world.steps % CHECK_EVERY_STEPS === 0) await checkOne(world, platform, players, setBack);
    if (world.steps % CHECK_FEED_EVERY_STEPS === 0) feedWatch.check(platform, feed);
  };
  while (active > 0) await advance();
  faults.stop();
  for (const board of boards) board.end();
  await rest(world, story, advance);
  await noteIntents(story);
  for (const player of players) noteCrashBets(platform, player);
  checkCrashes(platform);
  await checkEnd(
    story,
    setBack,
    faults.struck.some(({ name }) => LOSES_TIME.has(name)),
  );
}

async function step(world: World): Promise<void> {
  if (!(await world.step())) throw new SimFailure("nothing happens any more, and players still wait");
  if (world.steps > STEPS_MAX) throw new SimFailure(`${STEPS_MAX} steps, and no end: something goes round in circles`);
  const [uncaught] = world.uncaught;
  if (uncaught !== undefined) throw uncaught;
}

/** Looks at one wallet after another: cheaply each time, and wholly now and then. */
async function checkOne(world: World, platform: Platform, players: readonly Player[], setBack: ReadonlySet<Country>): Promise<void> {
  const turn = world.steps / CHECK_EVERY_STEPS;
  const player = players[turn % players.length];
  if (player === undefined) return;
  await checkAcknowledged(platform, player, setBack);
  const wallet = platform.network.objects.get(`wallet ${player.audit.walletId}`);
  if (turn % WHOLE_CHECK_EVERY === 0 && wallet !== undefined && !wallet.database.isDirty) await checkWallet(wallet);
}

/** Faults have stopped: everything comes to rest within a bounded time. */
async function rest(world: World, story: Story, advance: () => Promise<void>): Promise<void> {
  const endMs = world.nowMs + REST_MS_MAX;
  let waiting: readonly string[] = ["everything"];
  while (world.nowMs < endMs && waiting.length > 0) {
    const untilMs = world.nowMs + REST_STEP_MS;
    while (world.nowMs < untilMs) {
      const nextInMs = world.nextInMs();
      if (nextInMs === null || world.nowMs + nextInMs > untilMs) {
        world.nowMs = untilMs;
        break;
      }
      await advance();
    }
    waiting = await unfinished(story);
  }
  if (waiting.length > 0)
    throw new SimFailure(`not at rest ${REST_MS_MAX / 3_600_000} hours after the last fault: ${waiting.slice(0, 5).join("; ")}`);
}

async function livePlayer(player: Player, intents: StartedIntent[], hasCrash: boolean, isOver: () => boolean): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("open");
  await player.ask({ key, memory: "success", send: () => wallet.open({ key, userId: player.userId, country: player.country }) });
  const verified = player.newKey("verify");
  await player.ask({ key: verified, memory: "success", send: () => wallet.setVerified({ key: verified, verified: true }) });
  const hands = Array.from({ length: HANDS }, async () => {
    while (!isOver()) {
      await player.sleep(prng.between(0, THINK_MS_MAX));
      const crashes = hasCrash && player.country === CRASH_COUNTRY ? CRASH_WEIGHT : 0;
      const pays = player.country === "KE" ? PAYMENT_WEIGHT : 0;
      const action = prng.weighted([
        ...MONEY_ACTIONS,
        [BET_WEIGHT, async (one: Player) => void (await bet(one))] as const,
        ...POSITION_ACTIONS,
        [crashes, crashBet] as const,
        [pays, (one: Player) => startPayment(one, intents)] as const,
      ]);
      await action(player);
    }
  });
  await Promise.all(hands);
}

/**
 * What strikes more than one object: databases that go back to a snapshot, all objects at once, a day in which nothing ran. The answer fills with
 * the countries whose database was set back: there a wallet rightly believes more to be stored than is, until reconciliation finds it.
 */
function strikeAtLarge(world: World, faults: Faults, platform: Platform, isOver: () => boolean): ReadonlySet<Country> {
  const setBack = new Set<Country>();
  const snapshots = new Map<Country, D1Snapshot>();
  const prng = world.prng.split("snapshots");
  const look = (): void => {
    for (const [country, database] of platform.databases) {
      const snapshot = snapshots.get(country);
      if (snapshot !== undefined && faults.strikes("d1-restored", `d1 ${country}`)) {
        database.restore(snapshot);
        setBack.add(country);
      } else if (prng.chance(0.3)) snapshots.set(country, database.snapshot());
    }
    // As when a new version is deployed.
    if (faults.strikes("all-objects-restart", "all")) for (const object of platform.network.objects.values()) object.crash("restarted");
    if (faults.strikes("day-passes", "world")) world.pass(DAY_MS + HOUR_MS);
    if (!isOver()) world.after(prng.between(10_000, 40_000), "", look);
  };
  world.after(30_000, "", look);
  return setBack;
}

type Consoles = Pick<Console, "log" | "warn" | "error">;

/** The platform's log lines are no part of the report. */
function mute(): Consoles {
  const { log, warn, error } = console;
  if (process.env.SIM_LOG !== "on") Object.assign(console, { log: () => {}, warn: () => {}, error: () => {} });
  return { log, warn, error };
}

function unmute(consoles: Consoles): void {
  Object.assign(console, consoles);
}
