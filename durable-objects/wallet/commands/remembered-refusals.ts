/** Answers of bets that were decided outside the wallet, under the bet's own key, and what is known of a key. */
import { err } from "../../../shared/kernel/result.ts";
import type { BetView, KeyLookup, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { clientKey } from "../idempotency-store.ts";
import { type Moment, runCommand, storedReply } from "../run-command.ts";
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
 * `refused_before`, or the answer that was there before. Idempotent.
 */
export function recordRefusal(wallet: WalletStores, command: RefusalToRemember, moment: Moment): WalletReply<null> {
  const spec = { name: BET_COMMAND, key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand<null>(wallet, moment, spec, () => err({ reason: "refused_before", code: command.code, details: command.details }));
}

/** Says whether a bet's key was answered before, whether for another request, and with which bet. Writes nothing. */
export function lookUpKey(wallet: WalletStores, query: { readonly key: string; readonly fingerprint: string }): KeyLookup {
  const reply = storedReply<BetView>(wallet, { name: BET_COMMAND, key: clientKey(query.key), fingerprint: query.fingerprint });
  if (reply === null) return { known: false };
  return { known: true, conflict: isConflict(reply), betId: reply.ok ? reply.value.value.betId : null };
}

/** The bet that was placed under a client's key; null when it placed none. */
export function betIdOfKey(wallet: WalletStores, key: string): string | null {
  const stored = wallet.keys.find(clientKey(key));
  if (stored === null || !stored.fingerprint.startsWith(`${BET_COMMAND}:`)) return null;
  const reply = JSON.parse(stored.reply) as WalletReply<BetView>;
  return reply.ok ? reply.value.value.betId : null;
}

function isConflict(reply: { readonly ok: true } | { readonly ok: false; readonly error: WalletRefusal }): boolean {
  return !reply.ok && reply.error.reason === "idempotency_key_reused";
}
