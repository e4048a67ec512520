/** Every country's rules of boosts, cuts and early payout are rules that can be kept. */
import { describe, expect, it } from "vitest";
import { SLIP_SELECTIONS_MAX } from "../kernel/limits.ts";
import { isCalendarDay } from "../kernel/time.ts";
import { tenantOf } from "../tenants/index.ts";
import { sportsRulesOf } from "../tenants/sports/index.ts";
import { COUNTRIES } from "../tenants/tenant.ts";

describe.each(COUNTRIES)("the promotions of %s", (country) => {
  const { boosts, cut, earlyPayout } = sportsRulesOf(country);
  const { stake } = tenantOf(country);

  it("have names of their own, and days that follow each other", () => {
    const ids = [
      ...boosts.map(({ boostId }) => boostId),
      ...[...cut.refunds, ...cut.insurance, ...earlyPayout].map(({ ruleId }) => ruleId),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const { validFrom, validTo } of [...boosts, ...cut.refunds, ...cut.insurance, ...earlyPayout]) {
      expect(isCalendarDay(validFrom) && (validTo === null || isCalendarDay(validTo))).toBe(true);
      expect(validTo === null || validFrom <= validTo).toBe(true);
    }
  });

  it("boost prices for stakes that can be placed", () => {
    for (const { basisPoints, stakeMaxMinor, oddsMinThousandths } of boosts) {
      expect(basisPoints).toBeGreaterThan(0);
      expect(stakeMaxMinor).toBeGreaterThanOrEqual(stake.minMinor);
      expect(oddsMinThousandths).toBeGreaterThan(1_000);
    }
  });

  it("refund at most the stake, in growing steps, and never a bet whose every selection may lose", () => {
    for (const { steps, losersMax, stakeMinMinor, refundMaxMinor } of cut.refunds) {
      expect(steps).toEqual(steps.toSorted(([a], [b]) => a - b));
      expect(steps.every(([selections, percent]) => selections > losersMax && percent > 0 && percent <= 100)).toBe(true);
      expect([losersMax >= 1, stakeMinMinor >= stake.minMinor, refundMaxMinor > 0]).toEqual([true, true, true]);
    }
  });

  it("insure what a slip can hold, with a margin", () => {
    for (const { cutsMax, selectionsPerCut, marginBasisPoints } of cut.insurance) {
      expect([cutsMax >= 1, selectionsPerCut >= 2, cutsMax * selectionsPerCut <= SLIP_SELECTIONS_MAX]).toEqual([true, true, true]);
      expect(marginBasisPoints > 0 && marginBasisPoints < 10_000).toBe(true);
    }
  });

  it("pay early for a lead of goals that had time to be taken away", () => {
    for (const { lead, confirmationMs, market, sports } of earlyPayout) {
      expect([lead >= 2, confirmationMs > 0, market.home !== market.away, sports.length > 0]).toEqual([true, true, true, true]);
    }
  });
});
