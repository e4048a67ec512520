/** What the parts of the sportsbook's bench tell each other. */

/** What the sink in the queue's place has taken. */
export interface Heard {
  readonly messages: number;
  readonly bets: number;
  readonly resultVersion: number;
  /** The newest outcome of each selection, by its id. */
  readonly outcomes: Readonly<Record<string, "won" | "lost" | "void" | "half_won" | "half_lost" | `dead_heat:${number}/${number}` | null>>;
}

/** Counts over a channel's accepted bets. */
export interface ChannelBets {
  readonly bets: number;
  /** The newest version that any bet was told. */
  readonly toldVersion: number;
  /** How many were told that version. */
  readonly told: number;
  /** How many were told something, and all of it was acknowledged. */
  readonly acknowledged: number;
}

/** Orders to the process that holds the sockets. */
export type SocketsOrder =
  | { readonly kind: "open"; readonly port: number; readonly path: string; readonly count: number }
  /** Posts to `path` and waits until every socket has received one more frame; `repeats` sends the last frame's text as the body. */
  | { readonly kind: "post"; readonly path: string; readonly repeats: boolean }
  | { readonly kind: "close" };

export interface SocketsAnswer {
  /** From the request's first byte to each socket's frame. */
  readonly delaysMs: readonly number[];
  /** Of one frame on the wire, its header included. */
  readonly frameBytes: number;
}
