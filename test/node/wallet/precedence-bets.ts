/** The stories of a player's bets, for the order of refusals. */

import { acceptBonus, giveUpBonus, grantBonus } from "../../../durable-objects/wallet/commands/bonus.ts";
import { grantBoost } from "../../../durable-objects/wallet/commands/boost.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import {
  decideCashOut,
  removeCashOutRule,
  requestCashOut,
  setCashOutRule,
} from "../../../durable-objects/wallet/commands/cash-out-orders.ts";
import { answerOffer, decideBet, setCustomerFactor } from "../../../durable-objects/wallet/commands/decide-bet.ts";
import { editBet } from "../../../durable-objects/wallet/commands/edit-bet.ts";
import { decideEdit, requestEdit } from "../../../durable-objects/wallet/commands/edit-requests.ts";
import { grantFreeBet } from "../../../durable-objects/wallet/commands/free-bet.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { recordRefusal } from "../../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet, settleBets } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { callerKey, clientKey } from "../../../durable-objects/wallet/idempotency-store.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import type { CashOutBet, PlaceBet } from "../../../shared/protocol/rpc/wallet.ts";
import type { AnswerOffer, DecideBet, HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import {
  type DecideCashOut,
  type DecideEdit,
  type EditBet,
  isEditRequest,
  type RequestCashOut,
  type RequestEdit,
  type SetCashOutRule,
} from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import type { GrantBonus, GrantBoost, GrantFreeBet, NamedBonus } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import type { WalletCommandName } from "../../../shared/protocol/rpc/wallet-refusals.ts";
import {
  betCommand,
  bonusCommand,
  boostCommand,
  decisionFor,
  editCommand,
  freeBetCommand,
  holdCommand,
  mint,
  resultFor,
  selection,
} from "../../support/wallet-commands.ts";
import { cashGone, drain, hurried, limit, notAllowed, RANGE_APART, range, type Story, story } from "./precedence-story.ts";
import { must, type WalletWorld } from "./wallet-world.ts";

function placed(world: WalletWorld): ReturnType<typeof betCommand> {
  const bet = betCommand({ stakeMinor: 2_000 });
  must(placeBet(world.stores, bet, world.moment()));
  return bet;
}

/** A bet that a token paid. */
function placedFree(world: WalletWorld): string {
  const { freeBetId } = must(grantFreeBet(world.stores, freeBetCommand({ amountMinor: 2_000 }), world.moment()));
  const bet = betCommand({ stakeMinor: 2_000, freeBetId });
  must(placeBet(world.stores, bet, world.moment()));
  return bet.betId;
}

/** A bet that has waited long enough. */
function heldBet(world: WalletWorld): HoldBet {
  const bet = holdCommand({ stakeMinor: 2_000 });
  must(holdBet(world.stores, bet, world.moment()));
  world.pass(bet.delayMs);
  return bet;
}

const CASH_OUT = { fingerprint: "print", stateVersion: 0, percent: 100, payoutMinor: 1_500 };

function requestCommand(betId: string): RequestCashOut {
  return { ...CASH_OUT, key: mint("key"), betId, takesBetter: true, delayMs: 5_000 };
}

/** Loses the newest bet. */
function decideLastBet(world: WalletWorld): void {
  decideBetOf(world, world.stores.bets.page("ALL", 1, 0).rows[0]?.betId ?? "");
}

function decideBetOf(world: WalletWorld, betId: string): void {
  const bet = world.stores.bets.find(betId);
  const [selection] = bet?.terms.selections ?? [];
  if (bet === null || selection === undefined) throw new Error("no bet was placed");
  const results = [{ selectionId: selection.selectionId, outcome: "lost" as const }];
  must(settleBet(world.stores, { betId: bet.betId, fixtureId: selection.fixtureId, resultVersion: 1, results }, world.moment()));
}

function editOf(world: WalletWorld): EditBet {
  return editCommand(placed(world).betId, { stakeMinor: 2_500, valueMinor: 1_800 });
}

/** What an edit is refused for, whether it is carried out at once or kept. */
const EDIT_STORY = {
  key: ({ key }: EditBet) => clientKey(key),
  arrangers: {
    rate_limited: hurried(10, (world) => placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment())),
    ...notAllowed,
    not_found: { ask: <C extends EditBet>(command: C): C => ({ ...command, parentId: "bet_of_another" }) },
    bet_not_open: { on: (world: WalletWorld, { parentId }: EditBet) => decideBetOf(world, parentId) },
    bet_not_eligible: { ask: <C extends EditBet>(command: C, world: WalletWorld): C => ({ ...command, parentId: placedFree(world) }) },
    bet_changed: { ask: <C extends EditBet>(command: C): C => ({ ...command, stateVersion: 7 }) },
    cash_out_waits: {
      phase: 0,
      on: (world: WalletWorld, { parentId }: EditBet) => {
        // Refused itself where requests come too fast: then that is the answer either way.
        requestEdit(world.stores, { ...editCommand(parentId, { stakeMinor: 2_500, valueMinor: 1_800 }), delayMs: 0 }, world.moment());
      },
    },
    amount_too_low: { ask: <C extends EditBet>(command: C): C => ({ ...command, stakeMinor: 1_999 }) },
    amount_too_high: { ask: <C extends EditBet>(command: C): C => ({ ...command, stakeMinor: 100_000_001 }) },
    reservation_expired: {
      ask: <C extends EditBet>(command: C, world: WalletWorld): C => ({
        ...command,
        selections: [selection({ reservedUntilMs: world.nowMs })],
      }),
    },
    ...cashGone,
  },
  apart: [
    ...RANGE_APART,
    ["not_found", "bet_not_open"],
    ["not_found", "bet_not_eligible"],
    ["not_found", "bet_changed"],
    ["not_found", "cash_out_waits"],
    // The one names another parent than the other decides, or lets wait.
    ["bet_not_open", "bet_not_eligible"],
    ["bet_not_eligible", "cash_out_waits"],
    // A stake that the value pays asks for no funds.
    ["amount_too_low", "insufficient_funds"],
  ],
} as const;
function offered(world: WalletWorld): NamedBonus {
  return { bonusId: must(grantBonus(world.stores, bonusCommand(), world.moment())).bonusId };
}

