/** Places a bet: one entry, the bet, the stored answer and the message, or a refusal and nothing. */

import { lineCount } from "../../../shared/betting/lines.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { move, taxPostings } from "../../../shared/ledger/entry.ts";
import { type Minor, minor, negate } from "../../../shared/money/minor.ts";
import type { BetView, PlaceBet, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { taxStake } from "../../../shared/tax/bets.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { type Bet, type BetTerms, toBetView } from "../bet-store.ts";
import { checkFunds, checkNotExcluded, checkRange, checkRate, checkVerified, firstRefusal } from "../eligibility.ts";
import { clientKey } from "../idempotency-store.ts";
import { type CommandScope, type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/** Shared with remembered refusals and look-ups of a bet's key: they speak of the same request. */
export const BET_COMMAND = "bet";

/**
 * Takes the stake (minor units) and stores the bet. Refuses, in this order: `rate_limited`, `not_verified`, `self_excluded`,
 * `amount_too_low`, `amount_too_high`, `reservation_expired`, `account_frozen`, `insufficient_funds`. Idempotent by key.
 */
export function placeBet(wallet: WalletStores, command: PlaceBet, moment: Moment): WalletReply<BetView> {
  const spec = { name: BET_COMMAND, key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand(wallet, moment, spec, (scope) => {
    // A key that was forgotten made this bet long ago: it can't make another.
    if (wallet.bets.has(command.betId)) return err({ reason: "idempotency_key_reused" });
    const stakeMinor = minor(command.stakeMinor);
    const { tenant } = scope.profile;
    const refusal = firstRefusal(
      () => checkRate(moment, wallet.bets.placedAtMs(tenant.requestLimits.betsPerMinute), MINUTE_MS),
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
      () => checkRange(stakeMinor, tenant.stake),
      () => (command.selections.some((each) => each.reservedUntilMs <= moment.nowMs) ? err({ reason: "reservation_expired" }) : ok(null)),
      () => checkFunds(wallet.journal.book(), "bet", stakeMinor),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const { bet, termsText } = newBet(command, stakeMinor, scope);
    const view = toBetView(bet);
    const entry = scope.post({
      kind: "BET_PLACED",
      ref: bet.betId,
      refType: "bet",
      postings: [move("user:cash", negate(stakeMinor)), move("house:stakes", bet.netStakeMinor), ...taxPostings(bet.taxLines)],
      taxLines: bet.taxLines,
      // The journal's chain covers what was agreed, so that terms changed behind its back are found.
      facts: { terms: sha256Hex(termsText) },
    });
    wallet.bets.add({ ...bet, seq: entry.seq }, termsText);
    return ok(view);
  });
}

function newBet(command: PlaceBet, stakeMinor: Minor, { profile, moment }: CommandScope): { bet: Omit<Bet, "seq">; termsText: string } {
  const { netMinor, taxLines } = taxStake(profile.tenant, "sports", stakeMinor, moment.nowMs);
  const { kind, selections, systemSizes, bankers } = command;
  const terms = {
    kind,
    systemSizes,
    bankers,
    lines: lineCount({ kind, selections: selections.length, systemSizes, bankers }),
    potentialWinMinor: potentialReturn({ kind, stakeMinor: netMinor, systemSizes, bankers, selections }, profile.tenant.payoutMaxMinor),
    selections: selections.map((selection) => ({ ...selection })),
    stakeTaxLines: taxLines,
  } satisfies BetTerms;
  const bet = {
    betId: command.betId,
    terms,
    stakeMinor,
    netStakeMinor: netMinor,
    placedAtMs: moment.nowMs,
    status: "PENDING",
    paidMinor: minor(0),
    taxLines,
    taxPointAtMs: null,
    settledAtMs: null,
    results: new Map(),
    settlements: [],
    cashOuts: [],
  } as const;
  return { bet, termsText: canonical(terms) };
}
