/**
 * Counters of the platform's requests, named `metrics:<shard>`. A few shards share the load of all isolates; a reader adds them up.
 *
 * Telemetry, not accounts: isolates add batches every few seconds and may lose one, so nothing about money is decided by it.
 */
import { DurableObject } from "cloudflare:workers";
import type { MetricsRpc, RequestSeries } from "../../shared/protocol/rpc/metrics.ts";
import { durableSql } from "../platform/sql.ts";
import { MetricsStore } from "./metrics-store.ts";

export class Metrics extends DurableObject<Cloudflare.Env> implements MetricsRpc {
  readonly #store: MetricsStore;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#store = new MetricsStore(durableSql(ctx.storage));
  }

  /** Adds a batch to the counters; not idempotent. */
  async record(series: readonly RequestSeries[]): Promise<void> {
    this.#store.add(series);
  }

  async read(): Promise<readonly RequestSeries[]> {
    return this.#store.all();
  }

  /** Answers after a read from storage. */
  async ping(): Promise<"pong"> {
    this.#store.size();
    return "pong";
  }
}
