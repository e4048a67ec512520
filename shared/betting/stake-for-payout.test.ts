import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unixMs } from "../kernel/time.ts";
import { type Minor, minor } from "../money/minor.ts";
import { taxStake } from "../tax/bets.ts";
import { tenantOf } from "../tenants/index.ts";
import { COUNTRIES } from "../tenants/tenant.ts";
import { potentialReturn } from "./returns.ts";
import { stakeForPayout } from "./stake-for-payout.ts";

const NOW = unixMs(Date.parse("2026-11-22T09:00:00Z"));
const single = (oddsThousandths: number) => ({ kind: "SINGLE" as const, systemSizes: [], bankers: [], selections: [{ oddsThousandths }] });

describe("the stake that the payout cap leaves", () => {
  it("divides the cap by the odds, and by the lines of a system", () => {
    const untaxed = (stakeMinor: Minor) => stakeMinor;
    expect(stakeForPayout(single(2_500), minor(100_000), minor(100), untaxed)).toBe(40_000);
    const system = {
      ...single(2_000),
      kind: "SYSTEM" as const,
      systemSizes: [1],
      selections: [{ oddsThousandths: 2_000 }, { oddsThousandths: 4_000 }],
    };
    expect(stakeForPayout(system, minor(90_000), minor(100), untaxed)).toBe(30_000);
    expect(stakeForPayout(single(900_000), minor(100_000), minor(2_000), untaxed)).toBe(2_000);
  });

  it.each(COUNTRIES)("%s: a stake of it returns no more than the cap, taxes taken, unless it is the smallest", (country) => {
    const tenant = tenantOf(country);
    const netOf = (stakeMinor: Minor) => taxStake(tenant, "sports", stakeMinor, NOW).netMinor;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1_010, max: 500_000 }), { minLength: 1, maxLength: 6 }), (odds) => {
        const selections = odds.map((oddsThousandths) => ({ oddsThousandths }));
        const bet = { ...single(2_000), kind: odds.length === 1 ? ("SINGLE" as const) : ("MULTI" as const), selections };
        const stake = stakeForPayout(bet, tenant.payoutMaxMinor, tenant.stake.minMinor, netOf);
        if (stake === tenant.stake.minMinor) return;
        const returned = potentialReturn({ ...bet, stakeMinor: netOf(stake) }, minor(Number.MAX_SAFE_INTEGER));
        expect(returned).toBeLessThanOrEqual(tenant.payoutMaxMinor);
      }),
      { examples: [[[1_010, 1_010, 1_013]]], numRuns: 2_000 },
    );
  });
});
