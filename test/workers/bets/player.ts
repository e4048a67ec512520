/** A player who bets over HTTP: a verified wallet with cash, a token, and the calls of the sportsbook. */
import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { UserId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { configOf } from "../../../workers/env.ts";
import { signAccessToken } from "../../../workers/services/identity/access-token.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet, type WalletStub } from "../wallet/wallet-support.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Any answer of the API; a test that reads a field checks by that that it is there. */
export interface Body {
  readonly bet_id: string;
  readonly error: { readonly code: string; readonly details: Readonly<Record<string, unknown>> };
  readonly [name: string]: unknown;
}

export interface Player {
  readonly walletId: string;
  readonly userId: UserId;
  readonly wallet: WalletStub;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  readonly put: (path: string, body: unknown) => Promise<Answer>;
  readonly remove: (path: string) => Promise<Answer>;
  /** `POST /api/v1/bets`, under a key when one is given. */
  readonly bet: (body: unknown, key?: string) => Promise<Answer>;
  /** Cash in minor units. */
  readonly cash: () => Promise<number>;
}

/** A verified Kenyan player with `cashMinor`. */
export async function newPlayer(cashMinor: number): Promise<Player> {
  return loggedIn(await newWallet(cashMinor));
}

/** The player with a token of now. */
export async function loggedIn({ walletId, userId, wallet }: Pick<Player, "walletId" | "userId" | "wallet">): Promise<Player> {
  const actor = { userId, country: "KE", identityObjectId: "0".repeat(64), sessionId: mint("ses") } as const;
  const token = await signAccessToken(configOf(env), actor, unixMs(Date.now()));
  const send = (path: string, init: RequestInit, headers: Record<string, string> = {}) =>
    answer(path, { ...init, headers: { Authorization: `Bearer ${token}`, "X-Dev-Country": "KE", ...headers } });
  const post: Player["post"] = (path, body, headers) => send(path, { method: "POST", body: JSON.stringify(body) }, headers);
  return {
    ...{ walletId, userId, wallet },
    get: (path) => send(path, {}),
    put: (path, body) => send(path, { method: "PUT", body: JSON.stringify(body) }),
    remove: (path) => send(path, { method: "DELETE" }),
    post,
    bet: (body, key) => post("/api/v1/bets", body, key === undefined ? {} : { "Idempotency-Key": key }),
    cash: async () => (await wallet.digest()).balances.cashMinor,
  };
}

const NO_BODY: Body = { bet_id: "", error: { code: "", details: {} } };

export async function answer(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await exports.default.fetch(`http://mkeka.test${path}`, init);
  return { status: response.status, headers: response.headers, body: response.status === 204 ? NO_BODY : await response.json() };
}

/** Runs `work` and expects the wallet to be what it was, and right. */
export async function expectUnchanged<T>(player: Player, work: () => Promise<T>): Promise<T> {
  const before = await player.wallet.digest();
  const result = await work();
  const after = await player.wallet.digest();
  expect(after.digest).toBe(before.digest);
  expect(after.violations).toEqual([]);
  return result;
}

/** A slip of one selection of 100.00 at the odds of `openFixture`. */
export function single(fixtureId: string, changes: Record<string, unknown> = {}, outcome = "1x2:home", odds = 2) {
  return { bet_type: "SINGLE", stake: 100, selections: [{ selection_id: `${fixtureId}:${outcome}`, odds }], ...changes };
}
