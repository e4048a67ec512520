/**
 * Holds: money set aside by the purpose's spending order, committed in parts, and given back when it is closed or its time is over.
 *
 * A hold goes from open to closed and never back. What is committed and what is given back never sum to more than was held. A hold past
 * its time can't be committed even before the alarm that gives it back has run.
 */
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ALARM_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { commitPostings, holdPostings, move } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import type { DraftPosting } from "../../../shared/ledger/model.ts";
import { type OpenPurpose, SPENDING, split, takeShares } from "../../../shared/ledger/spending.ts";
import { add, minor, subtract } from "../../../shared/money/minor.ts";
import type { CommitHold, HoldView, ReleaseHold, Reserve, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { sha256Bytes, sha256Hex } from "../../platform/hash.ts";
import { checkFunds, checkNotExcluded, checkVerified, firstRefusal } from "../eligibility.ts";
import { type Hold, remainingOf } from "../hold-store.ts";
import { callerKey, factKey } from "../idempotency-store.ts";
import { type CommandScope, type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/** Purposes whose holds end with the story they belong to, by a command of its own. */
function isOpenPurpose(purpose: string): purpose is OpenPurpose {
  return purpose === "stake" || purpose === "charge";
}

/**
 * Holds an amount (minor units) until it is committed, released or expires. Refuses `not_verified` and `self_excluded` (stakes only),
 * `hold_expired` when its time is over already, `account_frozen`, `insufficient_funds`. Idempotent by key; the first call's time stands,
 * and a key makes one hold for ever.
 */
export function reserve(wallet: WalletStores, command: Reserve, moment: Moment): WalletReply<HoldView> {
  const { purpose, ref, expiresAtMs } = command;
  const print = fingerprint("reserve", { purpose, ref, amountMinor: command.amountMinor }, sha256Hex);
  return runCommand(wallet, moment, { name: "reserve", key: callerKey(command.key), fingerprint: print }, (scope) => {
    const amountMinor = minor(command.amountMinor);
    const holdId = idFromDigest("hold", sha256Bytes(`${scope.profile.walletId}:reserve:${command.key}`));
    // A key that was forgotten made this hold long ago: it can't make another.
    if (wallet.holds.find(holdId) !== null) return err({ reason: "idempotency_key_reused" });
    const refusal = firstRefusal(
      () => (purpose === "stake" ? checkVerified(scope, "bet") : ok(null)),
      () => (purpose === "stake" ? checkNotExcluded(scope) : ok(null)),
      () => (expiresAtMs <= moment.nowMs ? err({ reason: "hold_expired" }) : ok(null)),
      () => checkFunds(wallet.journal.book(), purpose, amountMinor),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const shares = split(wallet.journal.book(), purpose, amountMinor);
    const facts = { holdId, purpose, expiresAtMs };
    const entry = scope.post({ kind: "HOLD_OPENED", ref, refType: "hold", postings: holdPostings(shares, 1), facts });
    const hold = { holdId, purpose, ref, amountMinor, shares, openedAtMs: moment.nowMs, expiresAtMs };
    wallet.holds.open(entry.seq, hold);
    return ok(viewOf({ ...hold, committedMinor: minor(0), isOpen: true }));
  });
}

/**
 * Takes an amount (minor units) out of a hold, in its spending order; `close` gives the rest back in the same entry, and a hold that is
 * used up closes by itself. Refuses, in this order: `not_found`, `hold_closed`, `hold_expired`, `hold_exceeded`. Idempotent by key.
 */
export function commitHold(wallet: WalletStores, command: CommitHold, moment: Moment): WalletReply<HoldView> {
  const { holdId, close } = command;
  const print = fingerprint("commit", { holdId, amountMinor: command.amountMinor, close }, sha256Hex);
  return runCommand(wallet, moment, { name: "commit", key: callerKey(command.key), fingerprint: print }, (scope) => {
    const held = wallet.holds.find(holdId);
    const amountMinor = minor(command.amountMinor);
    if (held === null || !isOpenPurpose(held.purpose)) return err({ reason: "not_found" });
    if (!held.isOpen) return err({ reason: "hold_closed" });
    if (held.expiresAtMs !== null && held.expiresAtMs <= moment.nowMs) return err({ reason: "hold_expired" });
    const remainingMinor = remainingOf(held);
    if (amountMinor > remainingMinor) return err({ reason: "hold_exceeded", remainingMinor });

    // From here it must succeed.
    const restMinor = subtract(remainingMinor, amountMinor);
    const isLast = close || restMinor === 0;
    const taken = takeShares(held.shares, held.committedMinor, amountMinor);
    const committedMinor = add(held.committedMinor, amountMinor);
    const given = isLast ? takeShares(held.shares, committedMinor, restMinor) : [];
    const postings: DraftPosting[] = [...commitPostings(taken), move(SPENDING[held.purpose].to, amountMinor), ...holdPostings(given, -1)];
    const facts = { holdId, amountMinor, closed: isLast };
    scope.post({ kind: "HOLD_COMMITTED", ref: held.ref, refType: "hold", postings, facts });
    wallet.holds.commit(holdId, amountMinor);
    if (isLast) wallet.holds.close(holdId, restMinor === 0 ? "committed" : "released", moment.nowMs);
    return ok(viewOf({ ...held, committedMinor, isOpen: !isLast }));
  });
}

/**
 * Gives back what a hold still holds. Refuses `not_found` (a withdrawal's or a bet's hold ends with its story only) and `hold_closed`.
 * Idempotent by key for ever.
 */
export function releaseHold(wallet: WalletStores, command: ReleaseHold, moment: Moment): WalletReply<null> {
  const { holdId, reason } = command;
  const spec = { name: "release_hold", key: factKey(`release:${command.key}`), fingerprint: holdId };
  return runCommand(wallet, moment, spec, (scope) => {
    const held = wallet.holds.find(holdId);
    if (held === null || held.purpose === "withdrawal" || held.purpose === "bet") return err({ reason: "not_found" });
    if (!held.isOpen) return err({ reason: "hold_closed" });

    // From here it must succeed.
    giveBack(scope, held, isOpenPurpose(held.purpose) ? "HOLD_RELEASED" : "STAKE_RELEASED", reason);
    wallet.holds.close(holdId, "released", moment.nowMs);
    return ok(null);
  });
}

/**
 * Gives back what holds past their time still hold, oldest first, a bounded number; says how many were given back. Runs on a frozen
 * wallet. Idempotent.
 */
export function expireHolds(wallet: WalletStores, moment: Moment): number {
  let given = 0;
  for (const holdId of wallet.holds.expired(moment.nowMs, ALARM_ROWS_MAX)) {
    const spec = { name: "expire_hold", key: factKey(`expire:${holdId}`), fingerprint: "", whileFrozen: true };
    const reply = runCommand(wallet, moment, spec, (scope) => {
      const held = wallet.holds.find(holdId);
      if (held === null || !held.isOpen) return ok(null);
      giveBack(scope, held, "HOLD_EXPIRED", "expired");
      wallet.holds.close(holdId, "expired", moment.nowMs);
      return ok(null);
    });
    if (reply.ok) given += 1;
  }
  return given;
}

type GiveBackKind = "HOLD_RELEASED" | "HOLD_EXPIRED" | "STAKE_RELEASED";

function giveBack(scope: CommandScope, held: Hold, kind: GiveBackKind, reason: string): void {
  const rest = takeShares(held.shares, held.committedMinor, remainingOf(held));
  const refType = kind === "STAKE_RELEASED" ? "crash_bet" : "hold";
  scope.post({ kind, ref: held.ref, refType, postings: holdPostings(rest, -1), facts: { holdId: held.holdId, reason } });
}

function viewOf({ holdId, amountMinor, committedMinor, isOpen, shares }: Hold): HoldView {
  return { holdId, amountMinor, committedMinor, isOpen, shares: shares.map((share) => ({ ...share })) };
}
