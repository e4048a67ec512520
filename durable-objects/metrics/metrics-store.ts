/**
 * All SQL of a Metrics object. Counters only grow; the number of series is bounded, because a label that a client could choose
 * would otherwise fill the object.
 */
import { DURATION_BUCKETS_MS, type RequestSeries } from "../../shared/protocol/rpc/metrics.ts";
import { migrate } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";
import { METRICS_MIGRATIONS } from "./metrics-schema.ts";

/** Our routes times their statuses stay far below it. */
const SERIES_MAX = 2_000;
const OVERFLOW_ROUTE = "other";

type SeriesRow = { method: string; route: string; status: number; count: number; duration_ms: number };
type BucketRow = { method: string; route: string; status: number; bucket: number; count: number };

export class MetricsStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    migrate(sql, METRICS_MIGRATIONS);
  }

  /** Adds a batch in one transaction; a new series past the bound is counted under the route `other`. */
  add(batch: readonly RequestSeries[]): void {
    this.#sql.transaction(() => {
      for (const series of batch) this.#addOne(this.#hasRoomFor(series) ? series : { ...series, route: OVERFLOW_ROUTE });
    });
  }

  all(): readonly RequestSeries[] {
    const buckets = new Map<string, number[]>();
    for (const row of this.#sql.all<BucketRow>("SELECT method, route, status, bucket, count FROM request_bucket")) {
      const counts = buckets.get(keyOf(row)) ?? noBuckets();
      counts[row.bucket] = row.count;
      buckets.set(keyOf(row), counts);
    }
    return this.#sql
      .all<SeriesRow>("SELECT method, route, status, count, duration_ms FROM request_series ORDER BY route, method, status")
      .map(({ duration_ms, ...row }) => ({ ...row, durationMs: duration_ms, buckets: buckets.get(keyOf(row)) ?? noBuckets() }));
  }

  /** How many series there are; also the read that shows that storage works. */
  size(): number {
    return this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM request_series")?.n ?? 0;
  }

  #hasRoomFor({ method, route, status }: RequestSeries): boolean {
    const known = this.#sql.first("SELECT 1 FROM request_series WHERE route = ? AND method = ? AND status = ?", route, method, status);
    return known !== null || this.size() < SERIES_MAX;
  }

  #addOne({ method, route, status, count, durationMs, buckets }: RequestSeries): void {
    this.#sql.run(
      `INSERT INTO request_series (method, route, status, count, duration_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, duration_ms = duration_ms + excluded.duration_ms`,
      method,
      route,
      status,
      count,
      durationMs,
    );
    buckets.slice(0, DURATION_BUCKETS_MS.length).forEach((counted, bucket) => {
      if (counted === 0) return;
      this.#sql.run(
        `INSERT INTO request_bucket (method, route, status, bucket, count) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
        method,
        route,
        status,
        bucket,
        counted,
      );
    });
  }
}

function keyOf(row: { readonly method: string; readonly route: string; readonly status: number }): string {
  return `${row.method} ${row.status} ${row.route}`;
}

function noBuckets(): number[] {
  return DURATION_BUCKETS_MS.map(() => 0);
}
