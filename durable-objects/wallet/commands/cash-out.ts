/**
 * Turns a bet, or a part of it, into money before it is decided. The offer was made outside, from the prices of that moment; here it is
 * decided whether the bet is still the one that was priced. A settlement and a cash-out are both this wallet's commands: one of them is
 * first, and the other finds a bet that has changed.
 */
import { isEachWay } from "../../../shared/betting/each-way.ts";
import { engineLadder } from "../../../shared/betting/promised-ladder.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { availableCash } from "../../../shared/ledger/book.ts";
import { positionPostings } from "../../../shared/ledger/position.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { CashOutBet, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { CashOutReply } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { AmountRange } from "../../../shared/tenants/tenant.ts";
import { standing } from "../bet-position.ts";
import { type Bet, type CashOut, openStakeOf, stateVersionOf, toBetView } from "../bet-store.ts";
import { checkRange, firstRefusal } from "../eligibility.ts";
import { clientKey, factKey } from "../idempotency-store.ts";
import { type CommandScope, type CommandSpec, type Moment, runCommand, storedReply } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/**
 * Cashes out `percent` of the stake that remains for `payoutMinor`, taxes not yet taken. Refuses, in this order: `not_found`,
 * `bet_not_open` (decided or cashed out), `bet_not_eligible` (a free bet, an insured one, one each way), `bet_changed` (a result or another cash-out came since
 * `stateVersion`), `amount_too_low` and `amount_too_high` for the payout, `amount_too_low` for what would remain of the stake.
 * Idempotent by key.
 */
