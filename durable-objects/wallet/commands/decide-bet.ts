/**
 * Ends the wait of a held bet: placed out of its hold, given back, or offered on new terms.
 *
 * What the fixtures said comes from outside; what the player may stake is asked here again, with the player's state of now. Each asking
 * has a round, and a round is answered once: a decision that comes twice, or late, changes nothing. A hold whose time is over is given
 * back whether or not anybody decided.
 */
import { type HeldBetStep, stepOf } from "../../../shared/betting/acceptance.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { ALARM_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { holdPostings } from "../../../shared/ledger/entry.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { type Minor, minor, smallest } from "../../../shared/money/minor.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type {
  AnswerOffer,
  BetRefusal,
  BetToDecide,
  DecideBet,
  FixturesVerdict,
  SetCustomerFactor,
  ShownBet,
} from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { toBetView } from "../bet-store.ts";
import { callerKey, clientKey, factKey } from "../idempotency-store.ts";
import type { PendingBet } from "../pending-bet-store.ts";
import { exclusionAt } from "../profile-store.ts";
import { type CommandScope, type Moment, runCommand, runOnState } from "../run-command.ts";
import { stakeMaxOf } from "../stake-bounds.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { heldBetProblem } from "./free-bet.ts";
import { potentialWinOf, toHeldView } from "./hold-bet.ts";
import { acceptBet, checkReserved } from "./place-bet.ts";

type Priced = Extract<FixturesVerdict, { verdict: "priced" }>;

const TIMED_OUT: BetRefusal = { code: "DECISION_TIMEOUT", details: "{}" };
const OFFER_OVER: BetRefusal = { code: "OFFER_EXPIRED", details: "{}" };

/** What is to be decided of a bet now; null when it does not wait, or not long enough yet. */
export function betToDecide(wallet: WalletStores, betId: string, { nowMs }: Moment): BetToDecide | null {
  const bet = wallet.pendingBets.find(betId);
  if (bet?.state !== "DELAYED" || bet.decidesAtMs > nowMs) return null;
  const { selections, asked } = bet.terms;
  return { round: bet.round, stakeMinor: bet.stakeMinor, selections, asked };
}

/**
 * Applies what the fixtures said of a held bet. Refuses `not_found`, and `reservation_expired` for prices that were held too long: ask
 * again. Idempotent by the round: `replayed` says that this one had been answered.
 */
export function decideBet(wallet: WalletStores, command: DecideBet, moment: Moment): WalletReply<ShownBet> {
  const spec = { name: "decide_bet", key: factKey(`bet:${command.betId}:decide:${command.round}`), fingerprint: "" };
  return runOnState<ShownBet>(wallet, moment, spec, (scope) => {
    const bet = wallet.pendingBets.find(command.betId);
    if (bet === null) return err({ reason: "not_found" });
    if (bet.state !== "DELAYED" || bet.round !== command.round) return ok({ value: shown(wallet, bet, scope), replayed: true });
    if (bet.endsAtMs <= moment.nowMs) return ok({ value: giveBack(wallet, bet, "time_out", TIMED_OUT, scope), replayed: false });
    const { decision } = command;
    if (decision.verdict === "refused") return ok({ value: refused(wallet, bet, decision, scope), replayed: false });
    const reserved = checkReserved(decision.selections, moment);
    if (!reserved.ok) return reserved;

    // From here it must succeed.
    return ok({ value: decided(wallet, bet, decision, scope), replayed: false });
  });
}

/**
 * Takes or declines the offer that stands. A taken offer waits for its decision again, as long as the bet did. Refuses `not_found`, and
 * `offer_over` when no offer stands, or another one than the player means. Idempotent by key.
 */
