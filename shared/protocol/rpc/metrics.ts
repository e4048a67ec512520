/**
 * What the Worker's isolates tell a Metrics object and what it answers. Counts of requests only: figures of the business are read
 * from the projections, which count nothing twice.
 */

/** Upper bounds of the duration histogram, milliseconds; what took longer is in the total alone. */
export const DURATION_BUCKETS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

/** Requests of one method, route and status. */
export interface RequestSeries {
  readonly method: string;
  /** The pattern, never an address: ids in labels would make a series of every player. */
  readonly route: string;
  readonly status: number;
  readonly count: number;
  readonly durationMs: number;
  /** How many requests fell into each bucket of `DURATION_BUCKETS_MS` and into no smaller one. */
  readonly buckets: readonly number[];
}

export interface MetricsRpc {
  /** Adds to the counters. Not idempotent: a caller that is not sure of its call drops the batch. */
  record(series: readonly RequestSeries[]): Promise<void>;
  read(): Promise<readonly RequestSeries[]>;
  /** Answers from storage, so that readiness means the object can work. */
  ping(): Promise<"pong">;
}
