/** Latencies of calls in milliseconds, and how long all of them took together. */
export interface Calls {
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}
