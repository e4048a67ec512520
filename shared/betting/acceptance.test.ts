import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCEPTANCE } from "../tenants/sports/acceptance.ts";
import {
  type AskedPrice,
  type HeldBetState,
  type HeldBetStep,
  isUndecided,
  liveDelayMs,
  priceChanges,
  scoreChanges,
  stakeMax,
  stepOf,
} from "./acceptance.ts";
import { HELD_BET_STATUSES } from "./types.ts";

const RULES = ACCEPTANCE.KE;
const STEPS: readonly HeldBetStep[] = ["accept", "reject", "offer", "take_offer", "decline_offer", "time_out"];

describe("a bet that waits", () => {
  it("ends in one of the end states whatever happens, and stays there", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 30 }), (steps) => {
        let state: HeldBetState = "DELAYED";
        for (const step of steps) {
          const next: HeldBetState | null = stepOf(state, step);
          if (next !== null) expect(isUndecided(state)).toBe(true);
          state = next ?? state;
        }
        // Time alone ends it from wherever it stands.
        const end = isUndecided(state) ? stepOf(state, "time_out") : state;
        expect(["ACCEPTED", "REJECTED", "EXPIRED"]).toContain(end);
      }),
    );
  });

  it("is never refused out of an offer, nor accepted without being checked", () => {
    expect(stepOf("OFFERED", "accept")).toBeNull();
    expect(stepOf("OFFERED", "take_offer")).toBe("DELAYED");
    for (const state of ["ACCEPTED", ...HELD_BET_STATUSES.slice(2)] as const)
      for (const step of STEPS) expect(stepOf(state, step)).toBeNull();
  });
});

describe("the odds policy", () => {
  const asked = (policy: AskedPrice["policy"], changes: Partial<AskedPrice> = {}): AskedPrice => ({
    ...{ selectionId: "fx:1x2:home", policy, seenOddsThousandths: 2_000, seenPriceVersion: null },
    ...changes,
  });
  const verdict = (price: AskedPrice, oddsThousandths: number, priceVersion = 7) =>
    priceChanges([price], [{ selectionId: "fx:1x2:home", oddsThousandths, priceVersion }], RULES).map((change) => change.verdict);

  it.each([
    ["none", 2_000, []],
    ["none", 2_100, ["refused"]],
    ["none", 1_900, ["refused"]],
    ["higher", 2_100, ["taken"]],
    ["higher", 1_999, ["refused"]],
    ["any", 2_500, ["taken"]],
    ["any", 1_900, ["taken"]],
    ["any", 1_899, ["asked"]],
  ] as const)("%s, seen 2.00 and now %i thousandths: %j", (policy, now, expected) => {
    expect(verdict(asked(policy), now)).toEqual(expected);
  });

  it("knows a price by its version, and takes any from a player who named none", () => {
    expect(verdict(asked("none", { seenOddsThousandths: null, seenPriceVersion: 7 }), 1_500)).toEqual([]);
    expect(verdict(asked("any", { seenOddsThousandths: null }), 1_500)).toEqual(["taken"]);
    expect(verdict(asked("higher", { seenOddsThousandths: null }), 9_000)).toEqual(["refused"]);
  });

  it("is each selection's own, and every change is named", () => {
    const wanted = [
      asked("none"),
      asked("higher", { selectionId: "b" }),
      asked("any", { selectionId: "c" }),
      asked("none", { selectionId: "d" }),
    ];
    const now = [
      ["fx:1x2:home", 2_010],
      ["b", 2_020],
      ["c", 1_000],
      ["d", 2_000],
    ] as const;
    const current = now.map(([selectionId, oddsThousandths]) => ({ selectionId, oddsThousandths, priceVersion: 2 }));
    expect(priceChanges(wanted, current, RULES).map(({ selectionId, verdict: of }) => [selectionId, of])).toEqual([
      ["fx:1x2:home", "refused"],
      ["b", "taken"],
      ["c", "asked"],
    ]);
  });

  it("never takes a price below the seen one by more than the tolerance", () => {
    const odds = fc.integer({ min: 1_001, max: 100_000 });
    fc.assert(
      fc.property(odds, odds, (seen, now) => {
        const [verdictOfAny] = verdict(asked("any", { seenOddsThousandths: seen }), now);
        if (verdictOfAny === "taken") expect(now).toBeGreaterThanOrEqual((seen * (10_000 - RULES.oddsToleranceBasisPoints)) / 10_000);
      }),
    );
  });
});

describe("a live match", () => {
  const live = (changes = {}) => ({
    ...{ selectionId: "s", fixtureId: "f", marketId: "1x2", sport: "football", isLive: true, scoreVersion: 3 },
    ...changes,
  });

  it("delays a bet by its slowest sport, and not at all without a live selection", () => {
    expect(liveDelayMs([live({ isLive: false })], RULES)).toBe(0);
    expect(liveDelayMs([live({ sport: "tennis" }), live(), live({ sport: "darts", isLive: false })], RULES)).toBe(5_000);
    expect(liveDelayMs([live({ sport: "darts" })], RULES)).toBe(6_000);
  });

  it("delays a bet by the house's word on a fixture where there is one", () => {
    const words = new Map([["f", 12_000]]);
    expect(liveDelayMs([live()], RULES, words)).toBe(12_000);
    expect(liveDelayMs([live({ isLive: false })], RULES, words)).toBe(0);
    expect(liveDelayMs([live(), live({ fixtureId: "g", sport: "darts" })], RULES, new Map([["f", 0]]))).toBe(6_000);
  });

  it("that scored refuses markets about the score only", () => {
    const scored = live({ scoreVersion: 4 });
    expect(scoreChanges([live()], [live()], RULES)).toEqual([]);
    expect(scoreChanges([live()], [scored], RULES)).toEqual(["s"]);
    expect(scoreChanges([live({ marketId: "uof166_total=9.5" })], [{ ...scored, marketId: "uof166_total=9.5" }], RULES)).toEqual([]);
  });
});

describe("the largest stake", () => {
  const bounds = { productMaxMinor: 100_000, fixturesMaxMinor: null, customerFactorBasisPoints: 10_000, payoutStakeMaxMinor: 90_000 };

  it("is the least of product, player, liability and payout cap", () => {
    expect(stakeMax(bounds)).toBe(90_000);
    expect(stakeMax({ ...bounds, fixturesMaxMinor: 50_001 })).toBe(50_001);
    expect(stakeMax({ ...bounds, fixturesMaxMinor: 50_001, customerFactorBasisPoints: 5_000 })).toBe(25_000);
    expect(stakeMax({ ...bounds, customerFactorBasisPoints: 5_000 })).toBe(50_000);
    expect(stakeMax({ ...bounds, customerFactorBasisPoints: 20_000, payoutStakeMaxMinor: 1_000_000 })).toBe(100_000);
    expect(stakeMax({ ...bounds, customerFactorBasisPoints: 0 })).toBe(0);
  });
});