export function cashOut(wallet: WalletStores, command: CashOutBet, moment: Moment): WalletReply<CashOutReply> {
  return runCommand<CashOutReply>(wallet, moment, cashOutSpec(command), (scope) => {
    const before = wallet.bets.find(command.betId);
    if (before === null) return err({ reason: "not_found" });
    const refusal = firstRefusal(
      () => checkOpen(before),
      () => checkUnchanged(before, command.stateVersion),
      () => checkPart(before, command, scope),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    return ok(toBetView(payCashOut(wallet, before, command, scope)));
  });
}

/** What an earlier cash-out under this key was answered; null when the key is new. Changes nothing. */
export function knownCashOut(wallet: WalletStores, command: Pick<CashOutBet, "key" | "fingerprint">): WalletReply<CashOutReply> | null {
  return storedReply<CashOutReply>(wallet, cashOutSpec(command));
}

/** Shared by cash-outs at once and those that wait: whichever way the first request went, a repeat gets its answer. */
export function cashOutSpec({ key, fingerprint }: Pick<CashOutBet, "key" | "fingerprint">): CommandSpec {
  return { name: "cash_out", key: clientKey(key), fingerprint };
}

/** Refuses `bet_not_open` for a bet that is decided or cashed out, and `bet_not_eligible` for a free bet, an insured one and one each way. */
export function checkOpen(bet: Bet) {
  if (bet.status !== "PENDING") return err({ reason: "bet_not_open" as const, status: bet.status });
  return isEligible(bet) ? ok(null) : err({ reason: "bet_not_eligible" as const });
}

/** The stake of a free bet is not the player's, of an insured one no line by itself has a price, and nobody prices places. */
function isEligible({ terms }: Bet): boolean {
  return terms.freeBetId === undefined && terms.insurance === undefined && !isEachWay(terms.selections);
}

/** Refuses `bet_changed` when a result or a cash-out came since this version. */
export function checkUnchanged(bet: Bet, stateVersion: number) {
  return stateVersionOf(bet) === stateVersion ? ok(null) : err({ reason: "bet_changed" as const });
}

/** What is cashed out: a part of the open stake, for an amount before taxes. */
export type PricedPart = Pick<CashOutBet, "percent" | "payoutMinor">;

/** Refuses `amount_too_low` and `amount_too_high` for the payout, and `amount_too_low` for what would remain of the stake. */
export function checkPart(bet: Bet, { percent, payoutMinor }: PricedPart, scope: CommandScope) {
  const range = checkRange(payoutMinor, payoutRange(bet, scope));
  return range.ok ? checkRest(bet, percent, scope) : range;
}

/** Why a cash-out happens when it is not the player's own command. */
export interface CashOutCause {
  /** The order that it answers. */
  readonly orderId?: string;
  /** The bet that is made of it. */
  readonly editedTo?: string;
}

/**
 * Posts and stores a cash-out that was checked, and ends the bet's orders but the one that is paid here: they were about another bet
 * than what remains. The bet as it stands then.
 */
export function payCashOut(
  wallet: WalletStores,
  before: Bet,
  { percent, payoutMinor }: PricedPart,
  scope: CommandScope,
  cause: CashOutCause = {},
): Bet {
  const { moment, profile } = scope;
  const part = partOf(before, percent, minor(payoutMinor), scope);
  const cashed = { ...before, cashOuts: [...before.cashOuts, part] };
  const taxPointAtMs = percent === 100 ? moment.nowMs : before.taxPointAtMs;
  const { bet, settlement } = standing({ ...cashed, taxPointAtMs }, profile.tenant, moment.nowMs);
  wallet.bets.addCashOut(bet, part);
  wallet.bets.savePosition(bet, settlement);
  scope.post({
    kind: "BET_CASHED_OUT",
    ref: bet.betId,
    refType: "bet",
    postings: positionPostings(before, bet, availableCash(wallet.journal.book())),
    taxLines: part.taxLines,
    facts: {
      ...{ percent: part.percent, stakeMinor: part.stakeMinor, payoutMinor: part.payoutMinor },
      ...cause,
    },
    // An edit is two entries: this one follows from the bet, the other one has the command's key.
    ...(cause.editedTo === undefined ? {} : { key: factKey(`edited:${bet.betId}`) }),
  });
  for (const order of wallet.cashOutOrders.openOfBets([bet.betId]))
    if (order.orderId !== cause.orderId)
      wallet.cashOutOrders.answer(order.orderId, { isTaken: false, reason: "cashed_out", offer: null }, moment.nowMs);
  return bet;
}

/** Never more than the part could win, its promised bonus included. */
export function payoutRange({ terms, ...bet }: Bet, { profile }: CommandScope): AmountRange {
  const { kind, systemSizes, bankers, selections } = terms;
  const ladder = terms.ladder === null ? null : engineLadder(terms.ladder);
  const stakeMinor = openStakeOf(bet).netStakeMinor;
  const most = potentialReturn({ kind, stakeMinor, systemSizes, bankers, selections, ladder }, profile.tenant.payoutMaxMinor);
  return { minMinor: minor(sportsRulesOf(profile.country).cashOut.amountMinMinor), maxMinor: most };
}

/** What stays in play must be a stake that the tenant would take. */
function checkRest(bet: Bet, percent: number, { profile }: CommandScope) {
  const open = openStakeOf(bet).stakeMinor;
  const rest = open - shareOf(open, percent);
  const { minMinor } = profile.tenant.stake;
  return percent === 100 || (rest >= minMinor && rest < open) ? ok(null) : err({ reason: "amount_too_low" as const, minMinor });
}

function partOf(bet: Bet, percent: number, payoutMinor: Minor, { profile, moment }: CommandScope): CashOut {
  const open = openStakeOf(bet);
  const netStakeMinor = shareOf(open.netStakeMinor, percent);
  const { paidMinor, taxLines } = taxWinnings(profile.tenant, "sports", payoutMinor, netStakeMinor, moment.nowMs);
  const stakeMinor = shareOf(open.stakeMinor, percent);
  return { percent, stakeMinor, netStakeMinor, payoutMinor, paidMinor, taxLines, atMs: moment.nowMs };
}

/** Cut down to the minor unit: what is cut stays in play. */
function shareOf(amountMinor: Minor, percent: number): Minor {
  return minor(Number((BigInt(amountMinor) * BigInt(percent)) / 100n));
}
