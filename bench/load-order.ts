/** What the bench tells the load process and what it gets back. */

export interface Player {
  readonly userId: string;
  readonly token: string;
}

/** In path and bodies `{turn}` becomes the request's number, `{object}` which object of the spread has its turn, `{player}` its user id. */
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
  /** Requests a second over all connections; null sends the next as soon as the last is answered. */
  readonly perSecond: number | null;
  /** How many players, and bare objects, take turns. */
  readonly spread: number;
  /** Warms up for so long and until every object has answered, without a pace. */
  readonly warmMs: number;
  readonly measureMs: number;
  readonly request: Request;
  readonly players?: readonly Player[];
}

export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
}
