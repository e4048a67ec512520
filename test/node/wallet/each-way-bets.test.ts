/** Each-way bets in the wallet: two halves, one bet to taxes, cap and corrections. Amounts in minor units. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertBet } from "../../../durable-objects/wallet/command-shape.ts";
import { grantBonus } from "../../../durable-objects/wallet/commands/bonus.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { editBet } from "../../../durable-objects/wallet/commands/edit-bet.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import type { AcceptedSelection, PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { betCommand, bonusCommand, cashOutCommand, editCommand, mint, selection } from "../../support/wallet-commands.ts";
import { balance } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

type Known = SelectionOutcome | null;

function world(day?: string): WalletWorld {
  const made = new WalletWorld("KE", day);
  made.deposit(10_000_000);
  return made;
}

/** A pick at 11.00 with its place at a fifth. */
function pick(oddsThousandths = 11_000): AcceptedSelection {
  const fixtureId = mint("fx");
  const place = { selectionId: `${fixtureId}:top=3:r1`, places: 3, divisor: 5 };
  return selection({ fixtureId, selectionId: `${fixtureId}:winner:r1`, marketId: "winner", oddsThousandths, place });
}

function placed(at: WalletWorld, changes: Partial<PlaceBet> = {}): PlaceBet {
  const bet = betCommand({ stakeMinor: 20_000, selections: [pick()], ...changes });
  assertBet(bet);
  must(placeBet(at.stores, bet, at.moment()));
  return bet;
}

/** One result of a pick's two markets, as one version of its fixture's. */
function settle(at: WalletWorld, bet: PlaceBet, resultVersion: number, [win, place]: readonly [Known, Known], index = 0) {
  const picked = bet.selections[index];
  if (picked?.place === undefined) throw new Error("no such pick");
  const results = [
    { selectionId: picked.selectionId, outcome: win },
    { selectionId: picked.place.selectionId, outcome: place },
  ];
  return must(settleBet(at.stores, { betId: bet.betId, fixtureId: picked.fixtureId, resultVersion, results }, at.moment()));
}

const books = (at: WalletWorld) =>
  (["user:cash", "promo:cost", "house:stakes", "house:payouts", "tax:excise", "tax:wht", "receivable"] as const).map(
    (code) => balance(at, code)[0],
  );

