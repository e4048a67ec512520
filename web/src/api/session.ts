/**
 * The player's tokens: kept in localStorage, refreshed once for all callers.
 *
 * A refresh token works once and its reuse ends the whole family of sessions, so two tabs must not refresh side by side: the refresh
 * runs under a lock of the browser and looks first whether another tab has done it. Should its answer be lost, the same request may be
 * sent again under the key that is kept beside the token.
 */
import { computed, signal } from "@preact/signals";
import { readStored, writeStored } from "./storage.ts";
import type { Tokens } from "./types.ts";

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Sent with every attempt to use the refresh token. */
  readonly refreshKey: string;
  readonly expiresAtMs: number;
}

export type TokenAnswer = Pick<Tokens, "access_token" | "refresh_token" | "expires_in">;

const STORAGE_NAME = "mkeka.session";
/** A token that ends this soon is refreshed before it is sent. */
const REFRESH_AHEAD_MS = 20_000;

export const session = signal<Session | null>(readStored<Session>(STORAGE_NAME));
export const isLoggedIn = computed(() => session.value !== null);

export function keepTokens(answer: TokenAnswer): void {
  session.value = {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    refreshKey: crypto.randomUUID(),
    expiresAtMs: Date.now() + answer.expires_in * 1_000,
  };
  writeStored(STORAGE_NAME, session.value);
}

export function forgetTokens(): void {
  session.value = null;
  writeStored(STORAGE_NAME, null);
}

let refreshing: Promise<string | null> | null = null;

/** Gives a token that holds for the next request, or null when nobody is logged in. `rejected` is a token the API did not take. */
export function freshToken(rejected?: string): Promise<string | null> {
  const current = session.value;
  if (current === null) return Promise.resolve(null);
  if (current.accessToken !== rejected && current.expiresAtMs - Date.now() > REFRESH_AHEAD_MS) return Promise.resolve(current.accessToken);
  refreshing ??= withLock(() => refresh(current)).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refresh(seen: Session): Promise<string | null> {
  const stored = readStored<Session>(STORAGE_NAME);
  if (stored !== null && stored.refreshToken !== seen.refreshToken) {
    session.value = stored;
    return stored.accessToken;
  }
  const response = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": seen.refreshKey },
    body: JSON.stringify({ refresh_token: seen.refreshToken }),
  });
  if (response.ok) {
    keepTokens((await response.json()) as TokenAnswer);
    return session.value?.accessToken ?? null;
  }
  // Only the API's own "no" ends the session; a gateway's 5xx must not log a player out.
  if (response.status < 500 && response.status !== 429) forgetTokens();
  return null;
}

function withLock<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? navigator.locks.request("mkeka.refresh", work) : work();
}

// What another tab did (refresh, log-out) holds here too.
addEventListener("storage", (event) => {
  if (event.key === STORAGE_NAME) session.value = readStored<Session>(STORAGE_NAME);
});
