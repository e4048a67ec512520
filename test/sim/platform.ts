/**
 * The platform as it is deployed, inside a world: the real object classes behind their bindings, the real queue consumers and cron jobs,
 * one database a country, the provider. What wrangler.toml says of queues is read from it.
 */
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CrashGame } from "../../durable-objects/crash-game/crash-game.ts";
import { CrashTable } from "../../durable-objects/crash-game/crash-table.ts";
import { CrashLounge } from "../../durable-objects/crash-lounge/crash-lounge.ts";
import { FeedMonitor } from "../../durable-objects/feed-monitor/feed-monitor.ts";
import { OddsChannel } from "../../durable-objects/odds-channel/odds-channel.ts";
import { OddsLobby } from "../../durable-objects/odds-channel/odds-lobby.ts";
import { PaymentIntent } from "../../durable-objects/payment-intent/payment-intent.ts";
import { ProviderSession } from "../../durable-objects/payment-intent/provider-session.ts";
import { Wallet } from "../../durable-objects/wallet/wallet.ts";
import { developmentSettings } from "../../scripts/lib/development-secrets.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { COUNTRIES, type Country } from "../../shared/tenants/tenant.ts";
import { configOf, type Env } from "../../workers/env.ts";
import { consumeBatch } from "../../workers/queues/consume.ts";
import { runScheduled } from "../../workers/scheduled/run.ts";
import type { Actor, ServiceContext } from "../../workers/services/context.ts";
import { receiveCallback } from "../../workers/services/payments/receive-callback.ts";
import type { Faults } from "./faults.ts";
import { SimArchive } from "./sim-archive.ts";
import { SimD1 } from "./sim-d1.ts";
import { SimNetwork, SimWorker } from "./sim-network.ts";
import type { ObjectClass } from "./sim-object.ts";
import { SimProvider } from "./sim-provider.ts";
import { type QueueSettings, SimQueue } from "./sim-queue.ts";
import type { Context, World } from "./world.ts";

const CRON_MS = 5 * 60_000;
const WORKER_LIFE_MS = 30_000;

