import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minor } from "../money/minor.ts";
import { type BonusCampaign, PROMOTIONS, type WageringTerms } from "../tenants/sports/promotions.ts";
import { contributionOf, conversionOf, matchOf, requirementOf, type WageredBet } from "./wagering.ts";

const TERMS: WageringTerms = {
  times: 5,
  base: "bonus",
  counts: [
    { kind: "SINGLE", weightPercent: 100, oddsMinThousandths: 1_800, totalOddsMinThousandths: 1_800 },
    { kind: "MULTI", weightPercent: 50, oddsMinThousandths: 1_300, totalOddsMinThousandths: 3_000 },
  ],
  convertedMaxMinor: null,
  endsOnWithdrawal: true,
};
const selections = (...odds: readonly number[]) => odds.map((oddsThousandths) => ({ oddsThousandths, outcome: "won" as const }));
const bet = (changes: Partial<WageredBet> = {}): WageredBet => ({
  ...{ kind: "SINGLE", status: "LOST", openStakeMinor: minor(10_000), selections: selections(1_800) },
  ...changes,
});
const multi = (...odds: readonly number[]) => bet({ kind: "MULTI", selections: selections(...odds) });

describe("what a bonus asks to be staked", () => {
  it("is so many times the bonus, or the deposit and the bonus", () => {
    expect(requirementOf(TERMS, minor(10_000), minor(40_000))).toBe(50_000);
    expect(requirementOf({ ...TERMS, base: "deposit_and_bonus" }, minor(10_000), minor(40_000))).toBe(250_000);
  });
});

describe("what a campaign gives for a deposit", () => {
  const campaign = {
    ...PROMOTIONS.KE.bonuses[0],
    ...{ amountMinMinor: 1_000, amountMaxMinor: 50_000 },
    match: { percent: 50, depositMinMinor: 2_000, claimDays: 3, isOnce: true },
  } as BonusCampaign;

  it.each([
    [1_999, 0],
    [2_000, 1_000],
    [2_001, 1_000],
    [99_999, 49_999],
    [100_000, 50_000],
    [900_000, 50_000],
  ])("of %i is %i", (depositMinor, amountMinor) => {
    expect(matchOf(campaign, minor(depositMinor))).toBe(amountMinor);
  });

  it("is nothing where operators give the amount, or where the match would be less than the least", () => {
    expect(matchOf({ ...campaign, match: null }, minor(100_000))).toBe(0);
    expect(matchOf({ ...campaign, amountMinMinor: 1_500 }, minor(2_000))).toBe(0);
  });
});

describe("what a bet counts", () => {
  it("is its stake by the weight of its kind, won or lost, at the very minimum of odds", () => {
    expect(contributionOf(TERMS, bet())).toBe(10_000);
    expect(contributionOf(TERMS, bet({ status: "WON" }))).toBe(10_000);
    expect(contributionOf(TERMS, multi(1_500, 2_000))).toBe(5_000);
  });

  it.each([
    ["is not decided", bet({ status: "PENDING" })],
    ["is void", bet({ status: "VOID" })],
    ["is cashed out", bet({ status: "CASHED_OUT" })],
    ["is below its kind's odds", bet({ selections: selections(1_799) })],
    ["has a selection below", multi(1_299, 9_000)],
    ["is below in total", multi(1_500, 1_999)],
    ["is of a kind that has no rule", bet({ kind: "SYSTEM", selections: selections(9_000, 9_000, 9_000) })],
  ])("is nothing when it %s", (_, asked) => {
    expect(contributionOf(TERMS, asked)).toBe(0);
  });

  it("leaves a void selection out, whatever its odds, and what was cashed out of the stake", () => {
    const withVoid = (odds: number) => ({ oddsThousandths: odds, outcome: "void" as const });
    expect(contributionOf(TERMS, bet({ ...multi(1_500, 2_000), selections: [...selections(1_500, 2_000), withVoid(1_010)] }))).toBe(5_000);
    expect(contributionOf(TERMS, bet({ ...multi(1_500), selections: [...selections(1_500), withVoid(9_000)] }))).toBe(0);
    expect(contributionOf(TERMS, bet({ openStakeMinor: minor(7_500) }))).toBe(7_500);
  });

  it("does not depend on the order of selections, and is never more than the stake", () => {
    const odds = fc.array(fc.integer({ min: 1_010, max: 20_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(odds, fc.nat(1_000_000), (each, stake) => {
        const asked = { ...multi(...each), openStakeMinor: minor(stake) };
        const counted = contributionOf(TERMS, asked);
        expect(contributionOf(TERMS, { ...asked, selections: [...asked.selections].reverse() })).toBe(counted);
        expect(counted).toBeLessThanOrEqual(stake);
      }),
    );
  });
});

describe("what a wagered bonus becomes", () => {
  it("is cash up to the campaign's most, and the rest goes back", () => {
    expect(conversionOf(TERMS, minor(10_000))).toEqual({ cashMinor: 10_000, backMinor: 0 });
    expect(conversionOf({ ...TERMS, convertedMaxMinor: 4_000 }, minor(10_000))).toEqual({ cashMinor: 4_000, backMinor: 6_000 });
    expect(conversionOf({ ...TERMS, convertedMaxMinor: 10_000 }, minor(10_000))).toEqual({ cashMinor: 10_000, backMinor: 0 });
  });
});
