/**
 * Expected outcomes as values.
 *
 * A refusal ("insufficient funds", "market suspended") is a value of `Result`; an exception is a bug or a broken platform.
 * Plain objects on purpose: they survive the structured clone of an RPC call, class instances do not, and a thrown error
 * that crosses RPC keeps a reference to the object alive for tens of seconds.
 */

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<const E>(error: E): Err<E> {
  return { ok: false, error };
}
