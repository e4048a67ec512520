/**
 * For each command of a wallet: one that is taken, and how each of its refusals is brought about, so that a test can bring about two
 * at once.
 */
import * as accounts from "../../../durable-objects/wallet/commands/accounts.ts";
import * as deposits from "../../../durable-objects/wallet/commands/deposits.ts";
import * as holds from "../../../durable-objects/wallet/commands/holds.ts";
import * as manual from "../../../durable-objects/wallet/commands/manual.ts";
import * as player from "../../../durable-objects/wallet/commands/player.ts";
import * as stakes from "../../../durable-objects/wallet/commands/stakes.ts";
import * as withdrawals from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { callerKey, clientKey, factKey } from "../../../durable-objects/wallet/idempotency-store.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { PostManual, ReserveStake, StartDeposit, StartWithdrawal } from "../../../shared/protocol/rpc/wallet.ts";
import type { RefusalReason, WalletCommandName } from "../../../shared/protocol/rpc/wallet-refusals.ts";
import { mint, stakeCommand, withdrawalCommand } from "../../support/wallet-commands.ts";
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
import { BET_STORIES } from "./precedence-bets.ts";
import { cashGone, drain, hurried, limit, notAllowed, RANGE_APART, range, type Story, story, unverified } from "./precedence-story.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

const HOUR_MS = 3_600_000;
const GRANT = "user:bonus:g1";

function openWithdrawal(world: WalletWorld): string {
  const command = withdrawalCommand();
  must(withdrawals.startWithdrawal(world.stores, command, world.moment()));
  return command.intentId;
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
  ...BET_STORIES,
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
