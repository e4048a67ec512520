/**
 * Calls to the API on our own origin: JSON in and out, the player's token, one refresh when a token has ended.
 *
 * A call with `key` moves money or places a bet: without an answer it is sent again with the same key, which the API answers once.
 */
import { ApiError, NoAnswer } from "./error.ts";
import { freshToken } from "./session.ts";

export interface CallOptions {
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

const ATTEMPTS_MAX = 4;
const BACK_OFF_MS = 600;
const ANSWER_MS_MAX = 20_000;

/** Gives the answer's body; throws `ApiError` for a refusal, `NoAnswer` when the network gave none. */
export async function call<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, options: CallOptions = {}): Promise<T> {
  const mayRepeat = method === "GET" || options.key !== undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce<T>(method, path, options);
    } catch (error) {
      if (!(error instanceof NoAnswer) || !mayRepeat || attempt >= ATTEMPTS_MAX || options.signal?.aborted === true) throw error;
      // Full jitter: phones that lost one mast together must not come back together.
      await pause(Math.random() * BACK_OFF_MS * 2 ** attempt);
    }
  }
}

async function callOnce<T>(method: string, path: string, options: CallOptions): Promise<T> {
  const token = await answered(() => freshToken());
  const first = await send(method, path, options, token);
  const response = first.status === 401 && token !== null ? await sendRefreshed(method, path, options, token, first) : first;
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
  // An answer that was cut off on its way, or that a network's log-in page gave in our place, is no answer.
  return (response.status === 204 ? null : await answered(() => response.json())) as T;
}

async function sendRefreshed(method: string, path: string, options: CallOptions, rejected: string, first: Response): Promise<Response> {
  const renewed = await answered(() => freshToken(rejected));
  return renewed === null ? first : send(method, path, options, renewed);
}

function send(method: string, path: string, options: CallOptions, token: string | null): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  return answered(() =>
    fetch(path, {
      method,
      headers,
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    }),
  );
}

/** Turns "no connection", "cut off" and "too slow" into one thing: no answer. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new NoAnswer("No answer from Mkeka. Check your connection.", { cause: error });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
