/**
 * Cash-outs that are decided later: a request is answered once, a rule is taken once, and neither pays beside a settlement or another
 * cash-out. Amounts in minor units.
 */
import { describe, expect, it } from "vitest";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import {
  cashOutToDecide,
  decideCashOut,
  removeCashOutRule,
  requestCashOut,
  setCashOutRule,
} from "../../../durable-objects/wallet/commands/cash-out-orders.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import type { PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import {
  type CashOutOrderView,
  type CashOutVerdict,
  isOrder,
  type RequestCashOut,
  type SetCashOutRule,
} from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { betCommand, cashOutCommand, requestCommand, resultFor } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const STAKE = 10_000;
const HOUR = 3_600_000;

class BetWorld extends WalletWorld {
  readonly bet: PlaceBet;
  readonly start: number;

  constructor() {
    super("KE");
    this.deposit(1_000_000);
    this.bet = betCommand({ stakeMinor: STAKE });
    must(placeBet(this.stores, this.bet, this.moment()));
    this.start = this.cash();
  }

  cash(): number {
    return this.stores.journal.book().accounts.get("user:cash")?.postedMinor ?? 0;
  }

  request(changes: Partial<RequestCashOut> = {}): CashOutOrderView {
    const order = must(requestCashOut(this.stores, requestCommand(this.bet.betId, changes), this.moment()));
    if (!isOrder(order)) throw new Error("nothing waits");
    return order;
  }

  rule(changes: Partial<SetCashOutRule> = {}): CashOutOrderView {
    const rule = { betId: this.bet.betId, percent: 100, leastMinor: 9_000, delayMs: 0, ...changes };
    return must(setCashOutRule(this.stores, rule, this.moment()));
  }

  decide(orderId: string, verdict: CashOutVerdict) {
    return decideCashOut(this.stores, { orderId, verdict }, this.moment());
  }

  settle(version: number, outcome: SelectionOutcome | null) {
    const fixtureId = this.bet.selections[0]?.fixtureId ?? "";
    return must(settleBet(this.stores, resultFor(this.bet, fixtureId, version, outcome), this.moment()));
  }

  /** Nothing is paid or posted by `work`. */
  expectUnchanged(work: () => unknown): void {
    const before = this.digest();
    work();
    expect(this.digest()).toEqual(before);
  }
}

function priced(amountMinor: number, stateVersion = 0): CashOutVerdict {
  return { verdict: "priced", stateVersion, amountMinor, fullMinor: amountMinor };
}

const SUSPENDED: CashOutVerdict = { verdict: "none", state: "SUSPENDED", reason: "market_suspended" };

describe("a request", () => {
  it("moves nothing until its delay is over, then pays the better price once", () => {
    const world = new BetWorld();
    const { orderId, answer } = world.request();
    expect(answer).toBeNull();
    expect(world.cash()).toBe(world.start);
    world.expectUnchanged(() => world.decide(orderId, priced(9_500)));
    expect(cashOutToDecide(world.stores, orderId, world.moment())).toBeNull();
    world.pass(5_000);
    expect(cashOutToDecide(world.stores, orderId, world.moment())).toMatchObject({ order: { orderId }, bet: { status: "PENDING" } });
    expect(must(world.decide(orderId, priced(9_500))).answer).toEqual({
      ...{ isTaken: true, payoutMinor: 9_500, paidMinor: 9_500, remainingStakeMinor: 0 },
    });
    expect(world.cash()).toBe(world.start + 9_500);
    world.expectUnchanged(() => expect(world.decide(orderId, priced(9_900))).toMatchObject({ ok: true, value: { replayed: true } }));
    expect(world.settle(1, "won")).toMatchObject({ status: "CASHED_OUT", paidMinor: 9_500 });
    expect(world.digest().violations).toEqual([]);
  });

  it("that wants exactly its price is paid no more", () => {
    const world = new BetWorld();
    const { orderId } = world.request({ takesBetter: false });
    world.pass(5_000);
    expect(must(world.decide(orderId, priced(9_500))).answer).toMatchObject({ isTaken: true, payoutMinor: 9_000 });
  });

  it("is answered with the new price where that is lower, and pays nothing", () => {
    const world = new BetWorld();
    const { orderId } = world.request();
    world.pass(5_000);
    const offer = { stateVersion: 0, amountMinor: 8_999, fullMinor: 8_999 };
    expect(must(world.decide(orderId, priced(8_999))).answer).toEqual({ isTaken: false, reason: "changed", offer });
    world.expectUnchanged(() => world.decide(orderId, priced(9_500)));
    expect(world.cash()).toBe(world.start);
  });

  it("of a market that stopped meanwhile says so", () => {
    const world = new BetWorld();
    const { orderId } = world.request();
    world.pass(5_000);
    expect(must(world.decide(orderId, SUSPENDED)).answer).toEqual({ isTaken: false, reason: "market_suspended", offer: null });
  });

  it("that nobody decided in time ends unpaid, whatever a late price says", () => {
    const world = new BetWorld();
    const { orderId } = world.request();
    world.pass(HOUR);
    expect(must(world.decide(orderId, priced(9_500))).answer).toMatchObject({ isTaken: false, reason: "not_decided" });
    expect(world.cash()).toBe(world.start);
  });

  it.each(["won", "lost", "void"] as const)("loses to a result (%s) that came first, also when it is taken back", (outcome) => {
    const world = new BetWorld();
    const { orderId } = world.request();
    world.pass(5_000);
    world.settle(1, outcome);
    expect(cashOutToDecide(world.stores, orderId, world.moment())).toBeNull();
    world.settle(2, null);
    world.expectUnchanged(() => world.decide(orderId, priced(9_500, 2)));
    expect(world.stores.cashOutOrders.find(orderId)?.answer).toMatchObject({ isTaken: false, reason: "settled" });
    expect(world.cash()).toBe(world.start);
  });

  it("is one at a time, and its key gives its answer again", () => {
    const world = new BetWorld();
    const command = requestCommand(world.bet.betId);
    const first = must(requestCashOut(world.stores, command, world.moment()));
    expect(requestCashOut(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true, value: first } });
    expect(cashOut(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true, value: first } });
    const orderId = isOrder(first) ? first.orderId : "";
    world.evict();
    expect(refusal(requestCashOut(world.stores, requestCommand(world.bet.betId), world.moment()))).toEqual({
      ...{ reason: "cash_out_waits", orderId },
    });
  });
});

