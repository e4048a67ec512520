/**
 * Watches over one feed's producers, and tells the fixtures of a producer that goes away or is whole again. Named after the feed.
 *
 * Silence for longer than two signs of life, or a sign that says that messages were lost, and everything that the producer offers is
 * suspended. It is sold again only when the recovery that was asked for last is through: a line that is up again has not yet said what was
 * missed. Results are applied all the while. Nothing here decides a price; a fixture that can't be told is told again.
 *
 * It also keeps how the feed names its markets: workers know them by version and ask for what has changed.
 */
import { DurableObject } from "cloudflare:workers";
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { Coverage, DescriptionsPage, FeedMonitorRpc, ProducerState } from "../../shared/protocol/rpc/feed-monitor.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import { COUNTRIES } from "../../shared/tenants/tenant.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { DescriptionStore } from "./description-store.ts";
import { FEED_MONITOR_MIGRATIONS, FeedMonitorStore } from "./feed-monitor-store.ts";

/** A producer gives a sign of life every ten seconds. */
export const SILENCE_MS = 20_000;
const SILENCE_JOB = "silence:";
const TELL_JOB = "tell:";
const SWEEP_JOB = "sweep";
const TELL_PAGE = 50;
/** Outrights of a season are spoken of for long. */
const FORGET_MS = 60 * DAY_MS;

export class FeedMonitor extends DurableObject<Cloudflare.Env> implements FeedMonitorRpc {
  readonly #sql: Sql;
  readonly #store: FeedMonitorStore;
  readonly #descriptions: DescriptionStore;
  readonly #alarms: AlarmTable;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#sql = durableSql(ctx.storage);
    migrate(this.#sql, FEED_MONITOR_MIGRATIONS);
    this.#store = new FeedMonitorStore(this.#sql);
    this.#descriptions = new DescriptionStore(this.#sql);
    this.#alarms = new AlarmTable(this.#sql, ctx.storage);
    this.#alarms.rearm();
  }

  async alive({ producer, isSubscribed }: Parameters<FeedMonitorRpc["alive"]>[0]): Promise<{ readonly needsRecovery: boolean }> {
    this.#change(producer, (nowMs) => {
      this.#store.heard(producer, nowMs);
      this.#alarms.schedule(`${SILENCE_JOB}${producer}`, nowMs + SILENCE_MS);
      return isSubscribed ? null : false;
    });
    return { needsRecovery: !this.#store.coverage(producer).isUp && !this.#store.isRecovering(producer) };
  }

  async recoveryRequested({ producer, requestId, requestedAtMs }: Parameters<FeedMonitorRpc["recoveryRequested"]>[0]): Promise<void> {
    // Who asks for a recovery has missed something: until it is through nothing is sold.
    this.#change(producer, () => (this.#store.asked(producer, requestId, requestedAtMs) ? false : null));
  }

  async snapshotComplete({ producer, requestId }: Parameters<FeedMonitorRpc["snapshotComplete"]>[0]): Promise<void> {
    this.#change(producer, (nowMs) => {
      if (!this.#store.recovered(producer, requestId)) return null;
      this.#store.heard(producer, nowMs);
      this.#alarms.schedule(`${SILENCE_JOB}${producer}`, nowMs + SILENCE_MS);
      return true;
    });
  }

  async seen(pairs: Parameters<FeedMonitorRpc["seen"]>[0]): Promise<Readonly<Record<string, Coverage>>> {
    this.#sql.transaction(() => {
      this.#alarms.scheduleIfAbsent(SWEEP_JOB, Date.now() + DAY_MS);
      for (const { producer, fixtureId } of pairs) {
        this.#store.meet(producer);
        this.#store.saw(producer, fixtureId, Date.now());
      }
    });
    this.#alarms.arm();
    return Object.fromEntries(pairs.map(({ producer }) => [producer, this.#store.coverage(producer)]));
  }

  async state(): Promise<readonly ProducerState[]> {
    return this.#store.all();
  }

  async describe({ language, entries }: Parameters<FeedMonitorRpc["describe"]>[0]): Promise<number> {
    return this.#sql.transaction(() => this.#descriptions.keep(language, entries, Date.now()));
  }

  async descriptionsSince({ language, version }: Parameters<FeedMonitorRpc["descriptionsSince"]>[0]): Promise<DescriptionsPage> {
    return this.#descriptions.since(language, version);
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, (job) => this.#runJob(job));
  }

  /** Runs a change in one transaction; `true` and `false` turn the producer, null leaves it. */
  #change(producer: number, change: (nowMs: number) => boolean | null): void {
    const nowMs = Date.now();
    const isTurned = this.#sql.transaction(() => {
      this.#store.meet(producer);
      const isUp = change(nowMs);
      const turned = isUp !== null && this.#store.turn(producer, isUp);
      if (turned) this.#alarms.schedule(`${TELL_JOB}${producer}`, nowMs);
      return turned;
    });
    this.#alarms.arm();
    if (isTurned) log("warn", "producer_turned", { feed: this.ctx.id.name ?? "", producer, isUp: this.#store.coverage(producer).isUp });
  }

  async #runJob(job: AlarmJob): Promise<void> {
    if (job.key.startsWith(SILENCE_JOB)) return this.#silent(Number(job.key.slice(SILENCE_JOB.length)));
    if (job.key.startsWith(TELL_JOB)) return this.#tell(job, Number(job.key.slice(TELL_JOB.length)));
    this.#store.forgetSeenBefore(Date.now() - FORGET_MS);
    this.#alarms.scheduleAfter(job, SWEEP_JOB, Date.now() + DAY_MS);
  }

  #silent(producer: number): void {
    // The clock that set the job may have run ahead of this one.
    const dueAtMs = this.#store.heardAtMs(producer) + SILENCE_MS;
    if (dueAtMs > Date.now()) this.#alarms.schedule(`${SILENCE_JOB}${producer}`, dueAtMs);
    else this.#change(producer, () => false);
  }

  /** Tells a page of fixtures in every tenant that takes the feed; those that could not be told come again. */
  async #tell(job: AlarmJob, producer: number): Promise<void> {
    const feed = this.ctx.id.name ?? "";
    const { isUp, version } = this.#store.coverage(producer);
    const countries = COUNTRIES.filter((country) => tenantOf(country).oddsFeeds.includes(feed));
    const page = this.#store.untold(producer, TELL_PAGE);
    const told = await Promise.allSettled(
      page.map(async (fixtureId) => {
        const channels = countries.map((country) => this.env.ODDS_CHANNEL.getByName(`${country}:${fixtureId}`));
        await Promise.all(channels.map((channel) => channel.producerChanged({ producer, isUp, version })));
        this.#store.told(producer, fixtureId, version);
      }),
    );
    const failed = told.filter(({ status }) => status === "rejected").length;
    if (failed > 0) log("warn", "fixtures_not_told", { feed, producer, failed });
    if (this.#store.untold(producer, 1).length > 0) this.#alarms.scheduleAfter(job, job.key, Date.now() + (failed > 0 ? 1_000 : 1));
  }
}
