/** The wallet of a player, which also holds the player's bets, and the names under which it is asked. */
import type { Env } from "../../env.ts";
import type { Actor } from "../context.ts";

/** The object's name: the country first, so that no name crosses tenants. */
export function walletName(actor: Pick<Actor, "country" | "userId">): string {
  return `${actor.country}:${actor.userId}`;
}

export function walletOf(env: Env, name: string): ReturnType<Env["WALLET"]["getByName"]> {
  return env.WALLET.getByName(name);
}

/** A client's Idempotency-Key as the wallet stores it for bets: it can't meet the key of a request that brought none. */
export function clientBetKey(key: string): string {
  return `bet:${key}`;
}
