/** Edited bets: one command closes the old bet and places the new one, and every unit of its value is accounted for. Minor units. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { setCashOutRule } from "../../../durable-objects/wallet/commands/cash-out-orders.ts";
import { editBet, knownEdit } from "../../../durable-objects/wallet/commands/edit-bet.ts";
import { decideEdit, requestEdit } from "../../../durable-objects/wallet/commands/edit-requests.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import type { PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { type EditBet, type EditedBet, type EditVerdict, isEditRequest } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { betCommand, cashOutCommand, editCommand, resultFor, selection } from "../../support/wallet-commands.ts";
import { limitCommand } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

class EditWorld extends WalletWorld {
  readonly bet: PlaceBet;
  readonly start: number;

  constructor(stakeMinor = 10_000) {
    super("KE");
    this.deposit(1_000_000);
    this.bet = betCommand({ stakeMinor });
    must(placeBet(this.stores, this.bet, this.moment()));
    this.start = this.cash();
  }

  cash(): number {
    return this.stores.journal.book().accounts.get("user:cash")?.postedMinor ?? 0;
  }

  /** An edit that has to be carried out at once. */
  edited(command: EditBet): EditedBet {
    const reply = must(editBet(this.stores, command, this.moment()));
    if (isEditRequest(reply)) throw new Error("it waits");
    return reply;
  }

  edit(changes: Partial<EditBet> = {}) {
    return editBet(this.stores, editCommand(this.bet.betId, changes), this.moment());
  }

  settle(bet: Pick<PlaceBet, "betId" | "selections">, version: number, outcome: SelectionOutcome | null) {
    return must(settleBet(this.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "", version, outcome), this.moment()));
  }
}

describe("an edit", () => {
  it.each([
    ["a larger stake takes the difference", 12_000, -2_500],
    ["a smaller stake gives it back", 6_000, 3_500],
    ["a stake of the value moves nothing", 9_500, 0],
  ])("%s", (_, stakeMinor, difference) => {
    const world = new EditWorld();
    const edited = world.edited(editCommand(world.bet.betId, { stakeMinor }));
    expect(world.cash()).toBe(world.start + difference);
    expect(edited).toMatchObject({ parentId: world.bet.betId, valueMinor: 9_500, paidMinor: 9_500 });
    expect(edited.bet).toMatchObject({ status: "PENDING", stakeMinor, parentId: world.bet.betId });
    expect(world.stores.bets.find(world.bet.betId)).toMatchObject({ status: "CASHED_OUT", editedTo: edited.bet.betId });
    expect(world.digest().violations).toEqual([]);
  });

  it("leaves the old bet nothing to win, and the new one its own results", () => {
    const world = new EditWorld();
    const selections = [selection({ oddsThousandths: 3_000 })];
    const { bet } = world.edited(editCommand(world.bet.betId, { stakeMinor: 9_500, selections }));
    for (const [version, outcome] of [[1, "won"] as const, [2, null] as const, [3, "void"] as const])
      expect(world.settle(world.bet, version, outcome)).toMatchObject({ status: "CASHED_OUT", paidMinor: 9_500 });
    expect(world.settle({ betId: bet.betId, selections }, 1, "won").paidMinor).toBe(28_500);
    expect(world.cash()).toBe(world.start + 28_500);
    expect(world.digest().violations).toEqual([]);
  });

  it("happens once under its key, and ends the rule of the bet that it closes", () => {
    const world = new EditWorld();
    must(setCashOutRule(world.stores, { betId: world.bet.betId, percent: 100, leastMinor: 15_000, delayMs: 0 }, world.moment()));
    const command = editCommand(world.bet.betId);
    const first = must(editBet(world.stores, command, world.moment()));
    const before = world.digest();
    expect(editBet(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true, value: first } });
    expect(knownEdit(world.stores, command)).toMatchObject({ ok: true, value: { value: first } });
    expect(world.stores.cashOutOrders.openOfBets([world.bet.betId])).toEqual([]);
    expect(refusal(world.edit())).toEqual({ reason: "bet_not_open", status: "CASHED_OUT" });
    expect(world.digest().digest).toBe(before.digest);
  });

  it("can be made of an edited bet again", () => {
    const world = new EditWorld();
    const { bet } = world.edited(editCommand(world.bet.betId, { stakeMinor: 9_500 }));
    const again = world.edited(editCommand(bet.betId, { valueMinor: 9_000, stakeMinor: 9_000 }));
    expect(again.bet.parentId).toBe(bet.betId);
    expect(world.cash()).toBe(world.start);
  });

  it("of a bet that a result has changed, that has a result, or that more was asked for than it can win, is refused and moves nothing", () => {
    const other = selection();
    const world = new EditWorld();
    const multi = betCommand({ kind: "MULTI", selections: [selection(), other] });
    must(placeBet(world.stores, multi, world.moment()));
    world.settle(multi, 1, "won");
    const before = world.digest();
    expect(refusal(world.edit({ stateVersion: 1 }))).toEqual({ reason: "bet_changed" });
    expect(refusal(world.edit({ valueMinor: 20_001 }))).toEqual({ reason: "amount_too_high", maxMinor: 20_000 });
    expect(refusal(world.edit({ parentId: multi.betId, stateVersion: 1 }))).toEqual({ reason: "bet_not_eligible" });
    expect(world.digest()).toEqual(before);
  });

  it("is refused while cash is frozen, even where the value pays the whole stake", () => {
    const world = new EditWorld();
    must(setLimit(world.stores, limitCommand({ account: "user:cash", floorMinor: 0, frozen: true }), world.moment()));
    const before = world.digest();
    expect(refusal(world.edit({ stakeMinor: 9_000 }))).toEqual({ reason: "account_frozen", account: "user:cash" });
    expect(world.digest()).toEqual(before);
  });
});

