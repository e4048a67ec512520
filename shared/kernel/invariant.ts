/**
 * Assertions that stay on in production: a broken invariant is a bug, never an answer to a user.
 */

export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** Asserts `condition`; throws `InvariantViolation` with `message` (never shown to a client) when it does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

/** Ends a `switch` over a union: the compiler refuses the call when a case is missing. */
export function assertNever(value: never, where: string): never {
  throw new InvariantViolation(`${where}: unexpected ${JSON.stringify(value)}`);
}
