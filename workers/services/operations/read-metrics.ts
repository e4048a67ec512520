/** What /metrics shows: requests from the Metrics objects, business figures from the projections. */
import type { ServiceContext } from "../context.ts";
import { allMetricsShards } from "./metrics-shards.ts";
import { prometheusText } from "./prometheus.ts";
import { flushRequests } from "./request-counters.ts";
import { requestFamilies } from "./request-families.ts";

/** Writes all families; sends this isolate's own counts first, so that a scrape sees what came before it. */
export async function readMetrics(ctx: ServiceContext): Promise<string> {
  await flushRequests(ctx.env);
  const shards = await Promise.all(allMetricsShards(ctx.env).map((shard) => shard.read()));
  return prometheusText(requestFamilies(shards.flat()));
}
