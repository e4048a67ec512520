/** Refusals that several commands share, in the order in which they are checked (ledger.md R4). */
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { Book } from "../../shared/ledger/model.ts";
import { frozenSource, type Purpose, spendable } from "../../shared/ledger/spending.ts";
import type { WalletRefusal } from "../../shared/protocol/rpc/wallet.ts";
import type { AmountRange } from "../../shared/tenants/tenant.ts";
import { exclusionAt } from "./profile-store.ts";
import type { CommandScope, Moment } from "./run-command.ts";

type Check = Result<null, WalletRefusal>;

const PASSED: Check = ok(null);

/**
 * Refuses `rate_limited` when the window is full: `nthAtMs` is when the oldest of the allowed number of rows was made, or null when
 * there are fewer. Counting rows that exist costs no write.
 */
export function checkRate(moment: Moment, nthAtMs: number | null, windowMs: number): Check {
  if (!moment.rateLimits || nthAtMs === null || nthAtMs + windowMs <= moment.nowMs) return PASSED;
  return err({ reason: "rate_limited", retryAfterMs: nthAtMs + windowMs - moment.nowMs });
}

/** Refuses `not_verified` where the tenant wants verification first. */
export function checkVerified(scope: CommandScope, purpose: "deposit" | "bet" | "withdrawal"): Check {
  const { profile } = scope;
  return profile.verified || !profile.tenant.verifyBefore.includes(purpose) ? PASSED : err({ reason: "not_verified" });
}

/** Refuses `self_excluded` while an exclusion is in force; withdrawals never ask. */
export function checkNotExcluded(scope: CommandScope): Check {
  const exclusion = exclusionAt(scope.profile, scope.moment.nowMs);
  return exclusion === null ? PASSED : err({ reason: "self_excluded", untilMs: exclusion.untilMs });
}

/** Refuses `amount_too_low` and `amount_too_high`; both ends are allowed. */
export function checkRange(amountMinor: number, range: AmountRange): Check {
  if (amountMinor < range.minMinor) return err({ reason: "amount_too_low", minMinor: range.minMinor });
  if (amountMinor > range.maxMinor) return err({ reason: "amount_too_high", maxMinor: range.maxMinor });
  return PASSED;
}

/** Refuses `account_frozen` when an account that the purpose spends is frozen and the rest is too little, and `insufficient_funds`. */
export function checkFunds(book: Book, purpose: Purpose, requiredMinor: number): Check {
  const availableMinor = spendable(book, purpose);
  if (requiredMinor <= availableMinor) return PASSED;
  const frozen = frozenSource(book, purpose);
  return err(
    frozen === null ? { reason: "insufficient_funds", requiredMinor, availableMinor } : { reason: "account_frozen", account: frozen },
  );
}

/** Runs checks in order and gives the first refusal, or null. */
export function firstRefusal(...checks: readonly (() => Check)[]): { readonly ok: false; readonly error: WalletRefusal } | null {
  for (const check of checks) {
    const result = check();
    if (!result.ok) return result;
  }
  return null;
}
