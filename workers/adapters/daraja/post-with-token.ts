/**
 * Posts to Daraja with the app's token. A call whose token is not accepted is repeated once with a fresh one; that is safe, because a
 * request without a valid token is turned away before anything is done.
 */
import { type HttpAnswer, isTokenError } from "../../../shared/payments/daraja/http-answer.ts";
import { callDaraja, type Fetch } from "./http.ts";

export interface TokenPorts {
  readonly fetch: Fetch;
  /** The app's token; a new one when `rejected` is the current one. Null when none can be had. */
  readonly accessToken: (rejected: string | null) => Promise<string | null>;
}

/** The answer, or null when there is no token, so that nothing was sent. */
export async function postWithToken(
  ports: TokenPorts,
  url: string,
  body: Readonly<Record<string, unknown>>,
  limits: { readonly charsMax?: number } = {},
): Promise<HttpAnswer | null> {
  const post = (token: string): Promise<HttpAnswer> => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    return callDaraja(ports.fetch, url, { method: "POST", headers, body: JSON.stringify(body) }, limits);
  };
  const token = await ports.accessToken(null);
  if (token === null) return null;
  const answer = await post(token);
  if (!isTokenError(answer)) return answer;
  const fresh = await ports.accessToken(token);
  return fresh === null ? answer : post(fresh);
}
