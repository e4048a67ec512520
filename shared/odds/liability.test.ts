import { describe, expect, it } from "vitest";
import { liabilityOf, payoutOf, stakeWithin } from "./liability.ts";

const market = [
  { outcomeId: "home", bets: 1, stakeMinor: 10_000, payoutMinor: 25_000, hardPayoutMinor: 25_000 },
  { outcomeId: "draw", bets: 1, stakeMinor: 2_000, payoutMinor: 6_400, hardPayoutMinor: 0 },
  { outcomeId: "away", bets: 0, stakeMinor: 0, payoutMinor: 0, hardPayoutMinor: 0 },
];

describe("liability", () => {
  it("is an outcome's payouts less every stake of its market", () => {
    expect(["home", "draw", "away"].map((outcomeId) => liabilityOf(market, outcomeId))).toEqual([13_000, -5_600, -12_000]);
  });

  it("counts a payout against the house to the unit", () => {
    expect(payoutOf(333, 1_501)).toBe(500);
  });

  it("leaves the largest stake that keeps within the limit, and not one unit more", () => {
    const most = stakeWithin(100_000, 13_000, 2_500);
    expect(most).toBe(58_000);
    expect(13_000 + payoutOf(most, 2_500) - most).toBeLessThanOrEqual(100_000);
    expect(13_000 + payoutOf(most + 1, 2_500) - (most + 1)).toBeGreaterThan(100_000);
  });

  it("leaves nothing once the limit is reached or passed", () => {
    expect([stakeWithin(13_000, 13_000, 2_500), stakeWithin(12_000, 13_000, 2_500)]).toEqual([0, 0]);
  });
});
