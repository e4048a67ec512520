/** The player's wallet, by its contract. */
import type { WalletRpc } from "../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { Env } from "../../workers/env.ts";

/**
 * A stub of the player's wallet. The Wallet class implements `WalletRpc`, and its arguments and answers are plain data, so the
 * stub's own types (every member a promise that can be disposed of) say no more than the contract.
 */
export function walletOf(env: Env, country: Country, userId: string): WalletRpc {
  return env.WALLET.getByName(`${country}:${userId}`) as unknown as WalletRpc;
}
