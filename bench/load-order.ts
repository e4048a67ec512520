/** What the bench tells the load process and what it gets back. */

export interface Player {
  readonly userId: string;
  readonly token: string;
}

/** `{turn}` in path and bodies becomes the request's number, `{player}` the user id whose turn it is. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Taken in turn; none sends no body. */
  readonly bodies: readonly string[];
  readonly authorized: boolean;
  /** Sends an Idempotency-Key of its own with each request. */
  readonly keyed: boolean;
  /** Any other answer ends the bench: a fast refusal must not pass for speed. */
  readonly status: number;
}

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly warmMs: number;
  /** Goes on warming until so many were answered, so that every object is awake. */
  readonly warmRequestsMin: number;
  readonly measureMs: number;
  readonly request: Request;
  readonly players?: readonly Player[];
}

export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}
