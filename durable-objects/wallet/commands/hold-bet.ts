/**
 * Holds the stake of a bet that has to wait for its decision: nothing is placed yet, but the money can't be spent twice meanwhile.
 *
 * The key is the bet's own, as when it is placed at once: whichever way the first request went, a repeat gets its answer.
 */
import { lineCount } from "../../../shared/betting/lines.ts";
import { engineLadder } from "../../../shared/betting/promised-ladder.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { holdPostings } from "../../../shared/ledger/entry.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { HeldBetView, HoldBet, ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { taxStake } from "../../../shared/tax/bets.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { sha256Bytes } from "../../platform/hash.ts";
import { clientKey } from "../idempotency-store.ts";
import type { PendingBet } from "../pending-bet-store.ts";
import { type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { payerOf } from "./free-bet.ts";
import { BET_COMMAND, ladderFor, refusalOf } from "./place-bet.ts";

/** Sets the stake (minor units) aside until the bet is decided. Refuses what `placeBet` refuses, in its order. Idempotent by key. */
export function holdBet(wallet: WalletStores, command: HoldBet, moment: Moment): WalletReply<ShownBet> {
  const spec = { name: BET_COMMAND, key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand<ShownBet>(wallet, moment, spec, (scope) => {
    const refusal = refusalOf(wallet, command, scope);
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const { betId, kind, systemSizes, bankers, selections, asked, delayMs, freeBetId, bookingCode } = command;
    const stakeMinor = minor(command.stakeMinor);
    const holdId = idFromDigest("hold", sha256Bytes(`${scope.profile.walletId}:bet:${betId}`));
    const shares = [{ account: payerOf(command), amountMinor: stakeMinor }];
    const entry = scope.post({ kind: "BET_HELD", ref: betId, refType: "bet", postings: holdPostings(shares, 1), facts: { holdId } });
    wallet.holds.open(entry.seq, { holdId, purpose: "bet", ref: betId, amountMinor: stakeMinor, openedAtMs: moment.nowMs, shares });
    if (freeBetId !== undefined) wallet.freeBets.use(freeBetId, betId);
    const decidesAtMs = moment.nowMs + delayMs;
    const bet: PendingBet = {
      ...{ seq: entry.seq, betId, holdId, stakeMinor, round: 1, state: "DELAYED", decidesAtMs, placedAtMs: moment.nowMs },
      terms: {
        ...{ kind, systemSizes, bankers, selections, asked },
        ...(freeBetId === undefined ? {} : { freeBetId }),
        ...(bookingCode === undefined ? {} : { bookingCode }),
      },
      endsAtMs: decidesAtMs + sportsRulesOf(scope.profile.country).acceptance.decisionMs,
      ...{ offer: null, refusal: null, decidedAtMs: null },
    };
    wallet.pendingBets.add(bet);
    return ok(toHeldView(bet, scope.profile.tenant));
  });
}

/** A bet that is not accepted, as callers see it. */
export function toHeldView(bet: PendingBet, tenant: Tenant): HeldBetView {
  const { kind, systemSizes, bankers, selections } = bet.terms;
  return {
    ...{ betId: bet.betId, kind, status: bet.state === "ACCEPTED" ? "DELAYED" : bet.state, stakeMinor: bet.stakeMinor },
    ...{ systemSizes, bankers, selections, lines: lineCount({ kind, selections: selections.length, systemSizes, bankers }) },
    potentialWinMinor: potentialWinOf(bet.terms, bet.stakeMinor, tenant, bet.placedAtMs),
    ...{ placedAtMs: bet.placedAtMs, decidesAtMs: bet.decidesAtMs, decidedAtMs: bet.decidedAtMs, refusal: bet.refusal },
    offer: bet.state === "OFFERED" ? bet.offer : null,
    ...(bet.terms.freeBetId === undefined ? {} : { freeBetId: bet.terms.freeBetId }),
  };
}

/** The most that a stake wins on these terms, minor units, before taxes on winnings. */
export function potentialWinOf(terms: PendingBet["terms"], stakeMinor: Minor, tenant: Tenant, atMs: number): Minor {
  const { kind, systemSizes, bankers, selections, freeBetId } = terms;
  const { netMinor } = taxStake(tenant, "sports", stakeMinor, unixMs(atMs));
  const ladder = ladderFor(tenant, { kind, stakeMinor, selections, freeBetId }, unixMs(atMs));
  return potentialReturn(
    {
      ...{ kind, stakeMinor: netMinor, systemSizes, bankers, selections, freeBet: freeBetId !== undefined },
      ladder: ladder === null ? null : engineLadder(ladder),
    },
    tenant.payoutMaxMinor,
  );
}
