/**
 * For each command of a wallet: one that is taken, and how each of its refusals is brought about, so that a test can bring about two
 * at once.
 */
import * as accounts from "../../../durable-objects/wallet/commands/accounts.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { answerOffer, decideBet, setCustomerFactor } from "../../../durable-objects/wallet/commands/decide-bet.ts";
import * as deposits from "../../../durable-objects/wallet/commands/deposits.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import * as holds from "../../../durable-objects/wallet/commands/holds.ts";
import * as manual from "../../../durable-objects/wallet/commands/manual.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import * as player from "../../../durable-objects/wallet/commands/player.ts";
import { recordRefusal } from "../../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet, settleBets } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import * as stakes from "../../../durable-objects/wallet/commands/stakes.ts";
import * as withdrawals from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { callerKey, clientKey, factKey, type StoredKey } from "../../../durable-objects/wallet/idempotency-store.ts";
import type { Moment } from "../../../durable-objects/wallet/run-command.ts";
import type { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { free } from "../../../shared/ledger/book.ts";
import { accountCode } from "../../../shared/ledger/chart.ts";
import { minor } from "../../../shared/money/minor.ts";
import type {
  CashOutBet,
  PlaceBet,
  PostManual,
  ReserveStake,
  SetLimit,
  StartDeposit,
  StartWithdrawal,
  WalletReply,
} from "../../../shared/protocol/rpc/wallet.ts";
import type { AnswerOffer, DecideBet, HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import type { RefusalReason, WalletCommandName } from "../../../shared/protocol/rpc/wallet-refusals.ts";
import {
  betCommand,
  decisionFor,
  holdCommand,
  mint,
  resultFor,
  selection,
  stakeCommand,
  withdrawalCommand,
} from "../../support/wallet-commands.ts";
import {
  accountCommand,
  commitCommand,
  grantCommand,
  held,
  limitCommand,
  manualCommand,
  moved,
  reserveCommand,
} from "./ledger-commands.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

const HOUR_MS = 3_600_000;

/** How one refusal is brought about: by what the wallet is in, by what is asked, or both. */
export interface Arranger<C> {
  /** 0 runs commands and comes first; 2 stops them and comes last. */
  readonly phase?: 0 | 1 | 2;
  readonly on?: (world: WalletWorld, command: C) => void;
  readonly ask?: (command: C, world: WalletWorld) => C;
}

export interface Story<C> {
  /** A command that would be taken on this world. */
  readonly base: (world: WalletWorld) => C;
  readonly run: (stores: WalletStores, command: C, moment: Moment) => WalletReply<unknown>;
  /** Under which key its answer is stored. */
  readonly key?: (command: C) => StoredKey;
  readonly arrangers: Partial<Record<RefusalReason, Arranger<C>>>;
  /** Pairs that no wallet and no request can bring about together. */
  readonly apart?: readonly (readonly [RefusalReason, RefusalReason])[];
}

const GRANT = "user:bonus:g1";

/** Changes one account's limits and leaves the other as it is. */
export function limit(world: WalletWorld, code: string, changes: Partial<SetLimit>): void {
  const of = world.stores.journal.book().accounts.get(accountCode(code));
  const now = { account: code, floorMinor: of?.floorMinor ?? null, frozen: of?.frozen ?? false };
  must(accounts.setLimit(world.stores, limitCommand({ ...now, ...changes }), world.moment()));
}

/** Leaves nothing free on an account. */
function drain(world: WalletWorld, code: string): void {
  const of = world.stores.journal.book().accounts.get(accountCode(code));
  if (of !== undefined) limit(world, code, { floorMinor: free(of) + (of.floorMinor ?? 0) });
}

const frozenCash = { on: (world: WalletWorld) => limit(world, "user:cash", { frozen: true }) };
const drainedCash = { on: (world: WalletWorld) => drain(world, "user:cash") };
const unverified = { on: (world: WalletWorld) => world.stores.profiles.setVerified(false) };
const excluded = { on: (world: WalletWorld) => world.stores.profiles.exclude(null) };
const cashGone = { account_frozen: frozenCash, insufficient_funds: drainedCash };
const notAllowed = { not_verified: unverified, self_excluded: excluded };

/** Lets a rate window fill up by running a command until it does. */
function hurried(times: number, once: (world: WalletWorld) => WalletReply<unknown>): Required<Pick<Arranger<unknown>, "phase" | "on">> {
  return {
    phase: 0,
    on: (world) => {
      for (let each = 0; each < times; each += 1) must(once(world));
      world.rateLimits = true;
    },
  };
}

function range<C>(name: keyof C, min: number, max: number): Partial<Record<RefusalReason, Arranger<C>>> {
  return {
    amount_too_low: { ask: (command) => ({ ...command, [name]: min - 1 }) },
    amount_too_high: { ask: (command) => ({ ...command, [name]: max + 1 }) },
  };
}

const RANGE_APART = [["amount_too_low", "amount_too_high"]] as const;

/** Checks a story's types against themselves and forgets them: stories of many commands stand in one table. */
function story<C>(of: Story<C>): Story<unknown> {
  return of as unknown as Story<unknown>;
}

function openWithdrawal(world: WalletWorld): string {
  const command = withdrawalCommand();
  must(withdrawals.startWithdrawal(world.stores, command, world.moment()));
  return command.intentId;
}

function placed(world: WalletWorld): ReturnType<typeof betCommand> {
  const bet = betCommand({ stakeMinor: 2_000 });
  must(placeBet(world.stores, bet, world.moment()));
  return bet;
}

/** A bet that has waited long enough. */
function heldBet(world: WalletWorld): HoldBet {
  const bet = holdCommand({ stakeMinor: 2_000 });
  must(holdBet(world.stores, bet, world.moment()));
  world.pass(bet.delayMs);
  return bet;
}

const CASH_OUT = { fingerprint: "print", stateVersion: 0, percent: 100, payoutMinor: 1_500 };

/** Loses the newest bet. */
function decideLastBet(world: WalletWorld): void {
  const bet = world.stores.bets.page("ALL", 1, 0).rows[0];
  const [selection] = bet?.terms.selections ?? [];
  if (bet === undefined || selection === undefined) throw new Error("no bet was placed");
  const results = [{ selectionId: selection.selectionId, outcome: "lost" as const }];
  must(settleBet(world.stores, { betId: bet.betId, fixtureId: selection.fixtureId, resultVersion: 1, results }, world.moment()));
}

function openDeposit(world: WalletWorld): string {
  const intentId = mint("dep");
  must(deposits.startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor: 1_000 }, world.moment()));
  return intentId;
}

