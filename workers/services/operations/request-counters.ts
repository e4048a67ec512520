/**
 * Counts requests in the isolate's memory and hands the counts to a Metrics object now and then, never one call a request.
 *
 * A batch is sent at most once: when its call fails it is dropped and logged, because one that may have arrived can't be sent again
 * without counting double. What an idle isolate still holds when it ends is lost too: at most `FLUSH_REQUESTS_MAX` requests.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { SECOND_MS } from "../../../shared/kernel/time.ts";
import { DURATION_BUCKETS_MS, type RequestSeries } from "../../../shared/protocol/rpc/metrics.ts";
import type { Env } from "../../env.ts";
import type { ServiceContext } from "../context.ts";
import { metricsShard } from "./metrics-shards.ts";

const FLUSH_AFTER_MS = 5 * SECOND_MS;
const FLUSH_REQUESTS_MAX = 500;
/** What hono calls a request that met middleware only. */
const NO_ROUTE = "/*";

export interface RequestRecord {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

interface OpenSeries extends RequestSeries {
  count: number;
  durationMs: number;
  buckets: number[];
}

const pending = new Map<string, OpenSeries>();
let pendingRequests = 0;
let flushedAtMs = 0;

/** Counts one request, and sends the counts when they are old or many. */
export function recordRequest(ctx: ServiceContext, request: RequestRecord): void {
  const series = seriesOf(request);
  series.count += 1;
  series.durationMs += request.durationMs;
  const bucket = DURATION_BUCKETS_MS.findIndex((upTo) => request.durationMs <= upTo);
  if (bucket !== -1) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
  pendingRequests += 1;
  if (flushedAtMs === 0) flushedAtMs = ctx.nowMs;
  if (pendingRequests < FLUSH_REQUESTS_MAX && ctx.nowMs - flushedAtMs < FLUSH_AFTER_MS) return;
  flushedAtMs = ctx.nowMs;
  ctx.later(flushRequests(ctx.env));
}

/** Sends what this isolate has counted; resolves also when the batch was lost. */
export async function flushRequests(env: Env): Promise<void> {
  if (pendingRequests === 0) return;
  const series = [...pending.values()];
  const requests = pendingRequests;
  pending.clear();
  pendingRequests = 0;
  try {
    await metricsShard(env).record(series);
  } catch (error) {
    log("warn", "request_counts_lost", { requests, error });
  }
}

function seriesOf({ method, route, status }: RequestRecord): OpenSeries {
  const key = `${method} ${status} ${route}`;
  const known = pending.get(key);
  if (known !== undefined) return known;
  const series: OpenSeries = {
    method,
    route: route === NO_ROUTE || route === "*" ? "none" : route,
    status,
    count: 0,
    durationMs: 0,
    buckets: DURATION_BUCKETS_MS.map(() => 0),
  };
  pending.set(key, series);
  return series;
}
