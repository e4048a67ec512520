/** What ends a simulation: something that must never be. */
export class SimFailure extends Error {}

export function demand(condition: boolean, what: () => string): asserts condition {
  if (!condition) throw new SimFailure(what());
}

/** What a caller gets when the object it called went away, and what code gets that no longer is its object's. */
export class ObjectReset extends Error {
  readonly retryable = true;
}
