/** Odds boosts: the published price, who may have them, and that the order of selections changes nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LocalDay, unixMs } from "../kernel/time.ts";
import type { BoostCampaign } from "../tenants/sports/boosts.ts";
import { type BetForBoost, type BoostableSelection, boosted, boostedOdds } from "./boost.ts";

const CAMPAIGN: BoostCampaign = {
  ...{ boostId: "derby", basisPoints: 2_000, kinds: ["SINGLE", "MULTI"], oddsMinThousandths: 1_500, stakeMaxMinor: 10_000 },
  covers: { sports: ["football"], fixtureIds: ["fx"], marketIds: ["1x2"], outcomeIds: ["home"] },
  ...{ validFrom: "2027-05-01" as LocalDay, validTo: "2027-05-02" as LocalDay },
};
const DURING = unixMs(Date.parse("2027-05-01T12:00:00Z"));
const pick = (changes: Partial<BoostableSelection> = {}): BoostableSelection => ({
  ...{ selectionId: "fx:1x2:home", fixtureId: "fx", marketId: "1x2", sport: "football", isLive: false, oddsThousandths: 3_175 },
  ...changes,
});
const other = pick({ selectionId: "other:1x2:home", fixtureId: "other", oddsThousandths: 2_000 });
const bet = (changes: Partial<BetForBoost<BoostableSelection>> = {}): BetForBoost<BoostableSelection> => ({
  ...{ kind: "SINGLE", stakeMinor: 10_000, isFree: false, selections: [pick()] },
  ...changes,
});
const boost = (given = bet(), atMs = DURING, boostId = "derby") => boosted([CAMPAIGN], boostId, given, atMs, 180);

describe("a boosted price", () => {
  it("is the published one: 3.175 with 20 % is 3.61", () => {
    expect(boostedOdds(3_175, 2_000)).toBe(3_610);
    expect(boostedOdds(1_333, 1_000)).toBe(1_366);
    expect(boostedOdds(1_001, 1)).toBe(1_001);
  });

  it("is never below the price, and grows with it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_001, max: 9_000_000 }), fc.integer({ min: 0, max: 10_000 }), (odds, basisPoints) => {
        expect(boostedOdds(odds, basisPoints)).toBeGreaterThanOrEqual(odds);
        expect(boostedOdds(odds + 1, basisPoints)).toBeGreaterThanOrEqual(boostedOdds(odds, basisPoints));
      }),
    );
  });

  it("is kept beside the price that it was made of, and only where the campaign covers", () => {
    const raised = { ...pick(), oddsThousandths: 3_610, boost: { boostId: "derby", oddsThousandths: 3_175 } };
    const multi = (selections: readonly BoostableSelection[]) => boost(bet({ kind: "MULTI", selections }));
    expect(boost()).toEqual({ ok: true, value: [raised] });
    expect(multi([pick(), other])).toEqual({ ok: true, value: [raised, other] });
    expect(multi([other, pick()]), "the order changes nothing").toEqual({ ok: true, value: [other, raised] });
  });
});

describe("a boost is refused", () => {
  it.each([
    ["for an unknown name", bet(), DURING, "no such", { reason: "unknown" }],
    ["before its first day", bet(), unixMs(Date.parse("2027-04-30T20:59:59Z")), "derby", { reason: "unknown" }],
    ["after its last day", bet(), unixMs(Date.parse("2027-05-02T21:00:00Z")), "derby", { reason: "unknown" }],
    ["to a kind it does not name", bet({ kind: "SYSTEM" }), DURING, "derby", { reason: "bet_type" }],
    ["to a free bet", bet({ isFree: true }), DURING, "derby", { reason: "free_bet" }],
    ["to a live bet", bet({ kind: "MULTI", selections: [pick(), { ...other, isLive: true }] }), DURING, "derby", { reason: "live" }],
    ["without a selection that it covers", bet({ selections: [other] }), DURING, "derby", { reason: "not_covered" }],
    ["to a builder", bet({ selections: [pick({ builder: {} })] }), DURING, "derby", { reason: "not_covered" }],
    ["below its least odds", bet({ selections: [pick({ oddsThousandths: 1_499 })] }), DURING, "derby", { reason: "odds" }],
    ["above its largest stake", bet({ stakeMinor: 10_001 }), DURING, "derby", { reason: "stake", maxMinor: 10_000 }],
  ] as const)("%s", (_what, given, atMs, boostId, error) => {
    expect(boost(given, atMs, boostId)).toEqual({ ok: false, error });
  });
});