const anotherActive = {
  on: (world: WalletWorld) => void must(acceptBonus(world.stores, offered(world), world.moment())),
  phase: 0 as const,
};
const bonusOfAnother = { ask: () => ({ bonusId: "bon_of_another" }) };
/** What stops promotions from paying. */
const promotionsStopped = {
  account_frozen: { on: (world: WalletWorld) => limit(world, "promo:cost", { frozen: true }) },
  insufficient_funds: { on: (world: WalletWorld) => drain(world, "promo:cost") },
};

/** At prices that only players who were given them have. */
const boostOfAnother = {
  ask: <Command extends PlaceBet>(command: Command): Command => {
    const boost = { boostId: "KE-loyal-boost-1", oddsThousandths: 1_900 };
    return { ...command, selections: command.selections.map((each) => ({ ...each, boost })) };
  },
};
const heldTooLong = {
  ask: <Command extends PlaceBet>(command: Command, { nowMs }: WalletWorld): Command => ({
    ...command,
    selections: command.selections.map((each) => ({ ...each, reservedUntilMs: nowMs })),
  }),
};

export const BET_STORIES = {
  placeBet: story({
    base: () => betCommand(),
    run: placeBet,
    key: ({ key }) => clientKey(key),
    arrangers: {
      rate_limited: hurried(10, (world) => placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment())),
      ...notAllowed,
      ...range<PlaceBet>("stakeMinor", 2_000, 100_000_000),
      free_bet_refused: { ask: (command) => ({ ...command, freeBetId: "fbt_of_another" }) },
      boost_refused: boostOfAnother,
      reservation_expired: heldTooLong,
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
      free_bet_refused: { ask: (command) => ({ ...command, freeBetId: "fbt_of_another" }) },
      boost_refused: boostOfAnother,
      reservation_expired: heldTooLong,
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
  grantFreeBet: story<GrantFreeBet>({
    base: () => freeBetCommand(),
    run: grantFreeBet,
    key: ({ key }) => callerKey(key),
    arrangers: { ...notAllowed, ...range<GrantFreeBet>("amountMinor", 2_000, 100_000_000) },
    apart: RANGE_APART,
  }),
  grantBoost: story<GrantBoost>({
    base: () => boostCommand(),
    run: grantBoost,
    key: ({ key }) => callerKey(key),
    arrangers: notAllowed,
  }),
  grantBonus: story<GrantBonus>({
    base: () => bonusCommand({ offerDays: null }),
    run: grantBonus,
    key: ({ key }) => callerKey(key),
    arrangers: {
      ...notAllowed,
      not_found: { ask: (command) => ({ ...command, depositId: "dep_of_another" }) },
      bonus_refused: anotherActive,
      ...promotionsStopped,
    },
  }),
  acceptBonus: story<NamedBonus>({
    base: offered,
    run: acceptBonus,
    arrangers: { ...notAllowed, not_found: bonusOfAnother, bonus_refused: anotherActive, ...promotionsStopped },
  }),
  giveUpBonus: story<NamedBonus>({
    base: offered,
    run: giveUpBonus,
    arrangers: { not_found: bonusOfAnother, bonus_refused: { on: (world) => world.pass(7 * DAY_MS) } },
  }),
  cashOut: story({
    base: (world): CashOutBet => ({ ...CASH_OUT, key: mint("key"), betId: placed(world).betId }),
    run: cashOut,
    key: ({ key }) => clientKey(key),
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      bet_not_open: { on: decideLastBet },
      bet_not_eligible: { ask: (command, world) => ({ ...command, betId: placedFree(world) }) },
      bet_changed: { ask: (command) => ({ ...command, stateVersion: 7 }) },
      ...range<CashOutBet>("payoutMinor", 1_000, 4_000),
    },
    apart: [...RANGE_APART, ["not_found", "bet_not_open"], ["not_found", "bet_not_eligible"], ["not_found", "bet_changed"]],
  }),
  requestCashOut: story({
    base: (world) => requestCommand(placed(world).betId),
    run: requestCashOut,
    key: ({ key }) => clientKey(key),
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      bet_not_open: { on: decideLastBet },
      bet_not_eligible: { ask: (command, world) => ({ ...command, betId: placedFree(world) }) },
      bet_changed: { ask: (command) => ({ ...command, stateVersion: 7 }) },
      cash_out_waits: {
        phase: 0,
        on: (world, { betId }) => must(requestCashOut(world.stores, requestCommand(betId), world.moment())),
      },
      ...range<RequestCashOut>("payoutMinor", 1_000, 4_000),
    },
    apart: [
      ...RANGE_APART,
      ["not_found", "bet_not_open"],
      ["not_found", "bet_not_eligible"],
      ["not_found", "bet_changed"],
      ["not_found", "cash_out_waits"],
      // A result ends what waits.
      ["bet_not_open", "cash_out_waits"],
    ],
  }),
  setCashOutRule: story({
    base: (world): SetCashOutRule => ({ betId: placed(world).betId, percent: 100, leastMinor: 1_500, delayMs: 0 }),
    run: setCashOutRule,
    arrangers: {
      not_found: { ask: (command) => ({ ...command, betId: "bet_of_another" }) },
      bet_not_open: { on: decideLastBet },
      bet_not_eligible: { ask: (command, world) => ({ ...command, betId: placedFree(world) }) },
      ...range<SetCashOutRule>("leastMinor", 1_000, 4_000),
    },
    apart: [...RANGE_APART, ["not_found", "bet_not_open"], ["not_found", "bet_not_eligible"]],
  }),
  editBet: story<EditBet>({ ...EDIT_STORY, base: editOf, run: editBet }),
  requestEdit: story<RequestEdit>({ ...EDIT_STORY, base: (world) => ({ ...editOf(world), delayMs: 5_000 }), run: requestEdit }),
  decideEdit: story<DecideEdit>({
    base: (world) => {
      const edit = editOf(world);
      const reply = must(requestEdit(world.stores, { ...edit, delayMs: 0 }, world.moment()));
      const { selections, valueMinor } = edit;
      const verdict = { verdict: "priced", stateVersion: 0, valueMinor, selections, stakeMaxMinor: null } as const;
      return { requestId: isEditRequest(reply) ? reply.requestId : "none", verdict };
    },
    run: decideEdit,
    arrangers: {
      not_found: { ask: (command) => ({ ...command, requestId: "edr_of_another" }) },
      reservation_expired: {
        ask: (command, world) => {
          const { verdict } = command;
          if (verdict.verdict !== "priced") return command;
          const selections = verdict.selections.map((each) => ({ ...each, reservedUntilMs: world.nowMs }));
          return { ...command, verdict: { ...verdict, selections } };
        },
      },
    },
  }),
  removeCashOutRule: story({
    base: (world) => ({ betId: placed(world).betId }),
    run: removeCashOutRule,
    arrangers: { not_found: { ask: () => ({ betId: "bet_of_another" }) } },
  }),
  decideCashOut: story({
    base: (world): DecideCashOut => {
      const { betId } = placed(world);
      const { orderId } = must(setCashOutRule(world.stores, { betId, percent: 100, leastMinor: 1_500, delayMs: 0 }, world.moment()));
      return { orderId, verdict: { verdict: "priced", stateVersion: 0, amountMinor: 1_600, fullMinor: 1_600 } };
    },
    run: decideCashOut,
    arrangers: { not_found: { ask: (command) => ({ ...command, orderId: "cor_of_another" }) } },
  }),
} as const satisfies Partial<Record<WalletCommandName, Story<unknown>>>;
