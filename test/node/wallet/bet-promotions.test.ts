/**
 * Boosted prices, refunds and insurance in the wallet: what they pay, who pays it, and that corrections are exact. Amounts in minor units;
 * odds of 2.00 unless a test says otherwise.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { grantFreeBet } from "../../../durable-objects/wallet/commands/free-bet.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { runFrom } from "../../../durable-objects/wallet/journal-runs.ts";
import { insuredOdds } from "../../../shared/betting/cut.ts";
import type { AcceptedSelection, PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { standingsOf } from "../../../workers/services/ledger/bet-standings.ts";
import { betCommand, freeBetCommand, mint, resultFor, selection } from "../../support/wallet-commands.ts";
import { balance, freezeAccount, limitCommand } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const STAKE = 10_000;
/** What a deposit of 10,000.00 leaves after its tax. */
const CASH = 950_000;

/** A wallet on a day on which the tenant's rules are in force. */
function richWorld(day = "2027-02-01T09:00:00Z"): WalletWorld {
  const world = new WalletWorld("KE", day);
  world.deposit(1_000_000);
  return world;
}

function placed(world: WalletWorld, changes: Partial<PlaceBet> = {}): PlaceBet {
  const bet = betCommand({ stakeMinor: STAKE, ...changes });
  must(placeBet(world.stores, bet, world.moment()));
  return bet;
}

function settle(world: WalletWorld, bet: PlaceBet, version: number, outcome: SelectionOutcome | null, at = 0) {
  return must(settleBet(world.stores, resultFor(bet, bet.selections[at]?.fixtureId ?? "", version, outcome), world.moment()));
}

/** Settles every selection of a bet, each with its own outcome. */
function settleAll(world: WalletWorld, bet: PlaceBet, outcomes: readonly (SelectionOutcome | null)[], version = 1) {
  for (const [index, outcome] of outcomes.entries()) settle(world, bet, version, outcome, index);
  const found = world.stores.bets.find(bet.betId);
  if (found === null) throw new Error("no bet");
  return found;
}

const books = (world: WalletWorld) => ({
  cash: balance(world, "user:cash")[0],
  promotions: balance(world, "promo:cost")[0],
  payouts: balance(world, "house:payouts")[0],
});

/** 3.175 with a boost of 20 %. */
const BOOSTED = { oddsThousandths: 3_610, boost: { boostId: "derby", oddsThousandths: 3_175 } } as const;
const picks = (count: number, changes: Partial<AcceptedSelection> = {}) => Array.from({ length: count }, () => selection(changes));
const results = (count: number, ...last: readonly SelectionOutcome[]) => [
  ...Array.from({ length: count - last.length }, () => "won" as const),
  ...last,
];

describe("a boosted price", () => {
  it("pays the better price, and promotions pay what it pays more", () => {
    const [world, plain] = [richWorld(), richWorld()];
    const bet = placed(world, { selections: [selection(BOOSTED)] });
    const same = placed(plain, { selections: [selection({ oddsThousandths: 3_175 })] });
    expect(settle(world, bet, 1, "won")).toMatchObject({ status: "WON", potentialWinMinor: 36_100 });
    settle(plain, same, 1, "won");
    const taxed = 36_100 - (books(world).cash - (CASH - STAKE));
    expect(taxed).toBeGreaterThanOrEqual(0);
    expect(books(world).promotions).toBe(-4_350);
    expect(books(world).payouts).toBe(books(plain).payouts);
    expect(world.digest().violations).toEqual([]);
  });

  it.each(["lost", "void"] as const)("costs promotions nothing when it is %s", (outcome) => {
    const world = richWorld();
    settle(world, placed(world, { selections: [selection(BOOSTED)] }), 1, outcome);
    expect(books(world).promotions).toBe(0);
    expect(world.digest().violations).toEqual([]);
  });

  it("costs promotions nothing more once a correction has taken it back, to the unit and from storage", () => {
    const world = richWorld();
    const bet = placed(world, { selections: [selection(BOOSTED)] });
    const before = books(world);
    settle(world, bet, 1, "won");
    world.evict();
    settle(world, bet, 2, "lost");
    expect(books(world)).toEqual(before);
    settle(world, bet, 3, "half_won");
    world.evict();
    settle(world, bet, 4, null);
    expect(books(world)).toEqual(before);
    expect(world.digest().violations).toEqual([]);
  });

  it("is promised no early payout", () => {
    const world = richWorld();
    const fixtureId = mint("fx");
    const own = { fixtureId, selectionId: `${fixtureId}:1x2:home`, marketId: "1x2" };
    const terms = (changes: Partial<AcceptedSelection>) =>
      world.stores.bets.find(placed(world, { selections: [selection({ ...own, ...changes })] }).betId)?.terms;
    expect(terms({})?.earlyPayout).toBeDefined();
    expect(terms(BOOSTED)?.earlyPayout).toBeUndefined();
  });

  it("that is below what it was made of is a caller's bug", async () => {
    const { assertBet } = await import("../../../durable-objects/wallet/command-shape.ts");
    const wrong = betCommand({ selections: [selection({ ...BOOSTED, oddsThousandths: 3_000 })] });
    expect(() => assertBet(wrong)).toThrow("not a boost");
  });
});

