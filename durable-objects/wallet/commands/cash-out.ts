/**
 * Turns a bet, or a part of it, into money before it is decided. The offer was made outside, from the prices of that moment; here it is
 * decided whether the bet is still the one that was priced. A settlement and a cash-out are both this wallet's commands: one of them is
 * first, and the other finds a bet that has changed.
 */
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { availableCash } from "../../../shared/ledger/book.ts";
import { positionPostings } from "../../../shared/ledger/position.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { BetView, CashOutBet, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { taxWinnings } from "../../../shared/tax/bets.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { standing } from "../bet-position.ts";
import { type Bet, type CashOut, openStakeOf, stateVersionOf, toBetView } from "../bet-store.ts";
import { checkRange, firstRefusal } from "../eligibility.ts";
import { clientKey } from "../idempotency-store.ts";
import { type CommandScope, type CommandSpec, type Moment, runCommand, storedReply } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/**
 * Cashes out `percent` of the stake that remains for `payoutMinor`, taxes not yet taken. Refuses, in this order: `not_found`,
 * `bet_not_open` (decided or cashed out), `bet_not_eligible` (a free bet), `bet_changed` (a result or another cash-out came since `stateVersion`), `amount_too_low` and
 * `amount_too_high` for the payout, `amount_too_low` for what would remain of the stake. Idempotent by key.
 */
export function cashOut(wallet: WalletStores, command: CashOutBet, moment: Moment): WalletReply<BetView> {
  const spec = specOf(command);
  return runCommand(wallet, moment, spec, (scope) => {
    const before = wallet.bets.find(command.betId);
    if (before === null) return err({ reason: "not_found" });
    const refusal = firstRefusal(
      () => (before.status === "PENDING" ? ok(null) : err({ reason: "bet_not_open", status: before.status })),
      () => (before.terms.freeBetId === undefined ? ok(null) : err({ reason: "bet_not_eligible" })),
      () => (stateVersionOf(before) === command.stateVersion ? ok(null) : err({ reason: "bet_changed" })),
      () => checkRange(command.payoutMinor, payoutRange(before, scope)),
      () => checkRest(before, command.percent, scope),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const part = partOf(before, command, scope);
    const cashed = { ...before, cashOuts: [...before.cashOuts, part] };
    const isWhole = command.percent === 100;
    const { bet, settlement } = standing(
      { ...cashed, taxPointAtMs: isWhole ? moment.nowMs : before.taxPointAtMs },
      scope.profile.tenant,
      moment.nowMs,
    );
    wallet.bets.addCashOut(bet, part);
    wallet.bets.savePosition(bet, settlement);
    scope.post({
      kind: "BET_CASHED_OUT",
      ref: bet.betId,
      refType: "bet",
      postings: positionPostings(before, bet, availableCash(wallet.journal.book())),
      taxLines: part.taxLines,
      facts: { percent: part.percent, stakeMinor: part.stakeMinor, payoutMinor: part.payoutMinor },
    });
    return ok(toBetView(bet));
  });
}

/** What an earlier cash-out under this key was answered; null when the key is new. Changes nothing. */
export function knownCashOut(wallet: WalletStores, command: Pick<CashOutBet, "key" | "fingerprint">): WalletReply<BetView> | null {
  return storedReply<BetView>(wallet, specOf(command));
}

function specOf({ key, fingerprint }: Pick<CashOutBet, "key" | "fingerprint">): CommandSpec {
  return { name: "cash_out", key: clientKey(key), fingerprint };
}

/** Never more than the part could win. */
function payoutRange(bet: Bet, { profile }: CommandScope) {
  const { kind, systemSizes, bankers, selections } = bet.terms;
  const stakeMinor = openStakeOf(bet).netStakeMinor;
  const most = potentialReturn({ kind, stakeMinor, systemSizes, bankers, selections }, profile.tenant.payoutMaxMinor);
  return { minMinor: minor(sportsRulesOf(profile.country).cashOut.amountMinMinor), maxMinor: most };
}

/** What stays in play must be a stake that the tenant would take. */
function checkRest(bet: Bet, percent: number, { profile }: CommandScope) {
  const open = openStakeOf(bet).stakeMinor;
  const rest = open - shareOf(open, percent);
  const { minMinor } = profile.tenant.stake;
  return percent === 100 || (rest >= minMinor && rest < open) ? ok(null) : err({ reason: "amount_too_low" as const, minMinor });
}

function partOf(bet: Bet, { percent, payoutMinor }: CashOutBet, { profile, moment }: CommandScope): CashOut {
  const open = openStakeOf(bet);
  const netStakeMinor = shareOf(open.netStakeMinor, percent);
  const { paidMinor, taxLines } = taxWinnings(profile.tenant, "sports", minor(payoutMinor), netStakeMinor, moment.nowMs);
  const stakeMinor = shareOf(open.stakeMinor, percent);
  return { percent, stakeMinor, netStakeMinor, payoutMinor: minor(payoutMinor), paidMinor, taxLines, atMs: moment.nowMs };
}

/** Cut down to the minor unit: what is cut stays in play. */
function shareOf(amountMinor: Minor, percent: number): Minor {
  return minor(Number((BigInt(amountMinor) * BigInt(percent)) / 100n));
}
