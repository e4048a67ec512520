/** Request counters of all shards as metric families: totals, durations, and what the brakes and the fence turned away. */
import { DURATION_BUCKETS_MS, type RequestSeries } from "../../../shared/protocol/rpc/metrics.ts";
import type { Family, Sample } from "./prometheus.ts";

const TOO_MANY_REQUESTS = 429;
const BLOCKED_BY_COUNTRY = 451;

interface Histogram {
  readonly labels: Readonly<Record<string, string>>;
  count: number;
  durationMs: number;
  readonly buckets: number[];
}

/** Adds the shards up; the histogram leaves the status out, which would multiply its series by ten. */
export function requestFamilies(series: readonly RequestSeries[]): readonly Family[] {
  const totals = new Map<string, { labels: Record<string, string>; value: number }>();
  const histograms = new Map<string, Histogram>();
  for (const one of series) {
    const labels = { method: one.method, route: one.route };
    const key = `${one.method} ${one.route}`;
    const total = totals.get(`${key} ${one.status}`) ?? { labels: { ...labels, status: String(one.status) }, value: 0 };
    total.value += one.count;
    totals.set(`${key} ${one.status}`, total);
    const histogram = histograms.get(key) ?? { labels, count: 0, durationMs: 0, buckets: DURATION_BUCKETS_MS.map(() => 0) };
    histogram.count += one.count;
    histogram.durationMs += one.durationMs;
    one.buckets.forEach((count, bucket) => {
      histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + count;
    });
    histograms.set(key, histogram);
  }
  const answeredWith = (status: number): Sample[] => [
    { labels: {}, value: series.reduce((sum, one) => sum + (one.status === status ? one.count : 0), 0) },
  ];
  return [
    { name: "http_requests_total", help: "Requests answered.", type: "counter", samples: [...totals.values()] },
    {
      name: "http_request_duration_seconds",
      help: "Time from the Worker's first line to its answer.",
      type: "histogram",
      samples: [...histograms.values()].flatMap(histogramSamples),
    },
    { name: "rate_limit_exceeded_total", help: "Requests answered 429.", type: "counter", samples: answeredWith(TOO_MANY_REQUESTS) },
    {
      name: "geolocation_requests_failed_total",
      help: "Requests answered 451.",
      type: "counter",
      samples: answeredWith(BLOCKED_BY_COUNTRY),
    },
  ];
}

function histogramSamples({ labels, count, durationMs, buckets }: Histogram): Sample[] {
  let upTo = 0;
  const cumulative = DURATION_BUCKETS_MS.map((limitMs, bucket): Sample => {
    upTo += buckets[bucket] ?? 0;
    return { suffix: "_bucket", labels: { ...labels, le: String(limitMs / 1_000) }, value: upTo };
  });
  return [
    ...cumulative,
    { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: count },
    { suffix: "_sum", labels, value: durationMs / 1_000 },
    { suffix: "_count", labels, value: count },
  ];
}