describe("a refund", () => {
  it.each([
    [8, 50, 5_000],
    [9, 80, 8_000],
    [10, 100, 10_000],
    [12, 100, 10_000],
  ])("of a multi of %i with one loser gives %i %% of the stake back, out of promotions", (count, percent, refundMinor) => {
    const world = richWorld();
    const bet = placed(world, { kind: "MULTI", selections: picks(count) });
    const view = settle(world, bet, 1, "lost");
    expect(view).toMatchObject({ status: "PENDING", cutRefund: { losersMax: 1, percent } });
    const settled = settleAll(world, bet, ["lost", ...results(count - 1)], 2);
    expect([settled.status, settled.paidMinor]).toEqual(["LOST", refundMinor]);
    expect(books(world)).toEqual({ cash: CASH - STAKE + refundMinor, promotions: -refundMinor, payouts: 0 });
    expect(world.digest().violations).toEqual([]);
  });

  it.each([
    ["for two losers", results(8, "lost", "lost")],
    ["below its first step once voids are taken off", results(8, "lost", "void")],
    ["beside half a win", results(8, "lost", "half_won")],
  ] as const)("is not given %s", (_what, outcomes) => {
    const world = richWorld();
    const bet = placed(world, { kind: "MULTI", selections: picks(8) });
    const settled = settleAll(world, bet, outcomes);
    expect([settled.status, settled.paidMinor]).toEqual(["LOST", 0]);
    expect(books(world)).toMatchObject({ cash: CASH - STAKE, promotions: 0 });
  });

  it.each([
    ["of seven selections", { selections: picks(7) }],
    ["with a selection below the least odds", { selections: [...picks(7), selection({ oddsThousandths: 1_299 })] }],
    ["of a system", { kind: "SYSTEM", systemSizes: [7], selections: picks(8) }],
    ["below the least stake", { stakeMinor: 4_999, selections: picks(8) }],
    ["of a boosted price", { selections: [...picks(7), selection(BOOSTED)] }],
  ] as const)("is not promised to a bet %s", (_what, changes) => {
    const world = richWorld();
    const bet = placed(world, { kind: "MULTI", ...changes });
    expect(world.stores.bets.find(bet.betId)?.terms.cutRefund).toBeUndefined();
  });

  it("is not promised to a free bet, nor before its first day", () => {
    const world = richWorld();
    const { freeBetId } = must(grantFreeBet(world.stores, freeBetCommand({ amountMinor: 5_000 }), world.moment()));
    const free = placed(world, { kind: "MULTI", stakeMinor: 5_000, freeBetId, selections: picks(8) });
    expect(world.stores.bets.find(free.betId)?.terms.cutRefund).toBeUndefined();
    const early = richWorld("2026-12-01T09:00:00Z");
    const bet = placed(early, { kind: "MULTI", selections: picks(8) });
    expect(early.stores.bets.find(bet.betId)?.terms.cutRefund).toBeUndefined();
  });

  it("is taken back, and given, as results are corrected: the books end where the last results put them", () => {
    const outcome = fc.constantFrom<SelectionOutcome | null>("won", "won", "won", "lost", "void", "half_lost", null);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 8 }), outcome), { maxLength: 25 }), (corrections) => {
        const world = richWorld();
        const bet = placed(world, { kind: "MULTI", selections: picks(9) });
        const last: (SelectionOutcome | null)[] = results(9, "lost");
        settleAll(world, bet, last);
        for (const [step, [at, next]] of corrections.entries()) {
          last[at] = next;
          settle(world, bet, step + 2, next, at);
          if (step % 5 === 0) world.evict();
        }
        const direct = richWorld();
        const other = placed(direct, { kind: "MULTI", selections: picks(9) });
        settleAll(direct, other, last);
        expect(books(world)).toEqual(books(direct));
        expect(world.digest().violations).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("promotions that may not pay", () => {
  const limits = [
    ["are frozen", (world: WalletWorld) => freezeAccount(world, "promo:cost")],
    [
      "have reached their limit",
      (world: WalletWorld) =>
        must(setLimit(world.stores, limitCommand({ account: "promo:cost", floorMinor: 0, frozen: false }), world.moment())),
    ],
  ] as const;

  it.each(limits)("keep no player from a boosted price when they %s: the house pays, and takes it back", (_what, stop) => {
    const world = richWorld();
    const bet = placed(world, { selections: [selection(BOOSTED)] });
    stop(world);
    expect(settle(world, bet, 1, "won").status).toBe("WON");
    expect(books(world)).toMatchObject({ promotions: 0, payouts: -36_100 });
    world.evict();
    settle(world, bet, 2, "lost");
    expect(books(world)).toEqual({ cash: CASH - STAKE, promotions: 0, payouts: 0 });
    expect(world.digest().violations).toEqual([]);
  });

  it.each(limits)("keep no player from a refund when they %s", (_what, stop) => {
    const world = richWorld();
    const bet = placed(world, { kind: "MULTI", selections: picks(10) });
    stop(world);
    const settled = settleAll(world, bet, results(10, "lost"));
    expect([settled.status, settled.paidMinor]).toEqual(["LOST", STAKE]);
    expect(books(world)).toEqual({ cash: CASH, promotions: 0, payouts: -STAKE });
    settle(world, bet, 2, "lost", 0);
    expect(books(world)).toEqual({ cash: CASH - STAKE, promotions: 0, payouts: 0 });
    expect(world.digest().violations).toEqual([]);
  });

  it("take back what they paid although they are frozen since", () => {
    const world = richWorld();
    const bet = placed(world, { selections: [selection(BOOSTED)] });
    settle(world, bet, 1, "won");
    freezeAccount(world, "promo:cost");
    settle(world, bet, 2, "lost");
    expect(books(world)).toEqual({ cash: CASH - STAKE, promotions: 0, payouts: 0 });
    expect(world.digest().violations).toEqual([]);
  });
});

describe("an insured multi", () => {
  const chances = (count: number, ppm = 500_000) => Array.from({ length: count }, () => ppm);
  const price = (count: number) =>
    insuredOdds(
      chances(count).map((chancePpm) => ({ oddsThousandths: 2_000, chancePpm })),
      1,
      800,
    ) ?? 0;
  const insurance = (count: number) => ({
    ...{ ruleId: "KE-insured-1", cutsMax: 1, marginBasisPoints: 800, oddsThousandths: price(count), chancesPpm: chances(count) },
  });
  const insured = (world: WalletWorld, count = 4) =>
    placed(world, { kind: "MULTI", selections: picks(count), insurance: insurance(count) });
  const ended = (outcomes: readonly SelectionOutcome[]) => {
    const world = richWorld();
    const settled = settleAll(world, insured(world, outcomes.length), outcomes);
    expect(world.digest().violations).toEqual([]);
    const gross = Math.abs(books(world).payouts);
    return [settled.status, gross];
  };

  it("pays once, at its own odds, whether one of its selections loses or none", () => {
    // 0.92 / (5/16), cut down.
    expect(price(4)).toBe(2_944);
    expect(ended(results(4))).toEqual(["WON", 29_440]);
    expect(ended(results(4, "lost"))).toEqual(["WON", 29_440]);
    expect(ended(results(4, "lost", "lost"))).toEqual(["LOST", 0]);
  });

  it("is priced again without its void selections, and gives the stake back where that leaves no price", () => {
    // 0.92 / (4/8), cut down.
    expect(ended(results(4, "lost", "void"))).toEqual(["WON", 18_400]);
    expect(ended(["won", "void", "void", "void"])).toEqual(["WON", STAKE]);
    expect(ended(["void", "void", "void", "void"])).toEqual(["VOID", STAKE]);
  });

  it("says what it may win, and is promised nothing more", () => {
    const world = richWorld();
    const bet = insured(world, 8);
    const terms = world.stores.bets.find(bet.betId)?.terms;
    expect(terms).toMatchObject({ potentialWinMinor: (STAKE * price(8)) / 1_000, ladder: null });
    expect([terms?.earlyPayout, terms?.cutRefund]).toEqual([undefined, undefined]);
  });

  it("loses as soon as too many have lost, and a correction brings it back", () => {
    const world = richWorld();
    const bet = insured(world);
    settle(world, bet, 1, "lost", 0);
    expect(settle(world, bet, 1, "lost", 1).status).toBe("LOST");
    expect(settle(world, bet, 2, "won", 1).status).toBe("PENDING");
    settle(world, bet, 1, "won", 2);
    expect(settle(world, bet, 1, "won", 3).status).toBe("WON");
    expect(-books(world).payouts).toBe(29_440);
    expect(world.digest().violations).toEqual([]);
  });

  it("counts for all that it may pay on each open selection, also when one has lost", () => {
    const world = richWorld();
    const bet = insured(world);
    const counted = () => {
      const run = runFrom(world.stores, 1, Number.MAX_SAFE_INTEGER);
      const row = run?.rows.findLast(({ entry }) => entry.ref === bet.betId);
      return row === undefined ? [] : standingsOf("KE:wallet", row).flatMap((each) => each.bet.selections.map((one) => one.counted));
    };
    const whole = { stakeMinor: STAKE, payoutMinor: 29_440, isHard: false };
    expect(counted()).toEqual([whole, whole, whole, whole]);
    settle(world, bet, 1, "lost");
    expect(counted()).toEqual([whole, whole, whole]);
  });

  it("can't be cashed out, and asking changes nothing", () => {
    const world = richWorld();
    const { betId } = insured(world);
    const before = world.digest();
    const ask = { key: mint("key"), fingerprint: "print", betId, stateVersion: 0, percent: 100, payoutMinor: 3_000 };
    expect(refusal(cashOut(world.stores, ask, world.moment()))).toEqual({ reason: "bet_not_eligible" });
    expect(world.digest()).toEqual(before);
  });
});
