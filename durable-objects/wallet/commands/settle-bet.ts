/**
 * Applies a fixture's result to a bet by the position ledger: recompute what the bet is worth with every result known, post the
 * difference to what was posted before.
 *
 * Repeated and older versions post nothing; a corrected result posts the difference; a result taken back (outcome null) the negative.
 */
import { err, ok } from "../../../shared/kernel/result.ts";
import { availableCash } from "../../../shared/ledger/book.ts";
import type { EntryKind } from "../../../shared/ledger/chart.ts";
import type { TaxLine } from "../../../shared/ledger/model.ts";
import { positionPostings } from "../../../shared/ledger/position.ts";
import { ZERO } from "../../../shared/money/minor.ts";
import type { BetResult, BetStatus, BetView, SettleBet, SettleBets, SettledBet, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { type Standing, standing } from "../bet-position.ts";
import { type Bet, type FixtureResult, type TakenResult, toBetView } from "../bet-store.ts";
import type { RefundWay } from "../bet-worth.ts";
import { factKey } from "../idempotency-store.ts";
import { withinPromotionLimit } from "../promotion-limit.ts";
import { type CommandScope, type CommandSpec, type Moment, runOnState } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { countForBonus } from "./bonus-wagering.ts";
import { withToken } from "./free-bet.ts";
import { RefundTokens } from "./refund-token.ts";

/**
 * Applies results of one fixture to one bet and posts `target - posted`. Refuses `not_found` for a bet that is not here. Idempotent by
 * (bet, fixture, result version): `replayed` says that nothing was applied.
 */
export function settleBet(wallet: WalletStores, command: SettleBet, moment: Moment): WalletReply<BetView> {
  const { fixtureId, ...result } = command;
  return runOnState(wallet, moment, specOf(fixtureId, result), (scope) => {
    const [settled] = applyResults(wallet, scope, fixtureId, [result]);
    const bet = settled?.bet ?? null;
    return bet === null ? err({ reason: "not_found" }) : ok({ value: bet, replayed: settled?.fate === "known" });
  });
}

/** A bet's fate, and the bet as it stands now. */
export interface AppliedResult extends SettledBet {
  readonly bet: BetView | null;
}

/**
 * Applies results of one fixture to several bets in one write: an entry for each bet that did not know its version. A bet that is not
 * here is said to be so and keeps none of the others from its money. Idempotent like `settleBet`.
 */
export function settleBets(wallet: WalletStores, command: SettleBets, moment: Moment): WalletReply<readonly AppliedResult[]> {
  const { fixtureId, bets } = command;
  const spec = { name: "settle", key: factKey(`settle:${fixtureId}`), fingerprint: "" };
  return runOnState(wallet, moment, spec, (scope) => {
    const settled = applyResults(wallet, scope, fixtureId, bets);
    return ok({ value: settled, replayed: settled.every(({ fate }) => fate !== "applied") });
  });
}

function specOf(fixtureId: string, { betId, resultVersion }: BetResult): CommandSpec {
  return { name: "settle", key: factKey(`settle:${betId}:${fixtureId}:${resultVersion}`), fingerprint: "" };
}

/** Applies results in their order; what they write is stored together, however many bets they are about. */
function applyResults(
  wallet: WalletStores,
  scope: CommandScope,
  fixtureId: string,
  commands: readonly BetResult[],
): readonly AppliedResult[] {
  const bets = new Map(wallet.bets.findAll(commands.map(({ betId }) => betId)));
  const taken: TakenResult[] = [];
  const applied: AppliedResult[] = [];
  const tokens = new RefundTokens(wallet, scope);
  wallet.journal.gather(() => {
    for (const command of commands) {
      const { betId } = command;
      const before = bets.get(betId);
      if (before === undefined || !before.terms.selections.some((each) => each.fixtureId === fixtureId)) {
        applied.push({ betId, fate: "not_found", bet: null });
        continue;
      }
      const result = withResult(before, scope, fixtureId, command, tokens.wayOf(before));
      const after = result === null ? null : withinPromotionLimit(wallet, before, withToken(wallet, before, result, scope.moment));
      applied.push({ betId, fate: after === null ? "known" : "applied", bet: toBetView(after?.bet ?? before) });
      if (after === null) continue;
      bets.set(betId, after.bet);
      taken.push(after);
      postSettlement(wallet, scope, before, after.bet, fixtureId, command);
      tokens.give(after.bet, result?.tokenMinor ?? ZERO);
      countForBonus(wallet, after.bet, scope);
    }
  });
  if (taken.length > 0) wallet.bets.saveResults(taken);
  tokens.store();
  endCashOutOrders(wallet, taken, scope.moment);
  return applied;
}

/** A decided bet has nothing left to cash out, not even when its result is taken back. */
function endCashOutOrders(wallet: WalletStores, taken: readonly TakenResult[], { nowMs }: Moment): void {
  const decided = taken.flatMap(({ bet }) => (bet.status === "PENDING" ? [] : [bet.betId]));
  for (const { orderId } of wallet.cashOutOrders.openOfBets(decided))
    wallet.cashOutOrders.answer(orderId, { isTaken: false, reason: "settled", offer: null }, nowMs);
}

type DueResult = TakenResult & Pick<Standing, "tokenMinor">;

/** The bet after a result; null when it knew it already. */
function withResult(
  before: Bet,
  { profile, moment }: CommandScope,
  fixtureId: string,
  command: BetResult,
  refundWay: RefundWay,
): DueResult | null {
  const known = before.results.get(fixtureId);
  if (known !== undefined && command.resultVersion <= known.version) return null;
  const result = mergedResult(known, command);
  const resulted = { ...before, results: new Map(before.results).set(fixtureId, result) };
  return { ...standing(resulted, profile.tenant, moment.nowMs, refundWay), fixtureId, result };
}

/** A result may name only some of a fixture's selections: what it does not name stands as it stood. */
function mergedResult(known: FixtureResult | undefined, command: BetResult): FixtureResult {
  const given = Object.fromEntries(command.results.map(({ selectionId, outcome }) => [selectionId, outcome]));
  return { version: command.resultVersion, outcomes: { ...known?.outcomes, ...given } };
}

const FIRST_SETTLEMENT: Readonly<Record<BetStatus, EntryKind>> = {
  PENDING: "BET_RESULT",
  WON: "BET_WON",
  LOST: "BET_LOST",
  VOID: "BET_VOID",
  CASHED_OUT: "BET_RESULT",
};

function postSettlement(wallet: WalletStores, scope: CommandScope, before: Bet, bet: Bet, fixtureId: string, command: BetResult): void {
  const isMoved = bet.settlements.length > before.settlements.length;
  const kind = !isMoved ? "BET_RESULT" : before.taxPointAtMs !== null ? "BET_CORRECTED" : FIRST_SETTLEMENT[bet.status];
  scope.post({
    kind,
    key: specOf(fixtureId, command).key,
    ref: bet.betId,
    refType: "bet",
    postings: positionPostings(before, bet, availableCash(wallet.journal.book())),
    taxLines: isMoved ? taxLinesAdded(before, bet) : [],
    facts: {
      fixtureId,
      resultVersion: command.resultVersion,
      results: command.results.map(({ selectionId, outcome }) => ({ selectionId, outcome })),
    },
  });
}

/** The lines that this settlement added; a stake's lines were told when it was placed. */
function taxLinesAdded(before: Bet, bet: Bet): readonly TaxLine[] {
  const known = new Set(before.taxLines.map((line) => `${line.ruleId}:${line.taxMinor}`));
  return bet.taxLines.filter((line) => !known.has(`${line.ruleId}:${line.taxMinor}`));
}