describe("an edit that waits for a running match", () => {
  const waiting = (world: EditWorld, changes: Partial<EditBet> = {}) => {
    const command = { ...editCommand(world.bet.betId, changes), delayMs: 5_000 };
    const reply = must(requestEdit(world.stores, command, world.moment()));
    if (!isEditRequest(reply)) throw new Error("it does not wait");
    const verdict = { verdict: "priced", stateVersion: 0, valueMinor: 9_500, selections: command.selections, stakeMaxMinor: null } as const;
    const decide = (of: EditVerdict = verdict) => decideEdit(world.stores, { requestId: reply.requestId, verdict: of }, world.moment());
    return { command, verdict, decide };
  };

  it("moves nothing until its delay is over, and is then carried out once", () => {
    const world = new EditWorld();
    const before = world.cash();
    const { command, decide } = waiting(world, { stakeMinor: 12_000 });
    expect(must(decide()).answer).toBeNull();
    expect(world.cash()).toBe(before);
    world.pass(5_000);
    expect(must(decide()).answer).toEqual({ isTaken: true, betId: command.betId, valueMinor: 9_500, paidMinor: 9_500 });
    const after = world.digest();
    expect(decide()).toMatchObject({ ok: true, value: { replayed: true } });
    expect(editBet(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(world.digest()).toEqual(after);
    expect(world.cash()).toBe(before - 2_500);
    expect(world.stores.bets.find(command.betId)).toMatchObject({ status: "PENDING", stakeMinor: 12_000 });
  });

  it.each([
    ["a lower value", { valueMinor: 9_499 }, "EDIT_CHANGED"],
    ["another state of the bet", { stateVersion: 1 }, "EDIT_CHANGED"],
    ["a lower price", { selections: [selection({ oddsThousandths: 1_999 })] }, "EDIT_CHANGED"],
    ["a stake that is too high by now", { stakeMaxMinor: 5_000 }, "STAKE_TOO_HIGH"],
  ])("comes to nothing at %s", (_, change, code) => {
    const world = new EditWorld();
    const { decide, verdict } = waiting(world);
    world.pass(5_000);
    expect(must(decide({ ...verdict, ...change })).answer).toMatchObject({ isTaken: false, code });
    expect(world.cash()).toBe(world.start);
    expect(world.stores.bets.find(world.bet.betId)).toMatchObject({ status: "PENDING", editedTo: null });
  });

  it("loses to a result and to a cash-out that come first, and to its own time", () => {
    const settled = new EditWorld();
    const first = waiting(settled);
    settled.pass(5_000);
    settled.settle(settled.bet, 1, "won");
    expect(must(first.decide()).answer).toMatchObject({ isTaken: false, code: "CASH_OUT_CLOSED" });
    const cashed = new EditWorld();
    const second = waiting(cashed);
    cashed.pass(5_000);
    must(cashOut(cashed.stores, cashOutCommand(cashed.bet.betId), cashed.moment()));
    expect(must(second.decide()).answer).toMatchObject({ isTaken: false, code: "CASH_OUT_CLOSED" });
    const late = new EditWorld();
    const third = waiting(late);
    late.pass(3_600_000);
    expect(must(third.decide()).answer).toMatchObject({ isTaken: false, code: "CASH_OUT_SUSPENDED" });
    expect([settled.cash(), cashed.cash(), late.cash()]).toEqual([settled.start + 20_000, cashed.start + 9_000, late.start]);
  });

  it("is one at a time", () => {
    const world = new EditWorld();
    waiting(world);
    expect(refusal(world.edit())).toMatchObject({ reason: "cash_out_waits" });
  });
});

it("whatever value and stake, cash moves by what the old bet brought less the new stake, and the book stays right", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 20_000 }), fc.integer({ min: 2_000, max: 40_000 }), (valueMinor, stakeMinor) => {
      const world = new EditWorld();
      const { paidMinor } = world.edited(editCommand(world.bet.betId, { valueMinor, stakeMinor }));
      expect(world.cash()).toBe(world.start + paidMinor - stakeMinor);
      expect(world.digest().violations).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
