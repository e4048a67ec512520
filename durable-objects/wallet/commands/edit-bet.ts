/**
 * Turns a bet into another one: the old bet is closed for its value and the value is staked on the new bet, in one command. A larger
 * stake takes the difference from the player's cash, a smaller one gives it back.
 *
 * Two entries of one transaction, because each entry of a journal speaks of one bet: what the old one brought, and the new one's stake.
 * Prices and value were asked outside; whether the old bet is still the one that was valued, and whether the player may place the new
 * one, is decided here.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { frozenSource } from "../../../shared/ledger/spending.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { EditBet, EditedBet } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { type Bet, openStakeOf, outcomeOf } from "../bet-store.ts";
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
 * `bet_changed`, `amount_too_low` and `amount_too_high` for the value or the stake, `reservation_expired`, `account_frozen`,
 * `insufficient_funds` for what the value does not pay. Idempotent by key.
 */
export function editBet(wallet: WalletStores, command: EditBet, moment: Moment): WalletReply<EditedBet> {
  return runCommand(wallet, moment, specOf(command), (scope) => {
    // A key that was forgotten made this bet long ago: it can't make another.
    if (wallet.bets.has(command.betId) || wallet.pendingBets.has(command.betId)) return err({ reason: "idempotency_key_reused" });
    const parent = wallet.bets.find(command.parentId);
    const refusal = refusalOf(wallet, command, parent, scope);
    if (refusal !== null) return refusal;
    if (parent === null) return err({ reason: "not_found" });

    // From here it must succeed.
    const { parentId, valueMinor, stakeMinor } = command;
    const closed = payCashOut(wallet, parent, { percent: 100, payoutMinor: valueMinor }, scope, { editedTo: command.betId });
    const bet = acceptBet(wallet, command, { stakeMinor: minor(stakeMinor), held: null }, scope);
    const placed = wallet.bets.find(bet.betId);
    if (placed !== null) wallet.bets.addEdit(placed.seq, parent.seq);
    return ok({ bet, parentId, valueMinor, paidMinor: closed.cashOuts.at(-1)?.paidMinor ?? 0 });
  });
}

/** What an earlier edit under this key was answered; null when the key is new. Changes nothing. */
export function knownEdit(wallet: WalletStores, command: Pick<EditBet, "key" | "fingerprint">): WalletReply<EditedBet> | null {
  return storedReply<EditedBet>(wallet, specOf(command));
}

function specOf({ key, fingerprint }: Pick<EditBet, "key" | "fingerprint">): CommandSpec {
  return { name: "edit_bet", key: clientKey(key), fingerprint };
}

function refusalOf(wallet: WalletStores, command: EditBet, parent: Bet | null, scope: CommandScope): ReturnType<typeof firstRefusal> {
  const { moment, profile } = scope;
  const { stake, requestLimits } = profile.tenant;
  const player = firstRefusal(
    () => checkRate(moment, nthBetAtMs(wallet, requestLimits.betsPerMinute, moment), MINUTE_MS),
    () => checkVerified(scope, "bet"),
    () => checkNotExcluded(scope),
  );
  if (player !== null) return player;
  if (parent === null) return err({ reason: "not_found" });
  return firstRefusal(
    () => checkOpen(parent),
    () => checkEditable(parent),
    () => checkUnchanged(parent, command.stateVersion),
    () => checkPart(parent, { percent: 100, payoutMinor: command.valueMinor }, scope),
    () => checkRange(command.stakeMinor, { minMinor: stake.minMinor, maxMinor: stakeMaxOf(wallet, command, scope) }),
    () => checkReserved(command.selections, moment),
    () => checkDifference(wallet, command, paidFor(parent, minor(command.valueMinor), scope)),
  );
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
function checkDifference(wallet: WalletStores, { stakeMinor }: EditBet, paidMinor: Minor): Result<null, WalletRefusal> {
  const book = wallet.journal.book();
  const frozen = frozenSource(book, "bet");
  if (frozen !== null) return err({ reason: "account_frozen", account: frozen });
  return stakeMinor <= paidMinor ? ok(null) : checkFunds(book, "bet", stakeMinor - paidMinor);
}