describe("an each-way bet in the wallet", () => {
  it("keeps its places among its terms, has two lines, and may win both", () => {
    const own = world();
    const { betId } = placed(own);
    const bet = own.stores.bets.find(betId);
    expect(bet?.terms).toMatchObject({ lines: 2, potentialWinMinor: 140_000, selections: [{ place: { places: 3, divisor: 5 } }] });
  });

  it("ends where its last results put it, whatever was corrected or taken back before, to the unit and from storage", () => {
    const word = fc.constantFrom<Known>("won", "won", "lost", "lost", "void", "dead_heat:1/2", "dead_heat:2/3", null);
    const correction = fc.tuple(fc.nat({ max: 1 }), word, word);
    const days = fc.constantFrom("2026-11-22T09:00:00Z", "2025-06-30T09:00:00Z");
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 2_000, max: 40_000 }),
        fc.array(correction, { maxLength: 12 }),
        (day, stakeMinor, corrections) => {
          const [own, direct] = [world(day), world(day)];
          const kind = { kind: "MULTI", stakeMinor } as const;
          const bet = placed(own, { ...kind, selections: [pick(6_000), pick()] });
          const same = placed(direct, { ...kind, selections: [pick(6_000), pick()] });
          const last: (readonly [Known, Known])[] = [
            [null, null],
            [null, null],
          ];
          for (const [step, [index, win, place]] of corrections.entries()) {
            last[index] = [win, place];
            settle(own, bet, step + 1, [win, place], index);
            if (step % 3 === 0) own.evict();
          }
          for (const [index, words] of last.entries()) settle(direct, same, 1, words, index);
          expect(books(own)).toEqual(books(direct));
          expect(own.digest().violations).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("pays what its win bet and its place bet pay, each of half of the stake", () => {
    const word = fc.constantFrom<SelectionOutcome>("won", "lost", "void", "half_won", "half_lost", "dead_heat:1/2");
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 100_000 }), fc.integer({ min: 2, max: 40 }), word, word, (halves, profit, win, place) => {
        const [own, apart] = [world(), world()];
        // Of even halves and whole odds every result is whole.
        const [half, oddsThousandths] = [halves * 2, 1_000 + profit * 5_000];
        const bet = placed(own, { stakeMinor: 2 * half, selections: [pick(oddsThousandths)] });
        const paidMinor = settle(own, bet, 1, [win, place]).paidMinor;
        const single = (odds: number, outcome: SelectionOutcome) => {
          const one = betCommand({ stakeMinor: half, selections: [selection({ oddsThousandths: odds })] });
          must(placeBet(apart.stores, one, apart.moment()));
          const { fixtureId = "", selectionId = "" } = one.selections[0] ?? {};
          const results = [{ selectionId, outcome }];
          return must(settleBet(apart.stores, { betId: one.betId, fixtureId, resultVersion: 1, results }, apart.moment())).paidMinor;
        };
        expect(paidMinor).toBe(single(oddsThousandths, win) + single(1_000 + profit * 1_000, place));
      }),
      { numRuns: 60 },
    );
  });

  it("is one bet to the largest payout", () => {
    const own = world();
    const bet = placed(own, { stakeMinor: 2_000, kind: "MULTI", selections: [pick(900_000), pick(900_000), pick(900_000)] });
    for (const index of [0, 1, 2]) settle(own, bet, 1, ["won", "won"], index);
    const { payoutMaxMinor } = tenantOf("KE");
    expect(own.stores.bets.find(bet.betId)?.terms.potentialWinMinor).toBe(payoutMaxMinor);
    expect(own.stores.bets.find(bet.betId)?.paidMinor).toBeLessThanOrEqual(payoutMaxMinor);
  });

  it("is neither cashed out nor edited, and asking changes nothing", () => {
    const own = world();
    const { betId } = placed(own);
    const before = own.digest();
    expect(refusal(cashOut(own.stores, cashOutCommand(betId), own.moment()))).toEqual({ reason: "bet_not_eligible" });
    expect(refusal(editBet(own.stores, editCommand(betId), own.moment()))).toEqual({ reason: "bet_not_eligible" });
    expect(own.digest()).toEqual(before);
  });

  it("counts nothing towards a bonus, and is promised none", () => {
    const own = world("2027-02-01T09:00:00Z");
    const { bonusId } = must(grantBonus(own.stores, bonusCommand({ offerDays: null }), own.moment()));
    const bet = placed(own, { kind: "MULTI", selections: Array.from({ length: 8 }, () => pick(2_000)) });
    for (const index of bet.selections.keys()) settle(own, bet, 1, ["lost", "lost"], index);
    expect(own.stores.bonuses.all().find((each) => each.bonusId === bonusId)?.wageredMinor).toBe(0);
    const terms = own.stores.bets.find(bet.betId)?.terms;
    expect([terms?.ladder, terms?.cutRefund, terms?.earlyPayout]).toEqual([null, undefined, undefined]);
  });

  it("with a place on some of its selections, or with what has none, is a caller's bug", () => {
    const half = betCommand({ kind: "MULTI", selections: [pick(), selection()] });
    expect(() => assertBet(half)).toThrow("a selection without a place");
    expect(() => assertBet(betCommand({ selections: [{ ...pick(), isLive: true }] }))).toThrow("not each way: live");
    expect(() => assertBet(betCommand({ selections: [pick()], freeBetId: "fbt_x" }))).toThrow("not each way: free_bet");
  });
});
