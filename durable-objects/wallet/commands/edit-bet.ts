/**
 * Turns a bet into another one: the old bet is closed for its value and the value is staked on the new bet, in one command. A larger
 * stake takes the difference from the player's cash, a smaller one gives it back.
 *
 * Two entries of one transaction, because each entry of a journal speaks of one bet: what the old one brought, and the new one's stake.
 * Prices and value were asked outside; whether the old bet is still the one that was valued, and whether the player may place the new
 * one, is decided here.
 */
import { invariant } from "../../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { frozenSource } from "../../../shared/ledger/spending.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { EditBet, EditedBet, EditReply } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { type Bet, openStakeOf, outcomeOf } from "../bet-store.ts";
import type { EditTerms } from "../edit-request-store.ts";
import { checkFunds, checkNotExcluded, checkRange, checkRate, checkVerified, firstRefusal } from "../eligibility.ts";
import { clientKey } from "../idempotency-store.ts";
import { type CommandScope, type CommandSpec, type Moment, runCommand, storedReply } from "../run-command.ts";
import { stakeMaxOf } from "../stake-bounds.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { checkOpen, checkPart, checkUnchanged, payCashOut } from "./cash-out.ts";
import { acceptBet, checkReserved, nthBetAtMs } from "./place-bet.ts";

/**
 * Closes the parent for `valueMinor`, taxes not yet taken, and places the new bet. Refuses, in this order: `rate_limited`,
 * `not_verified`, `self_excluded`, `not_found`, `bet_not_open`, `bet_not_eligible` (a free bet, a builder, a selection with a result),
 * `bet_changed`, `cash_out_waits` (an edit that waits), `amount_too_low` and `amount_too_high` for the value or the stake, `reservation_expired`, `account_frozen`,
 * `insufficient_funds` for what the value does not pay. Idempotent by key.
 */
export function editBet(wallet: WalletStores, command: EditBet, moment: Moment): WalletReply<EditReply> {
  return runCommand<EditReply>(wallet, moment, editSpec(command), (scope) => {
    const refusal = editRefusal(wallet, command, scope, "new");
    // From here it must succeed.
    return refusal ?? ok(carryOut(wallet, command, scope));
  });
}

/** Closes the parent and places the new bet; the caller has checked that it may be. */
export function carryOut(wallet: WalletStores, edit: EditTerms, scope: CommandScope): EditedBet {
  const { parentId, betId, valueMinor, stakeMinor } = edit;
  const parent = wallet.bets.find(parentId);
  invariant(parent !== null, `bet ${parentId} is not here to be edited`);
  const closed = payCashOut(wallet, parent, { percent: 100, payoutMinor: valueMinor }, scope, { editedTo: betId });
  const bet = acceptBet(wallet, edit, { stakeMinor: minor(stakeMinor), held: null }, scope);
  const placed = wallet.bets.find(betId);
  invariant(placed !== null, `bet ${betId} was not placed`);
  wallet.bets.addEdit(placed.seq, parent.seq);
  return { bet, parentId, valueMinor, paidMinor: closed.cashOuts.at(-1)?.paidMinor ?? 0 };
}

/** What an earlier edit under this key was answered; null when the key is new. Changes nothing. */
export function knownEdit(wallet: WalletStores, command: Pick<EditBet, "key" | "fingerprint">): WalletReply<EditReply> | null {
  return storedReply<EditReply>(wallet, editSpec(command));
}

/** Shared by edits at once and those that wait: whichever way the first request went, a repeat gets its answer. */
export function editSpec({ key, fingerprint }: Pick<EditBet, "key" | "fingerprint">): CommandSpec {
  return { name: "edit_bet", key: clientKey(key), fingerprint };
}

/** Why this edit is neither carried out nor kept, or null. One that has waited is not counted as another request. */
export function editRefusal(
  wallet: WalletStores,
  edit: EditTerms,
  scope: CommandScope,
  asked: "new" | "waited",
): ReturnType<typeof firstRefusal> {
  const { moment, profile } = scope;
  const { stake, requestLimits } = profile.tenant;
  // A key that was forgotten made this bet long ago: it can't make another.
  if (wallet.bets.has(edit.betId) || wallet.pendingBets.has(edit.betId)) return err({ reason: "idempotency_key_reused" });
  const player = firstRefusal(
    () => (asked === "new" ? checkRate(moment, nthBetAtMs(wallet, requestLimits.betsPerMinute, moment), MINUTE_MS) : ok(null)),
    () => checkVerified(scope, "bet"),
    () => checkNotExcluded(scope),
  );
  if (player !== null) return player;
  const parent = wallet.bets.find(edit.parentId);
  if (parent === null) return err({ reason: "not_found" });
  return firstRefusal(
    () => checkOpen(parent),
    () => checkEditable(parent),
    () => checkUnchanged(parent, edit.stateVersion),
    () => (asked === "new" ? checkNoneWaits(wallet, edit.parentId) : ok(null)),
    () => checkPart(parent, { percent: 100, payoutMinor: edit.valueMinor }, scope),
    () => checkRange(edit.stakeMinor, { minMinor: stake.minMinor, maxMinor: stakeMaxOf(wallet, edit, scope) }),
    () => checkReserved(edit.selections, moment),
    () => checkDifference(wallet, edit, paidFor(parent, minor(edit.valueMinor), scope)),
  );
}

/** Refuses `cash_out_waits` while an edit of the bet waits for its decision. */
function checkNoneWaits(wallet: WalletStores, parentId: string): Result<null, WalletRefusal> {
  const open = wallet.editRequests.openOf(parentId);
  return open === null ? ok(null) : err({ reason: "cash_out_waits", orderId: open.requestId });
}

/** Refuses `bet_not_eligible` for a bet with a builder or with a result: neither has a price to go on with. */
function checkEditable(parent: Bet): Result<null, WalletRefusal> {
  const isEditable = parent.terms.selections.every((each) => each.builder === undefined && outcomeOf(parent, each).outcome === null);
  return isEditable ? ok(null) : err({ reason: "bet_not_eligible" });
}

/** What the parent brings after its taxes. */
function paidFor(parent: Bet, valueMinor: Minor, { profile, moment }: CommandScope): Minor {
  return taxWinnings(profile.tenant, "sports", valueMinor, openStakeOf(parent).netStakeMinor, moment.nowMs).paidMinor;
}

/** Refuses `account_frozen` and `insufficient_funds` for the part of the stake that the parent does not bring. */
function checkDifference(wallet: WalletStores, { stakeMinor }: EditTerms, paidMinor: Minor): Result<null, WalletRefusal> {
  const book = wallet.journal.book();
  const frozen = frozenSource(book, "bet");
  if (frozen !== null) return err({ reason: "account_frozen", account: frozen });
  return stakeMinor <= paidMinor ? ok(null) : checkFunds(book, "bet", stakeMinor - paidMinor);
}
