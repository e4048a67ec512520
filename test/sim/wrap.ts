/** Wraps methods of the product's classes from outside, for as long as a run lasts. */

/** One undo for several, in their order. */
export function inTurn(...undos: readonly (() => void)[]): () => void {
  return () => {
    for (const undo of undos) undo();
  };
}

type Method = (...args: never[]) => unknown;

/** Puts `around` around a method; the answer puts the method back. */
export function wrap<O extends object, K extends keyof O>(
  owner: O,
  name: K,
  around: O[K] extends Method ? (original: O[K], self: O, ...args: Parameters<O[K]>) => ReturnType<O[K]> : never,
): () => void {
  const original = owner[name] as unknown as (...args: unknown[]) => unknown;
  const wrapped = function (this: O, ...args: unknown[]): unknown {
    const bound = (...inner: unknown[]) => original.apply(this, inner);
    return (around as unknown as (...args: unknown[]) => unknown)(bound, this, ...args);
  };
  owner[name] = wrapped as unknown as O[K];
  return () => {
    owner[name] = original as unknown as O[K];
  };
}
