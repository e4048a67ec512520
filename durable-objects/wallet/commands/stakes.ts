/**
 * Stakes of games whose result follows in seconds: held when the bet is taken, and settled in one entry that moves the stake to the
 * house and the payout back. A voided round releases the hold.
 */
import { err, ok } from "../../../shared/kernel/result.ts";
import { MINUTE_MS, unixMs } from "../../../shared/kernel/time.ts";
import { hold, move, taxPostings } from "../../../shared/ledger/entry.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import type { DraftPosting, TaxLine } from "../../../shared/ledger/model.ts";
import { minor, negate } from "../../../shared/money/minor.ts";
import type { ReserveStake, SettleStake, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { taxStake, taxWinnings } from "../../../shared/tax/bets.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { checkFunds, checkNotExcluded, checkRange, checkRate, checkVerified, firstRefusal } from "../eligibility.ts";
import type { Hold } from "../hold-store.ts";
import { clientKey, factKey } from "../idempotency-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/**
 * Holds a crash stake (minor units). Refuses `rate_limited`, `not_verified`, `self_excluded`, `amount_too_low`, `amount_too_high`,
 * `account_frozen`, `insufficient_funds`. Idempotent by key.
 */
export function reserveStake(wallet: WalletStores, command: ReserveStake, moment: Moment): WalletReply<{ holdId: string }> {
  const spec = { name: "stake", key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand(wallet, moment, spec, (scope) => {
    const { tenant } = scope.profile;
    const { holdId, product, ref } = command;
    const amountMinor = minor(command.amountMinor);
    // A key that was forgotten made this hold long ago: it can't make another.
    if (wallet.holds.find(holdId) !== null) return err({ reason: "idempotency_key_reused" });
    const refusal = firstRefusal(
      () => checkRate(moment, wallet.holds.openedAtMs(product, tenant.requestLimits.crashBetsPerMinute), MINUTE_MS),
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
      () => checkRange(amountMinor, tenant.crash.stake),
      () => checkFunds(wallet.journal.book(), "crash", amountMinor),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const entry = scope.post({ kind: "STAKE_HELD", ref, refType: "crash_bet", postings: [hold(amountMinor)], facts: { holdId } });
    wallet.holds.open(entry.seq, { holdId, purpose: product, ref, amountMinor, openedAtMs: moment.nowMs });
    return ok({ holdId });
  });
}

/**
 * Ends a stake's hold with its payout (minor units, 0 for a lost bet, before taxes) in one entry. Refuses `not_found`, and
 * `hold_closed` when it was settled or released under another key. Idempotent by key for ever.
 */
export function settleStake(wallet: WalletStores, command: SettleStake, moment: Moment): WalletReply<{ payoutMinor: number }> {
  const { holdId, ref } = command;
  const print = fingerprint("settle_stake", { holdId, payoutMinor: command.payoutMinor }, sha256Hex);
  return runCommand(wallet, moment, { name: "settle_stake", key: factKey(`stake:${command.key}`), fingerprint: print }, (scope) => {
    const held = wallet.holds.find(holdId);
    if (held === null || held.purpose !== "crash") return err({ reason: "not_found" });
    if (!held.isOpen) return err({ reason: "hold_closed" });
    const { postings, taxLines, paidMinor } = stakeResult(scope.profile.tenant, held, command.payoutMinor, moment);

    // From here it must succeed.
    scope.post({ kind: "CRASH_SETTLED", ref, refType: "crash_bet", postings, taxLines, facts: { holdId } });
    wallet.holds.close(holdId, "committed", moment.nowMs);
    return ok({ payoutMinor: paidMinor });
  });
}

interface StakeResult {
  readonly postings: readonly DraftPosting[];
  readonly taxLines: readonly TaxLine[];
  readonly paidMinor: number;
}

/** The stake is taxed by the day it was taken, winnings by the day they are paid. */
function stakeResult(tenant: Tenant, held: Hold, payoutMinor: number, moment: Moment): StakeResult {
  const stake = taxStake(tenant, "crash", held.amountMinor, unixMs(held.openedAtMs));
  const payout = taxWinnings(tenant, "crash", minor(payoutMinor), stake.netMinor, moment.nowMs);
  const committed = negate(held.amountMinor);
  const postings: DraftPosting[] = [
    { account: "user:cash", amountMinor: committed, heldMinor: committed },
    move("house:stakes", stake.netMinor),
    ...taxPostings(stake.taxLines),
  ];
  if (payoutMinor > 0) {
    postings.push(move("house:payouts", negate(minor(payoutMinor))), move("user:cash", payout.paidMinor), ...taxPostings(payout.taxLines));
  }
  return { postings, taxLines: [...stake.taxLines, ...payout.taxLines], paidMinor: payout.paidMinor };
}