export class Platform {
  readonly env: Env;
  readonly network: SimNetwork;
  readonly archive: SimArchive;
  readonly databases: ReadonlyMap<Country, SimD1>;
  readonly queues: ReadonlyMap<string, SimQueue>;
  readonly provider: SimProvider;
  /** Bodies that no consumer took. */
  readonly deadLetters: { readonly queue: string; readonly body: unknown }[] = [];
  readonly #world: World;
  readonly #faults: Faults;

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
    this.network = new SimNetwork(world, faults);
    const settings = textSettings();
    this.provider = new SimProvider(world, faults, settings, (url, text) => this.#callBack(url, text));
    this.databases = new Map(COUNTRIES.map((country) => [country, new SimD1(world, faults, `d1 ${country}`)]));
    this.queues = new Map(queueSettings().map((one) => [one.name, this.#queue(one)]));
    const env: Record<string, unknown> = { ...settings };
    // Bindings are the simulator's; the product reaches them through the one environment that it is given.
    this.env = env as unknown as Env;
    const classes: readonly (readonly [string, string, unknown])[] = [
      ["WALLET", "wallet", Wallet],
      ["PAYMENT_INTENT", "intent", PaymentIntent],
      ["PROVIDER_SESSION", "session", ProviderSession],
      ["FEED_MONITOR", "feed-monitor", FeedMonitor],
      ["ODDS_CHANNEL", "channel", OddsChannel],
      ["ODDS_LOBBY", "lobby", OddsLobby],
      ["CRASH_GAME", "crash-game", CrashGame],
      ["CRASH_TABLE", "crash-table", CrashTable],
      ["CRASH_LOUNGE", "lounge-of-crash", CrashLounge],
    ];
    for (const [binding, label, Class] of classes) env[binding] = this.network.namespace(label, Class as ObjectClass, this.env);
    this.archive = new SimArchive(world, faults);
    env.ARCHIVE = this.archive.binding();
    for (const [country, database] of this.databases) env[`DB_${country}`] = database.binding();
    for (const [name, queue] of this.queues)
      env[`${name === "payment-callbacks" ? "PAYMENT_CALLBACK" : name === "notifications" ? "NOTIFICATION" : name.toUpperCase()}_QUEUE`] =
        queue.binding();
  }

  /** Runs a piece of a worker's work; null when the worker died on the way or it threw. */
  inWorker<T>(name: string, work: () => Promise<T>): Promise<{ readonly value: T } | null> {
    return new Promise((resolve) => {
      this.#world.after(0, "", () => {
        const worker = new SimWorker(name);
        let isOver = false;
        const finish = (outcome: { readonly value: T } | null): void => {
          if (isOver) return;
          isOver = true;
          worker.die();
          this.#world.after(0, "", () => resolve(outcome));
        };
        this.#world.current = worker;
        work().then(
          (value) => finish({ value }),
          () => finish(null),
        );
        const lifeMs = this.#faults.strikes("worker-dies", name) ? this.#world.prng.between(0, 60) : WORKER_LIFE_MS;
        this.#world.after(lifeMs, "", () => finish(null));
      });
    });
  }

  /** What a verb is called with. */
  context(country: Country, actor: Actor | null): ServiceContext {
    return {
      env: this.env,
      config: configOf(this.env),
      nowMs: unixMs(this.#world.clockMs()),
      requestId: "sim",
      country,
      actor,
      staff: null,
      ipAddress: "192.0.2.1",
      later: () => {},
    };
  }

  /** The player is in the country's database, as after a registration. */
  register({ country, userId, msisdn }: { readonly country: Country; readonly userId: string; readonly msisdn: string }): void {
    const row = [userId, country, `+${msisdn}`, "Sim Player", "active", 1, this.#world.nowMs, 1];
    this.databases.get(country)?.read("INSERT INTO user VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ...row);
  }

  /** The cron, from now on. */
  startCron(): void {
    const run = (): void => {
      void this.runCron();
      this.#world.after(CRON_MS, "", run);
    };
    this.#world.after(CRON_MS, "", run);
  }

  runCron(): Promise<unknown> {
    const controller = { scheduledTime: this.#world.nowMs, cron: "*/5 * * * *", noRetry: () => {} } as ScheduledController;
    return this.inWorker("cron", () => runScheduled(controller, this.env));
  }

  #queue(settings: QueueSettings): SimQueue {
    const consume = (batch: MessageBatch, _worker: Context): Promise<void> => consumeBatch(batch, this.env);
    return new SimQueue(this.#world, this.#faults, settings, consume, (body) => void this.deadLetters.push({ queue: settings.name, body }));
  }

  /** A provider's callback reaches the platform's door. */
  #callBack(address: string, text: string): void {
    const [, , kind = "", country = "", intentHex = "", secret = ""] = new URL(address).pathname.split("/");
    void this.inWorker("callback", async () => {
      const taken = await receiveCallback(this.context("KE", null), { kind, country, intentHex, secret }, text);
      if (!taken.ok) throw new Error(`a callback was turned away: ${taken.error.code}`);
    });
  }
}

/** A key that is always the same, made of nothing. */
function signingKey(kid: string, fill: number): string {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, fill)]);
  return JSON.stringify({ ...createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "jwk" }), kid });
}

function textSettings(): Record<string, string> {
  const secret = (name: string): string => `${name}-`.padEnd(40, "0");
  return {
    ...developmentSettings(8787, 8788),
    RATE_LIMITS: "off",
    // As the sports' rules have it.
    LIVE_DELAY_MS: "",
    ACCESS_TOKEN_KEY: signingKey("sim-token", 1),
    ANCHOR_KEY: signingKey("sim-anchor", 2),
    CREDENTIAL_PEPPER: secret("pepper"),
    FEED_SECRET: secret("feed"),
    CALLBACK_SECRET: secret("callback"),
    CRASH_CHAIN_SECRET: secret("chain"),
    TICKET_SECRET: secret("ticket"),
  };
}

/** Consumers of wrangler.toml, dead letters aside: those are collected here. */
function queueSettings(): QueueSettings[] {
  const text = readFileSync(join(import.meta.dirname, "../../wrangler.toml"), "utf8");
  return text
    .split("[[queues.consumers]]")
    .slice(1)
    .map((block) => {
      const value = (name: string): string => new RegExp(`^${name} = "?([^"\\n]*)"?`, "m").exec(block)?.[1] ?? "";
      return {
        name: value("queue"),
        batchMax: Number(value("max_batch_size")),
        waitMs: Number(value("max_batch_timeout")) * 1_000,
        retriesMax: Number(value("max_retries") || "3"),
      };
    })
    .filter(({ name }) => name !== "dead-letters");
}
