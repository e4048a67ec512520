/** Opening a wallet and what holds for its player: verification, exclusion, deposit limits; freezing by an operator. */
import { err, ok } from "../../../shared/kernel/result.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { OpenWallet, PlayerState, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { clientKey, factKey } from "../idempotency-store.ts";
import { type DepositLimit, exclusionAt, LIMIT_SPANS, limitAt } from "../profile-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/** How long a higher limit waits (facts/regulation.md 2.4): a second thought for the player. */
const HIGHER_LIMIT_DELAY_MS = DAY_MS;

/** Opens the wallet for its player. Refuses `idempotency_key_reused` when it is another player's. Idempotent. */
export function openWallet(wallet: WalletStores, command: OpenWallet, moment: Moment): WalletReply<null> {
  const { userId, country } = command;
  const spec = {
    name: "open",
    key: factKey(`open:${command.key}`),
    fingerprint: `${country}:${userId}`,
    open: () => wallet.profiles.open(userId, country, moment.nowMs),
  };
  return runCommand(wallet, moment, spec, ({ profile, post }) => {
    if (profile.userId !== userId || profile.country !== country) return err({ reason: "idempotency_key_reused" });
    const isNew = wallet.journal.book().head.seq === 0;
    if (isNew) post({ kind: "WALLET_OPENED", ref: profile.walletId, refType: "wallet", facts: { userId, country } });
    return ok(null);
  });
}

/** Records what the identity check said. Idempotent by key. */
export function setVerified(
  wallet: WalletStores,
  command: { readonly key: string; readonly verified: boolean },
  moment: Moment,
): WalletReply<null> {
  const { verified } = command;
  const spec = { name: "set_verified", key: factKey(`verified:${command.key}`), fingerprint: String(verified) };
  return runCommand(wallet, moment, spec, (scope) => {
    scope.post({ kind: "PLAYER_VERIFIED", ref: scope.profile.walletId, refType: "wallet", facts: { verified } });
    wallet.profiles.setVerified(verified);
    return ok(null);
  });
}

/**
 * Excludes the player until an instant, or for good (null); answers the exclusion in force. One in force can be made longer, never
 * shorter. Runs on a frozen wallet. Idempotent by key.
 */
export function selfExclude(
  wallet: WalletStores,
  command: { readonly key: string; readonly untilMs: number | null; readonly reason: string },
  moment: Moment,
): WalletReply<{ untilMs: number | null }> {
  const { reason } = command;
  const print = fingerprint("self_exclude", { untilMs: command.untilMs, reason }, sha256Hex);
  const spec = { name: "self_exclude", key: clientKey(command.key), fingerprint: print, whileFrozen: true };
  return runCommand(wallet, moment, spec, (scope) => {
    const current = exclusionAt(scope.profile, moment.nowMs);
    const untilMs = current === null ? command.untilMs : later(current.untilMs, command.untilMs);
    scope.post({ kind: "PLAYER_EXCLUDED", ref: scope.profile.walletId, refType: "wallet", facts: { untilMs, reason } });
    wallet.profiles.exclude(untilMs);
    return ok({ untilMs });
  });
}

export interface NewDepositLimits {
  readonly key: string;
  readonly day?: number | null;
  readonly week?: number | null;
  readonly month?: number | null;
}

/** Sets deposit limits (minor units, null for none): a lower one at once, a higher one or none after 24 hours. Idempotent by key. */
export function setDepositLimits(wallet: WalletStores, command: NewDepositLimits, moment: Moment): WalletReply<PlayerState> {
  const { day, week, month } = command;
  const print = fingerprint("deposit_limits", { day, week, month }, sha256Hex);
  return runCommand(wallet, moment, { name: "deposit_limits", key: clientKey(command.key), fingerprint: print }, (scope) => {
    const limits = wallet.profiles.depositLimits();
    scope.post({ kind: "LIMITS_SET", ref: scope.profile.walletId, refType: "wallet", facts: { day, week, month } });
    for (const span of LIMIT_SPANS) {
      const wanted = command[span];
      if (wanted !== undefined)
        wallet.profiles.setDepositLimit(span, changed(limits[span], wanted === null ? null : minor(wanted), moment.nowMs));
    }
    return ok(wallet.profiles.playerState(moment.nowMs));
  });
}

/** Stops every command but those that protect the player; reads go on. Idempotent by key. */
export function freeze(
  wallet: WalletStores,
  command: { readonly key: string; readonly reason: string },
  moment: Moment,
): WalletReply<null> {
  return setFrozen(wallet, "FROZEN", command, moment);
}

/** Lets a frozen wallet work again. Idempotent by key. */
export function unfreeze(
  wallet: WalletStores,
  command: { readonly key: string; readonly reason: string },
  moment: Moment,
): WalletReply<null> {
  return setFrozen(wallet, "UNFROZEN", command, moment);
}

function setFrozen(
  wallet: WalletStores,
  kind: "FROZEN" | "UNFROZEN",
  command: { readonly key: string; readonly reason: string },
  moment: Moment,
): WalletReply<null> {
  const { reason } = command;
  const spec = { name: kind, key: factKey(`${kind}:${command.key}`), fingerprint: reason, whileFrozen: true };
  return runCommand(wallet, moment, spec, (scope) => {
    scope.post({ kind, ref: scope.profile.walletId, refType: "wallet", facts: { reason } });
    wallet.profiles.setFrozen(kind === "FROZEN" ? reason : null);
    return ok(null);
  });
}

/** The later of two ends; null is for good. */
function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function changed(limit: DepositLimit, wantedMinor: Minor | null, nowMs: number): DepositLimit {
  const currentMinor = limitAt(limit, nowMs);
  const isHigher = currentMinor !== null && (wantedMinor === null || wantedMinor > currentMinor);
  if (!isHigher) return { amountMinor: wantedMinor, next: null };
  return { amountMinor: currentMinor, next: { amountMinor: wantedMinor, atMs: nowMs + HIGHER_LIMIT_DELAY_MS } };
}
