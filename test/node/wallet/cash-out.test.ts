/** Cash-outs: what they pay, what stays in play, and that a settlement and a cash-out never both pay. Amounts in minor units. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import type { CashOutBet, PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { isOrder } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { betCommand, mint, resultFor } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const STAKE = 10_000;
const cash = (world: WalletWorld) => world.stores.journal.book().accounts.get("user:cash")?.postedMinor ?? 0;

function worldWithBet(): { readonly world: WalletWorld; readonly bet: PlaceBet; readonly start: number } {
  const world = new WalletWorld("KE");
  world.deposit(1_000_000);
  const bet = betCommand({ stakeMinor: STAKE });
  must(placeBet(world.stores, bet, world.moment()));
  return { world, bet, start: cash(world) };
}

function ask(bet: PlaceBet, changes: Partial<CashOutBet> = {}): CashOutBet {
  return { key: mint("key"), fingerprint: "print", betId: bet.betId, stateVersion: 0, percent: 100, payoutMinor: 9_000, ...changes };
}

function settle(world: WalletWorld, bet: PlaceBet, version: number, outcome: SelectionOutcome | null) {
  return must(settleBet(world.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "", version, outcome), world.moment()));
}

describe("a full cash-out", () => {
  it("pays the offer once and ends the bet: results that come later move nothing", () => {
    const { world, bet, start } = worldWithBet();
    const command = ask(bet);
    expect(must(cashOut(world.stores, command, world.moment()))).toMatchObject({
      status: "CASHED_OUT",
      openStakeMinor: 0,
      paidMinor: 9_000,
    });
    expect(cashOut(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(cash(world)).toBe(start + 9_000);
    for (const [version, outcome] of [
      [1, "won"],
      [2, null],
      [3, "lost"],
      [4, "void"],
    ] as const)
      expect(settle(world, bet, version, outcome)).toMatchObject({ status: "CASHED_OUT", paidMinor: 9_000 });
    expect(cash(world)).toBe(start + 9_000);
    expect(digestOf(world.stores).violations).toEqual([]);
  });

  it("is refused once a result has changed the bet, and changes nothing", () => {
    const { world, bet } = worldWithBet();
    settle(world, bet, 1, "won");
    settle(world, bet, 2, null);
    const before = digestOf(world.stores).digest;
    expect(refusal(cashOut(world.stores, ask(bet), world.moment()))).toEqual({ reason: "bet_changed" });
    settle(world, bet, 3, "won");
    expect(refusal(cashOut(world.stores, ask(bet, { stateVersion: 3 }), world.moment()))).toEqual({
      reason: "bet_not_open",
      status: "WON",
    });
    expect(digestOf(world.stores).digest).not.toBe(before);
    expect(cash(world)).toBe(1_000_000 * 0.95 - STAKE + 2 * STAKE);
  });

  it("is never above what the bet can win", () => {
    const { world, bet, start } = worldWithBet();
    expect(refusal(cashOut(world.stores, ask(bet, { payoutMinor: 20_001 }), world.moment()))).toEqual({
      reason: "amount_too_high",
      maxMinor: 20_000,
    });
    expect(cash(world)).toBe(start);
  });
});

describe("a partial cash-out", () => {
  it("pays its part, and the rest plays on at the odds of the bet", () => {
    const { world, bet, start } = worldWithBet();
    const part = must(cashOut(world.stores, ask(bet, { percent: 40, payoutMinor: 3_600 }), world.moment()));
    expect(part).toMatchObject({ status: "PENDING", openStakeMinor: 6_000, paidMinor: 3_600 });
    expect(settle(world, bet, 1, "won")).toMatchObject({ status: "WON", paidMinor: 3_600 + 12_000 });
    expect(cash(world)).toBe(start + 3_600 + 12_000);
  });

  it("keeps what it paid when the rest loses, is void, or its result is corrected", () => {
    const { world, bet, start } = worldWithBet();
    must(cashOut(world.stores, ask(bet, { percent: 25, payoutMinor: 2_000 }), world.moment()));
    const steps = [
      ["lost", 2_000],
      ["void", 2_000 + 7_500],
      ["won", 2_000 + 15_000],
      [null, 2_000],
    ] as const;
    for (const [index, [outcome, paid]] of steps.entries()) {
      expect(settle(world, bet, index + 1, outcome).paidMinor).toBe(paid);
      expect(cash(world)).toBe(start + paid);
    }
    expect(digestOf(world.stores).violations).toEqual([]);
  });

  it("does not leave a stake that the tenant would not take", () => {
    const { world, bet, start } = worldWithBet();
    const reply = cashOut(world.stores, ask(bet, { percent: 81, payoutMinor: 7_000 }), world.moment());
    expect(refusal(reply)).toEqual({ reason: "amount_too_low", minMinor: 2_000 });
    expect(cash(world)).toBe(start);
  });
});

it("cash-outs and results in any order pay each part of the stake exactly once", () => {
  const step = fc.oneof(
    fc.record({ percent: fc.integer({ min: 1, max: 100 }), payoutMinor: fc.integer({ min: 1_000, max: 20_000 }) }),
    fc.constantFrom<SelectionOutcome | null>("won", "lost", "void", "half_won", "half_lost", null),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { world, bet, start } = worldWithBet();
      let stateVersion = 0;
      let version = 0;
      let cashed = 0;
      let open = STAKE;
      let last: SelectionOutcome | null = null;
      for (const each of steps) {
        if (each === null || typeof each === "string") {
          version += 1;
          last = each;
          stateVersion = settle(world, bet, version, each).stateVersion;
          continue;
        }
        const reply = cashOut(world.stores, ask(bet, { ...each, stateVersion }), world.moment());
        if (!reply.ok) continue;
        expect(last, "a decided bet is not cashed out").toBeNull();
        cashed += each.payoutMinor;
        if (isOrder(reply.value.value)) throw new Error("nothing waits");
        ({ openStakeMinor: open, stateVersion } = reply.value.value);
      }
      const factor = { won: 2, lost: 0, void: 1, half_won: 1.5, half_lost: 0.5, open: 0 } as const;
      const rest = open === 0 ? 0 : Math.floor(open * factor[(last ?? "open") as keyof typeof factor]);
      expect(cash(world)).toBe(start + cashed + rest);
      expect(digestOf(world.stores).violations).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
