/** What the parts of the crash game's bench tell each other over their process channels. */

export type WatchOrder =
  /** Opens so many more sockets on a path, under a name for all of them. */
  | { readonly kind: "open"; readonly group: string; readonly port: number; readonly path: string; readonly count: number }
  /** From now on, notes when each socket of the group receives its first frame that begins with `begins`; answered at once. */
  | { readonly kind: "arm"; readonly group: string; readonly begins: string }
  /** Answered when every socket of the group has received that frame. */
  | { readonly kind: "collect" }
  /** Counts all bytes that each of the groups receives for so long. */
  | { readonly kind: "count"; readonly groups: readonly string[]; readonly forMs: number };

export interface WatchAnswer {
  /** Instants of receipt, milliseconds of the machine's clock with fractions. */
  readonly receivedAtMs: readonly number[];
  /** The text of the last such frame. */
  readonly text: string;
  /** Bytes of frames with their headers, one number a group, for `count`. */
  readonly bytes: readonly number[];
}

/** An order to the plain server: sends a text to all its sockets. */
export interface SendOrder {
  readonly text: string;
}

/** The machine's clock with fractions of a millisecond: the same for all processes. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}
