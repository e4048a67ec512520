/** What /metrics shows: requests from the Metrics objects, business figures from the countries' read models, the crash games' own reports. */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { businessFamilies } from "./business-families.ts";
import { businessFigures } from "./business-figures.ts";
import { crashFamilies, crashReports } from "./crash-families.ts";
import { allMetricsShards } from "./metrics-shards.ts";
import { prometheusText } from "./prometheus.ts";
import { flushRequests } from "./request-counters.ts";
import { requestFamilies } from "./request-families.ts";

/**
 * Writes all families; sends this isolate's own counts first, so that a scrape sees what came before it. Turnover and revenue are the
 * operator's: refuses UNAUTHORIZED without METRICS_TOKEN, and outside development when none is set.
 */
export async function readMetrics(ctx: ServiceContext, authorization: string | null): Promise<ServiceResult<string>> {
  if (!mayRead(ctx, authorization)) return refuse("UNAUTHORIZED");
  await flushRequests(ctx.env);
  const [shards, figures, games] = await Promise.all([
    Promise.all(allMetricsShards(ctx.env).map((shard) => shard.read())),
    businessFigures(ctx.env, ctx.nowMs),
    crashReports(ctx.env),
  ]);
  return ok(prometheusText([...requestFamilies(shards.flat()), ...businessFamilies(figures), ...crashFamilies(games)]));
}

/** Digests are compared, so that the time of the comparison tells nothing of the token. */
function mayRead({ config }: ServiceContext, authorization: string | null): boolean {
  if (config.METRICS_TOKEN === "") return config.ENVIRONMENT === "development";
  return authorization !== null && sha256Hex(authorization) === sha256Hex(`Bearer ${config.METRICS_TOKEN}`);
}
