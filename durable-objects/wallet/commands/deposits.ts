/**
 * Deposits: counting them against the player's limits while they are on their way, and crediting them once.
 *
 * A credit is a fact: the money is at the provider, so neither a limit nor an exclusion stops it, and its key is the receipt.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { DAY_MS, startOfLocalDay, type UnixMs, unixMs } from "../../../shared/kernel/time.ts";
import { move, taxPostings } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import type { TaxLine } from "../../../shared/ledger/model.ts";
import { minor, negate } from "../../../shared/money/minor.ts";
import type { CreditDeposit, StartDeposit, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { creditOfDeposit } from "../../../shared/tax/payments.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { checkNotExcluded, checkRange, checkVerified, firstRefusal } from "../eligibility.ts";
import { clientKey, factKey } from "../idempotency-store.ts";
import { LIMIT_SPANS, type LimitSpan, limitAt } from "../profile-store.ts";
import { type CommandScope, type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { paymentMethod } from "./payment-method.ts";

/**
 * Counts a deposit on its way (minor units) against the limits. Refuses `not_verified`, `self_excluded`, `limit_reached`,
 * `not_found` (no such method here), `amount_too_low`, `amount_too_high`. Idempotent by key.
 */
export function startDeposit(wallet: WalletStores, command: StartDeposit, moment: Moment): WalletReply<null> {
  const { key, intentId, method } = command;
  const print = fingerprint("start_deposit", { intentId, method, amountMinor: command.amountMinor }, sha256Hex);
  return runCommand(wallet, moment, { name: "start_deposit", key: clientKey(key), fingerprint: print }, (scope) => {
    // A key that was forgotten made this deposit long ago: it can't make another.
    if (wallet.payments.deposit(intentId) !== null) return err({ reason: "idempotency_key_reused" });
    const amountMinor = minor(command.amountMinor);
    const offered = paymentMethod(scope.profile.tenant, method);
    const refusal = firstRefusal(
      () => checkVerified(scope, "deposit"),
      () => checkNotExcluded(scope),
      () => checkDepositLimits(wallet, scope, amountMinor),
      () => (offered === null ? err({ reason: "not_found" }) : checkRange(amountMinor, offered.deposit)),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const entry = scope.post({ kind: "DEPOSIT_STARTED", ref: intentId, refType: "deposit", facts: { method, amountMinor } });
    wallet.payments.startDeposit(entry.seq, intentId, method, amountMinor, moment.nowMs);
    return ok(null);
  });
}

/**
 * Credits what a provider reports as paid (minor units), less the tax on deposits. Refuses `not_found` for an intent that was not
 * started here and `idempotency_key_reused` when the receipt credited another intent or the intent has another receipt. Idempotent by
 * receipt for ever; a credit is welcome after the deposit was ended, because the money came.
 */
export function creditDeposit(
  wallet: WalletStores,
  command: CreditDeposit,
  moment: Moment,
): WalletReply<{ creditedMinor: number; taxLines: readonly TaxLine[] }> {
  const { intentId, provider, receipt } = command;
  const key = factKey(`deposit:${provider}:${receipt}`);
  const print = fingerprint("credit_deposit", { intentId, grossMinor: command.grossMinor }, sha256Hex);
  return runCommand(wallet, moment, { name: "credit_deposit", key, fingerprint: print }, (scope) => {
    const deposit = wallet.payments.deposit(intentId);
    if (deposit === null) return err({ reason: "not_found" });
    if (deposit.state === "credited") return err({ reason: "idempotency_key_reused" });
    const grossMinor = minor(command.grossMinor);
    const { creditedMinor, taxLines } = creditOfDeposit(scope.profile.tenant, grossMinor, moment.nowMs);

    // From here it must succeed.
    scope.post({
      kind: "DEPOSIT",
      ref: intentId,
      refType: "deposit",
      postings: [move(`clearing:${provider}`, negate(grossMinor)), move("user:cash", creditedMinor), ...taxPostings(taxLines)],
      taxLines,
      facts: { receipt },
      occurredAtMs: command.occurredAtMs,
    });
    wallet.payments.creditDeposit(intentId, grossMinor, key);
    return ok({ creditedMinor, taxLines });
  });
}

/** Ends a deposit that brought no money and frees its share of the limits. Refuses `not_found`. Idempotent by intent. */
export function endDeposit(wallet: WalletStores, command: { readonly intentId: string }, moment: Moment): WalletReply<null> {
  const spec = { name: "end_deposit", key: factKey(`end-deposit:${command.intentId}`), fingerprint: "" };
  return runCommand(wallet, moment, spec, (scope) => {
    const deposit = wallet.payments.deposit(command.intentId);
    if (deposit === null) return err({ reason: "not_found" });
    if (deposit.state !== "pending") return ok(null);

    // From here it must succeed.
    scope.post({ kind: "DEPOSIT_ENDED", ref: command.intentId, refType: "deposit" });
    wallet.payments.endDeposit(command.intentId);
    return ok(null);
  });
}

/** What came in since the start of the local day, minor units. */
export function depositedToday(wallet: WalletStores, nowMs: UnixMs, utcOffsetMinutes: number): number {
  return wallet.payments.depositedSince(startOfLocalDay(nowMs, utcOffsetMinutes)).creditedMinor;
}

/** Deposits on their way count, so that parallel ones can't pass a limit together. */
function checkDepositLimits(wallet: WalletStores, scope: CommandScope, amountMinor: number): Result<null, WalletRefusal> {
  const { nowMs } = scope.moment;
  const limits = wallet.profiles.depositLimits();
  for (const span of LIMIT_SPANS) {
    const limitMinor = limitAt(limits[span], nowMs);
    if (limitMinor === null) continue;
    const { fromMs, untilMs } = spanAround(span, nowMs, scope.profile.tenant.utcOffsetMinutes);
    const { creditedMinor, pendingMinor } = wallet.payments.depositedSince(fromMs);
    const headroomMinor = Math.max(0, limitMinor - creditedMinor - pendingMinor);
    if (amountMinor > headroomMinor) return err({ reason: "limit_reached", which: `deposit_${span}`, untilMs, headroomMinor });
  }
  return ok(null);
}

/** The local day, the week from Monday, or the calendar month that contains `nowMs`. */
function spanAround(span: LimitSpan, nowMs: UnixMs, utcOffsetMinutes: number): { readonly fromMs: number; readonly untilMs: number } {
  const dayMs = startOfLocalDay(nowMs, utcOffsetMinutes);
  if (span === "day") return { fromMs: dayMs, untilMs: dayMs + DAY_MS };
  // Noon of the local day, read in UTC: its calendar fields are the local ones, whatever the offset.
  const noon = new Date(dayMs + utcOffsetMinutes * 60_000 + DAY_MS / 2);
  if (span === "week") {
    const fromMs = dayMs - ((noon.getUTCDay() + 6) % 7) * DAY_MS;
    return { fromMs, untilMs: fromMs + 7 * DAY_MS };
  }
  const month = (index: number) => unixMs(Date.UTC(noon.getUTCFullYear(), index, 1) - utcOffsetMinutes * 60_000);
  return { fromMs: month(noon.getUTCMonth()), untilMs: month(noon.getUTCMonth() + 1) };
}