const otherHold = <C extends { readonly holdId: string }>(command: C): C => ({ ...command, holdId: "hold_of_another" });
const otherIntent = <C extends { readonly intentId: string }>(command: C): C => ({ ...command, intentId: "of_another" });
const HOLD_APART = ["hold_closed", "hold_expired", "hold_exceeded"].map((reason) => ["not_found", reason] as const) as readonly (readonly [
  RefusalReason,
  RefusalReason,
])[];

export const STORIES: Readonly<Record<WalletCommandName, Story<unknown>>> = {
  open: story({
    base: (world) => ({ key: mint("key"), userId: world.stores.profiles.profile()?.userId ?? "", country: "KE" as const }),
    run: player.openWallet,
    key: ({ key }) => factKey(`open:${key}`),
    arrangers: {},
  }),
  setVerified: story({
    base: () => ({ key: mint("key"), verified: true }),
    run: player.setVerified,
    key: ({ key }) => factKey(`verified:${key}`),
    arrangers: {},
  }),
  selfExclude: story({
    base: () => ({ key: mint("key"), untilMs: null, reason: "enough" }),
    run: player.selfExclude,
    key: ({ key }) => clientKey(key),
    arrangers: {},
  }),
  setDepositLimits: story({
    base: () => ({ key: mint("key"), day: 1_000 }),
    run: player.setDepositLimits,
    key: ({ key }) => clientKey(key),
    arrangers: {},
  }),
  freeze: story({
    base: () => ({ key: mint("key"), reason: "check" }),
    run: player.freeze,
    key: ({ key }) => factKey(`FROZEN:${key}`),
    arrangers: {},
  }),
  unfreeze: story({
    base: () => ({ key: mint("key"), reason: "checked" }),
    run: player.unfreeze,
    key: ({ key }) => factKey(`UNFROZEN:${key}`),
    arrangers: {},
  }),
  openAccount: story({
    base: () => accountCommand(),
    run: accounts.openAccount,
    key: ({ key }) => callerKey(key),
    arrangers: {
      account_exists: { ask: (command) => ({ ...command, account: GRANT }) },
      posting_not_permitted: { ask: (command) => ({ ...command, account: "user:cash" }) },
    },
  }),
  setLimit: story({
    base: () => limitCommand({ floorMinor: 1_000 }),
    run: accounts.setLimit,
    key: ({ key }) => callerKey(key),
    arrangers: {
      posting_not_permitted: { ask: (command) => ({ ...command, floorMinor: -1 }) },
      account_not_open: { ask: (command) => ({ ...command, account: "user:bonus:none" }) },
      insufficient_funds: { ask: (command) => ({ ...command, floorMinor: 95_001 }) },
    },
    apart: [["posting_not_permitted", "insufficient_funds"]],
  }),
  post: story<PostManual>({
    base: () => grantCommand(GRANT, 100),
    run: manual.postManual,
    key: ({ key }) => callerKey(key),
    arrangers: {
      unbalanced: { ask: (command) => ({ ...command, postings: command.postings.slice(1) }) },
      posting_not_permitted: { ask: (command) => ({ ...command, kind: "DEPOSIT" }) },
      account_not_open: {
        ask: (command) => ({ ...command, postings: [...command.postings, ...moved("promo:cost", "user:bonus:none", 5)] }),
      },
      account_frozen: { on: (world) => limit(world, "promo:cost", { frozen: true }) },
      insufficient_funds: { on: (world) => limit(world, "promo:cost", { floorMinor: -500 }) },
    },
  }),
  reverse: story({
    base: (world) => {
      must(manual.postManual(world.stores, manualCommand(), world.moment()));
      return { key: mint("key"), seq: world.stores.journal.book().head.seq, reason: "a mistake" };
    },
    run: manual.reverseEntry,
    key: ({ key }) => callerKey(key),
    arrangers: {
      not_found: { ask: (command) => ({ ...command, seq: 9_999 }) },
      not_reversible: { ask: (command) => ({ ...command, seq: 1 }) },
      already_reversed: {
        phase: 0,
        on: (world, { seq }) => must(manual.reverseEntry(world.stores, { key: mint("key"), seq, reason: "earlier" }, world.moment())),
      },
      ...cashGone,
    },
    apart: [
      ...(["not_reversible", "already_reversed", "account_frozen", "insufficient_funds"] as const).map(
        (each) => ["not_found", each] as const,
      ),
      ...(["already_reversed", "account_frozen", "insufficient_funds"] as const).map((each) => ["not_reversible", each] as const),
    ],
  }),
  reserve: story({
    base: (world) => reserveCommand(world, { amountMinor: 95_400 }),
    run: holds.reserve,
    key: ({ key }) => callerKey(key),
    arrangers: {
      ...notAllowed,
      hold_expired: { ask: (command, world) => ({ ...command, expiresAtMs: world.nowMs }) },
      account_frozen: { on: (world) => limit(world, GRANT, { frozen: true }) },
      insufficient_funds: { on: (world) => drain(world, "user:cash") },
    },
  }),
  commit: story({
    base: (world) => commitCommand(held(world)),
    run: holds.commitHold,
    key: ({ key }) => callerKey(key),
    arrangers: {
      not_found: { ask: otherHold },
      hold_closed: {
        phase: 0,
        on: (world, { holdId }) => must(holds.releaseHold(world.stores, { key: mint("key"), holdId, reason: "over" }, world.moment())),
      },
      hold_expired: { on: (world) => world.pass(HOUR_MS) },
      hold_exceeded: { ask: (command) => ({ ...command, amountMinor: 10_001 }) },
    },
    apart: HOLD_APART,
  }),
  releaseHold: story({
    base: (world) => ({ key: mint("key"), holdId: held(world).holdId, reason: "over" }),
    run: holds.releaseHold,
    key: ({ key }) => factKey(`release:${key}`),
    arrangers: {
      not_found: { ask: otherHold },
      hold_closed: {
        phase: 0,
        on: (world, { holdId }) => must(holds.releaseHold(world.stores, { key: mint("key"), holdId, reason: "over" }, world.moment())),
      },
    },
    apart: HOLD_APART,
  }),
  placeBet: story({
    base: () => betCommand(),
    run: placeBet,
    key: ({ key }) => clientKey(key),
    arrangers: {
      rate_limited: hurried(10, (world) => placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment())),
      ...notAllowed,
      ...range<PlaceBet>("stakeMinor", 2_000, 100_000_000),
      reservation_expired: { ask: (command, world) => ({ ...command, selections: [selection({ reservedUntilMs: world.nowMs })] }) },
      ...cashGone,
    },
    apart: RANGE_APART,
  }),
  holdBet: story<HoldBet>({
    base: () => holdCommand(),
    run: holdBet,
    key: ({ key }) => clientKey(key),
    arrangers: {
      rate_limited: hurried(10, (world) => holdBet(world.stores, holdCommand({ stakeMinor: 2_000 }), world.moment())),
      ...notAllowed,
      ...range<HoldBet>("stakeMinor", 2_000, 100_000_000),
      reservation_expired: { ask: (command, world) => ({ ...command, selections: [selection({ reservedUntilMs: world.nowMs })] }) },
      ...cashGone,
    },
    apart: RANGE_APART,
  }),
  decideBet: story<DecideBet>({
    base: (world) => decisionFor(heldBet(world)),
    run: decideBet,
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      reservation_expired: {
        ask: (command, world) => {
          const { decision } = command;
          if (decision.verdict !== "priced") return command;
          return {
            ...command,
            decision: { ...decision, selections: decision.selections.map((each) => ({ ...each, reservedUntilMs: world.nowMs })) },
          };
        },
      },
    },
  }),
  answerOffer: story<AnswerOffer>({
    base: (world) => {
      const bet = heldBet(world);
      must(decideBet(world.stores, decisionFor(bet, { asksAgain: true }), world.moment()));
      return { key: mint("key"), fingerprint: "print", betId: bet.betId, round: 1, accept: true };
    },
    run: answerOffer,
    key: ({ key }) => clientKey(key),
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      offer_over: { ask: (command) => ({ ...command, round: 2 }) },
    },
  }),
  setCustomerFactor: story({
    base: () => ({ key: mint("key"), basisPoints: 5_000 }),
    run: setCustomerFactor,
    key: ({ key }) => callerKey(key),
    arrangers: {},
  }),
  recordRefusal: story({
    base: () => ({ key: mint("key"), fingerprint: "print", code: "ODDS_CHANGED", details: {} }),
    run: recordRefusal,
    key: ({ key }) => clientKey(key),
    arrangers: { refused_before: {} },
  }),
  settleBet: story({
    base: (world) => {
      const bet = placed(world);
      return resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won");
    },
    run: settleBet,
    arrangers: { not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) } },
  }),
  settleBets: story({
    base: (world) => {
      const bet = placed(world);
      const { fixtureId, ...result } = resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won");
      return { fixtureId, bets: [result] };
    },
    run: settleBets,
    arrangers: {},
  }),
  cashOut: story({
    base: (world): CashOutBet => ({ ...CASH_OUT, key: mint("key"), betId: placed(world).betId }),
    run: cashOut,
    key: ({ key }) => clientKey(key),
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      bet_not_open: { on: decideLastBet },
      bet_changed: { ask: (command) => ({ ...command, stateVersion: 7 }) },
      ...range<CashOutBet>("payoutMinor", 1_000, 4_000),
    },
    apart: [...RANGE_APART, ["not_found", "bet_not_open"], ["not_found", "bet_changed"]],
  }),
  startDeposit: story({
    base: () => ({ key: mint("key"), intentId: mint("dep"), method: "mpesa", amountMinor: 1_000 }),
    run: deposits.startDeposit,
    key: ({ key }) => clientKey(key),
    arrangers: {
      ...notAllowed,
      limit_reached: { on: (world) => world.stores.profiles.setDepositLimit("day", { amountMinor: minor(0), next: null }) },
      not_found: { ask: (command) => ({ ...command, method: "barter" }) },
      ...range<StartDeposit>("amountMinor", 1_000, 25_000_000),
    },
    apart: RANGE_APART,
  }),
  creditDeposit: story({
    base: (world) => ({
      intentId: openDeposit(world),
      provider: "daraja",
      receipt: mint("R"),
      grossMinor: 1_000,
      occurredAtMs: world.nowMs,
    }),
    run: deposits.creditDeposit,
    key: ({ provider, receipt }) => factKey(`deposit:${provider}:${receipt}`),
    arrangers: { not_found: { ask: otherIntent } },
  }),
  endDeposit: story({
    base: (world) => ({ intentId: openDeposit(world) }),
    run: deposits.endDeposit,
    arrangers: { not_found: { ask: otherIntent } },
  }),
  startWithdrawal: story({
    base: () => withdrawalCommand({ amountMinor: 5_000 }),
    run: withdrawals.startWithdrawal,
    key: ({ key }) => clientKey(key),
    arrangers: {
      rate_limited: hurried(3, (world) =>
        withdrawals.startWithdrawal(world.stores, withdrawalCommand({ amountMinor: 5_000 }), world.moment()),
      ),
      not_verified: unverified,
      not_found: { ask: (command) => ({ ...command, method: "barter" }) },
      ...range<StartWithdrawal>("amountMinor", 5_000, 25_000_000),
      ...cashGone,
    },
    apart: RANGE_APART,
  }),
  confirmWithdrawal: story({
    base: (world) => ({ intentId: openWithdrawal(world), provider: "daraja", receipt: mint("R"), occurredAtMs: world.nowMs }),
    run: withdrawals.confirmWithdrawal,
    key: ({ intentId }) => factKey(`withdrawal:${intentId}:confirm`),
    arrangers: {
      not_found: { ask: otherIntent },
      hold_closed: {
        phase: 0,
        on: (world, { intentId }) => must(withdrawals.failWithdrawal(world.stores, { intentId, reason: "no" }, world.moment())),
      },
    },
    apart: HOLD_APART,
  }),
  failWithdrawal: story({
    base: (world) => ({ intentId: openWithdrawal(world), reason: "no" }),
    run: withdrawals.failWithdrawal,
    arrangers: {
      not_found: { ask: otherIntent },
      hold_closed: {
        phase: 0,
        on: (world, { intentId }) => {
          const paid = { intentId, provider: "daraja", receipt: mint("R"), occurredAtMs: world.nowMs };
          must(withdrawals.confirmWithdrawal(world.stores, paid, world.moment()));
        },
      },
    },
    apart: HOLD_APART,
  }),
  reserveStake: story({
    base: () => stakeCommand(),
    run: stakes.reserveStake,
    key: ({ key }) => clientKey(key),
    arrangers: {
      rate_limited: hurried(20, (world) => stakes.reserveStake(world.stores, stakeCommand({ amountMinor: 2_000 }), world.moment())),
      ...notAllowed,
      ...range<ReserveStake>("amountMinor", 2_000, 2_000_000),
      ...cashGone,
    },
    apart: RANGE_APART,
  }),
  settleStake: story({
    base: (world) => {
      const { holdId, ref } = stakeCommand();
      must(stakes.reserveStake(world.stores, stakeCommand({ holdId, ref }), world.moment()));
      return { key: mint("key"), holdId, payoutMinor: 0, ref };
    },
    run: stakes.settleStake,
    key: ({ key }) => factKey(`stake:${key}`),
    arrangers: {
      not_found: { ask: otherHold },
      hold_closed: {
        phase: 0,
        on: (world, { holdId }) => must(holds.releaseHold(world.stores, { key: mint("key"), holdId, reason: "void" }, world.moment())),
      },
    },
    apart: HOLD_APART,
  }),
};
