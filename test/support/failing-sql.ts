/**
 * The Sql port with a point at which the power goes: before or after the n-th statement, begin or commit. From there on every call
 * fails, as for an instance that is gone; the storage beneath keeps what was committed and rolls back what was not.
 */
import type { Sql } from "../../durable-objects/platform/sql.ts";

export class PowerLost extends Error {}

export type Side = "before" | "after";

export class FailingSql {
  /** Points passed so far. */
  points = 0;
  /** Outermost transactions that reached storage before the power went. */
  commits = 0;
  readonly sql: Sql;
  readonly #failAt: number;
  readonly #side: Side;
  #isGone = false;

  /** `failAt` counts from 1; 0 never fails and only counts. */
  constructor(storage: Sql, failAt: number, side: Side) {
    this.#failAt = failAt;
    this.#side = side;
    let depth = 0;
    this.sql = {
      run: (query, ...params) => this.#point(() => storage.run(query, ...params)),
      all: (query, ...params) => this.#point(() => storage.all(query, ...params)),
      first: (query, ...params) => this.#point(() => storage.first(query, ...params)),
      transaction: (work) => {
        depth += 1;
        try {
          // The commit's "before" is inside, so that it rolls back; its "after" leaves the effect standing and the answer lost.
          const commit = storage.transaction(() => {
            this.#point(() => undefined);
            const result = work();
            this.points += 1;
            this.#failWhen("before");
            return { result, point: this.points };
          });
          if (depth === 1) this.commits += 1;
          if (this.#side === "after" && commit.point === this.#failAt) this.#lose();
          return commit.result;
        } finally {
          depth -= 1;
        }
      },
    };
  }

  #point<T>(work: () => T): T {
    if (this.#isGone) this.#lose();
    this.points += 1;
    this.#failWhen("before");
    const result = work();
    this.#failWhen("after");
    return result;
  }

  #failWhen(side: Side): void {
    if (side === this.#side && this.points === this.#failAt) this.#lose();
  }

  #lose(): never {
    this.#isGone = true;
    throw new PowerLost("the power is gone");
  }
}
