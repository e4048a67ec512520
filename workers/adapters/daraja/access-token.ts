/**
 * Asks for an access token. Each new token ends the one before it, so only the object that holds the app's token may call this.
 */
import { wireText } from "../../../shared/payments/daraja/wire-value.ts";
import { callDaraja, type Fetch } from "./http.ts";

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

const TOKEN_TIMEOUT_MS = 10_000;

/** The token, or null when none was given. `expires_in` is a number or a string. */
export async function requestAccessToken(
  fetcher: Fetch,
  app: { readonly baseUrl: string; readonly consumerKey: string; readonly consumerSecret: string },
): Promise<AccessToken | null> {
  const answer = await callDaraja(
    fetcher,
    `${app.baseUrl}/oauth/v1/generate?grant_type=client_credentials`,
    { method: "GET", headers: { Authorization: `Basic ${btoa(`${app.consumerKey}:${app.consumerSecret}`)}` } },
    { timeoutMs: TOKEN_TIMEOUT_MS },
  );
  const token = answer.answered ? wireText(answer.body?.access_token) : null;
  const seconds = answer.answered ? Number(wireText(answer.body?.expires_in)) : Number.NaN;
  return token === null || !Number.isSafeInteger(seconds) || seconds <= 0 ? null : { token, expiresInSeconds: seconds };
}