describe("a rule", () => {
  it("waits for its price, suspended or not, and is then taken once at the price of that moment", () => {
    const world = new BetWorld();
    const { orderId } = world.rule();
    world.expectUnchanged(() => {
      for (const verdict of [SUSPENDED, priced(8_999), priced(9_500, 1)]) expect(must(world.decide(orderId, verdict)).answer).toBeNull();
    });
    world.pass(30 * 24 * HOUR);
    world.evict();
    expect(must(world.decide(orderId, priced(9_400))).answer).toMatchObject({ isTaken: true, payoutMinor: 9_400 });
    world.expectUnchanged(() => world.decide(orderId, priced(9_800)));
    expect(world.cash()).toBe(world.start + 9_400);
    expect(world.stores.journal.entries(1, 100).findLast((entry) => entry.kind === "BET_CASHED_OUT")?.facts).toMatchObject({ orderId });
  });

  it("of a part leaves the rest in play, once", () => {
    const world = new BetWorld();
    const { orderId } = world.rule({ percent: 50, leastMinor: 4_000 });
    expect(must(world.decide(orderId, priced(4_500))).answer).toMatchObject({ isTaken: true, remainingStakeMinor: 5_000 });
    world.expectUnchanged(() => world.decide(orderId, priced(4_500, 1)));
    expect(world.settle(1, "won").paidMinor).toBe(4_500 + 10_000);
  });

  it("set while its match runs is not taken before the delay", () => {
    const world = new BetWorld();
    const { orderId } = world.rule({ delayMs: 5_000 });
    world.expectUnchanged(() => world.decide(orderId, priced(9_500)));
    world.pass(5_000);
    expect(must(world.decide(orderId, priced(9_500))).answer).toMatchObject({ isTaken: true });
  });

  it("set again stays, changed is another one, and removed is none", () => {
    const world = new BetWorld();
    const first = world.rule();
    world.expectUnchanged(() => expect(world.rule().orderId).toBe(first.orderId));
    const second = world.rule({ leastMinor: 9_200 });
    expect(second.orderId).not.toBe(first.orderId);
    world.expectUnchanged(() => world.decide(first.orderId, priced(9_500)));
    const remove = () => must(removeCashOutRule(world.stores, { betId: world.bet.betId }, world.moment()));
    remove();
    world.expectUnchanged(remove);
    world.expectUnchanged(() => world.decide(second.orderId, priced(9_500)));
    expect(world.stores.cashOutOrders.ofBet(world.bet.betId).map(({ answer }) => answer)).toMatchObject([
      { reason: "removed" },
      { reason: "replaced" },
    ]);
    expect(world.cash()).toBe(world.start);
  });

  it("ends with a cash-out of the player's own, of a part too", () => {
    const world = new BetWorld();
    const { orderId } = world.rule();
    must(cashOut(world.stores, cashOutCommand(world.bet.betId, { percent: 40, payoutMinor: 3_600 }), world.moment()));
    world.expectUnchanged(() => world.decide(orderId, priced(9_500, 1)));
    expect(world.stores.cashOutOrders.find(orderId)?.answer).toMatchObject({ isTaken: false, reason: "cashed_out" });
  });

  it("ends with the bet's result", () => {
    const world = new BetWorld();
    const { orderId } = world.rule();
    world.settle(1, "lost");
    world.expectUnchanged(() => world.decide(orderId, priced(9_500, 1)));
    expect(world.cash()).toBe(world.start);
  });

  it("for an amount that no offer reaches is refused", () => {
    const world = new BetWorld();
    const rule = { betId: world.bet.betId, percent: 50, leastMinor: 10_001, delayMs: 0 };
    world.expectUnchanged(() =>
      expect(refusal(setCashOutRule(world.stores, rule, world.moment()))).toEqual({ reason: "amount_too_high", maxMinor: 10_000 }),
    );
  });
});
