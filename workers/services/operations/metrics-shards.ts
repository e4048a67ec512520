/** The Metrics objects: a fixed few, so that a reader can ask all of them. An isolate writes to one of them for its life. */
import type { MetricsRpc } from "../../../shared/protocol/rpc/metrics.ts";
import type { Env } from "../../env.ts";

const SHARDS = 4;

let ownShard: number | null = null;

/** The shard that this isolate adds to. */
export function metricsShard(env: Env): MetricsRpc {
  ownShard ??= Math.floor(Math.random() * SHARDS);
  return shard(env, ownShard);
}

export function allMetricsShards(env: Env): readonly MetricsRpc[] {
  return Array.from({ length: SHARDS }, (_, index) => shard(env, index));
}

function shard(env: Env, index: number): MetricsRpc {
  return env.METRICS.getByName(`metrics:${index}`);
}
