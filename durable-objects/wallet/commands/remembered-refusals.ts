/** Answers of bets that were decided outside the wallet, under the bet's own key, and the bet that a key placed. */
import { err } from "../../../shared/kernel/result.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { clientKey } from "../idempotency-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { BET_COMMAND } from "./place-bet.ts";

export interface RefusalToRemember {
  readonly key: string;
  readonly fingerprint: string;
  readonly code: string;
  readonly details: Record<string, unknown>;
}

/**
 * Remembers a refusal (odds changed, market suspended) under the bet's key and answers what is stored there now: that refusal as
 * `refused_before`, or the answer that was there before, a placed or held bet too. Idempotent.
 */
export function recordRefusal(wallet: WalletStores, command: RefusalToRemember, moment: Moment): WalletReply<ShownBet> {
  const spec = { name: BET_COMMAND, key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand<ShownBet>(wallet, moment, spec, () => err({ reason: "refused_before", code: command.code, details: command.details }));
}

/** The bet that was placed under a client's key; null when it placed none. */
export function betIdOfKey(wallet: WalletStores, key: string): string | null {
  const stored = wallet.keys.find(clientKey(key));
  if (stored === null || !stored.fingerprint.startsWith(`${BET_COMMAND}:`)) return null;
  const reply = JSON.parse(stored.reply) as WalletReply<ShownBet>;
  return reply.ok ? reply.value.value.betId : null;
}