export function answerOffer(wallet: WalletStores, command: AnswerOffer, moment: Moment): WalletReply<ShownBet> {
  const spec = { name: "answer_offer", key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand<ShownBet>(wallet, moment, spec, (scope) => {
    const bet = wallet.pendingBets.find(command.betId);
    if (bet === null) return err({ reason: "not_found" });
    const { offer } = bet;
    const isMeant = offer !== null && (command.round === null || command.round === offer.round);
    if (bet.state !== "OFFERED" || !isMeant || offer.expiresAtMs <= moment.nowMs) return err({ reason: "offer_over", status: bet.state });

    // From here it must succeed.
    if (!command.accept) return ok(giveBack(wallet, bet, "decline_offer", null, scope));
    const waitedMs = bet.decidesAtMs - bet.placedAtMs;
    const decidesAtMs = moment.nowMs + waitedMs;
    const asked = bet.terms.asked.map((each, index) => {
      const taken = offer.selections[index];
      invariant(taken?.selectionId === each.selectionId, "an offer is of the bet's own selections");
      return { ...each, seenOddsThousandths: taken.oddsThousandths, seenPriceVersion: taken.priceVersion };
    });
    const next: PendingBet = {
      ...moved(bet, "take_offer"),
      ...{ terms: { ...bet.terms, selections: offer.selections, asked }, stakeMinor: minor(offer.stakeMinor) },
      ...{ round: bet.round + 1, placedAtMs: moment.nowMs, decidesAtMs, offer: null },
      endsAtMs: decidesAtMs + sportsRulesOf(scope.profile.country).acceptance.decisionMs,
    };
    scope.post({ kind: "BET_OFFER_TAKEN", ref: bet.betId, refType: "bet", facts: { round: offer.round } });
    wallet.pendingBets.save(next);
    return ok(toHeldView(next, scope.profile.tenant));
  });
}

/**
 * Gives back the stakes of bets whose time to be decided, or whose offer's time, is over: a bounded number, and the bets as they ended.
 * Runs on a frozen wallet. Idempotent.
 */
export function endOverdueBets(wallet: WalletStores, moment: Moment): readonly ShownBet[] {
  const overdue = wallet.pendingBets.open(ALARM_ROWS_MAX).filter(({ endsAtMs }) => endsAtMs <= moment.nowMs);
  return overdue.flatMap(({ betId, round }) => {
    const spec = { name: "end_bet", key: factKey(`bet:${betId}:end:${round}`), fingerprint: "", whileFrozen: true };
    const reply = runCommand<ShownBet | null>(wallet, moment, spec, (scope) => {
      const bet = wallet.pendingBets.find(betId);
      if (bet === null || bet.decidedAtMs !== null || bet.endsAtMs > moment.nowMs) return ok(null);
      return ok(giveBack(wallet, bet, "time_out", bet.state === "OFFERED" ? OFFER_OVER : TIMED_OUT, scope));
    });
    return reply.ok && reply.value.value !== null ? [reply.value.value] : [];
  });
}

/** Sets how much of the usual stake the player may bet, basis points. Idempotent by key. */
export function setCustomerFactor(
  wallet: WalletStores,
  { key, basisPoints }: SetCustomerFactor,
  moment: Moment,
): WalletReply<{ readonly basisPoints: number }> {
  const spec = { name: "customer_factor", key: callerKey(key), fingerprint: String(basisPoints) };
  return runCommand(wallet, moment, spec, (scope) => {
    const facts = { before: wallet.pendingBets.customerFactor(), basisPoints };
    scope.post({ kind: "CUSTOMER_FACTOR_SET", ref: scope.profile.walletId, refType: "wallet", facts });
    wallet.pendingBets.setCustomerFactor(basisPoints);
    return ok({ basisPoints });
  });
}

/** The player's own side of the decision: an exclusion, and how much may be staked now. */
function decided(wallet: WalletStores, bet: PendingBet, priced: Priced, scope: CommandScope): ShownBet {
  const { tenant } = scope.profile;
  const exclusion = exclusionAt(scope.profile, scope.moment.nowMs);
  if (exclusion !== null) {
    const until = exclusion.untilMs === null ? null : toRfc3339(unixMs(exclusion.untilMs));
    return refused(wallet, bet, { code: "SELF_EXCLUDED", details: JSON.stringify({ until }) }, scope);
  }
  const maxMinor = stakeMaxOf(wallet, { ...bet.terms, ...priced }, scope);
  if (maxMinor < tenant.stake.minMinor)
    return refused(wallet, bet, { code: "STAKE_TOO_HIGH", details: JSON.stringify({ max: toMajor(maxMinor) }) }, scope);
  const stakeMinor = smallest(bet.stakeMinor, maxMinor);
  if (bet.terms.freeBetId !== undefined) {
    // A token is staked whole, and at prices that it may be staked at.
    if (stakeMinor < bet.stakeMinor)
      return refused(wallet, bet, { code: "STAKE_TOO_HIGH", details: JSON.stringify({ max: toMajor(maxMinor) }) }, scope);
    const reason = heldBetProblem(wallet, { ...bet.terms, ...priced, stakeMinor });
    if (reason !== null) return refused(wallet, bet, { code: "FREE_BET_REFUSED", details: JSON.stringify({ reason }) }, scope);
  }
  if (priced.asksAgain || stakeMinor < bet.stakeMinor) return offered(wallet, bet, priced, stakeMinor, scope);
  return accepted(wallet, bet, priced, scope);
}

function accepted(wallet: WalletStores, bet: PendingBet, { selections }: Priced, scope: CommandScope): ShownBet {
  const { betId, stakeMinor } = bet;
  const held = wallet.holds.find(bet.holdId);
  invariant(held?.isOpen === true && held.committedMinor === 0, `the hold of bet ${betId} is not whole`);
  wallet.pendingBets.save({ ...moved(bet, "accept"), terms: { ...bet.terms, selections }, decidedAtMs: scope.moment.nowMs });
  const view = acceptBet(wallet, { ...bet.terms, betId, selections }, { stakeMinor, held }, scope);
  wallet.holds.close(bet.holdId, stakeMinor === held.amountMinor ? "committed" : "released", scope.moment.nowMs);
  return view;
}

function offered(wallet: WalletStores, bet: PendingBet, { selections }: Priced, stakeMinor: Minor, scope: CommandScope): ShownBet {
  const { profile, moment } = scope;
  const expiresAtMs = moment.nowMs + sportsRulesOf(profile.country).acceptance.offerMs;
  const potentialWinMinor = potentialWinOf({ ...bet.terms, selections }, stakeMinor, profile.tenant, moment.nowMs);
  const offer = { round: bet.round, selections, stakeMinor, potentialWinMinor, expiresAtMs };
  const next: PendingBet = { ...moved(bet, "offer"), offer, endsAtMs: expiresAtMs };
  scope.post({ kind: "BET_OFFERED", ref: bet.betId, refType: "bet", facts: { round: bet.round, stakeMinor } });
  wallet.pendingBets.save(next);
  return toHeldView(next, profile.tenant);
}

function refused(wallet: WalletStores, bet: PendingBet, { code, details }: BetRefusal, scope: CommandScope): ShownBet {
  return giveBack(wallet, bet, "reject", { code, details }, scope);
}

function giveBack(wallet: WalletStores, bet: PendingBet, step: HeldBetStep, refusal: BetRefusal | null, scope: CommandScope): ShownBet {
  const { betId, holdId } = bet;
  const held = wallet.holds.find(holdId);
  invariant(held?.isOpen === true, `the hold of bet ${betId} is not open`);
  const next: PendingBet = { ...moved(bet, step), refusal, decidedAtMs: scope.moment.nowMs };
  const facts = { holdId, code: refusal?.code ?? null };
  scope.post({ kind: "BET_REFUSED", ref: betId, refType: "bet", postings: holdPostings(held.shares, -1), facts });
  wallet.holds.close(holdId, "released", scope.moment.nowMs);
  if (bet.terms.freeBetId !== undefined) wallet.freeBets.release(betId);
  wallet.pendingBets.save(next);
  return toHeldView(next, scope.profile.tenant);
}

function moved(bet: PendingBet, step: HeldBetStep): PendingBet {
  const state = stepOf(bet.state, step);
  invariant(state !== null, `a bet that is ${bet.state} does not take ${step}`);
  return { ...bet, state };
}

function shown(wallet: WalletStores, bet: PendingBet, { profile }: CommandScope): ShownBet {
  const accepted = wallet.bets.find(bet.betId);
  return accepted === null ? toHeldView(bet, profile.tenant) : toBetView(accepted);
}
