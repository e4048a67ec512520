/** Which cut a bet may have: every reason for which insurance is refused, and what it is priced from. */
import { describe, expect, it } from "vitest";
import { type LocalDay, unixMs } from "../kernel/time.ts";
import { minor } from "../money/minor.ts";
import type { CutRefundRule, InsuranceRule } from "../tenants/sports/cut.ts";
import { type BetToInsure, promisedInsurance, promisedRefund, refundOf } from "./promised-cut.ts";
import type { SelectionOutcome } from "./types.ts";

const DURING = unixMs(Date.parse("2027-05-01T12:00:00Z"));
const DATES = { validFrom: "2027-05-01" as LocalDay, validTo: "2027-05-02" as LocalDay };
const INSURANCE: InsuranceRule = {
  ...{ ruleId: "cut", cutsMax: 2, selectionsPerCut: 3, oddsMinThousandths: 1_200, marginBasisPoints: 800 },
  ...DATES,
};
const even = { winPpm: 500_000, refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 };
const pick = (changes: Partial<BetToInsure["selections"][number]> = {}) => ({
  ...{ oddsThousandths: 2_000, isLive: false, chances: even },
  ...changes,
});
const bet = (changes: Partial<BetToInsure> = {}): BetToInsure => ({
  ...{ kind: "MULTI", isFree: false, selections: [pick(), pick(), pick()] },
  ...changes,
});
const insure = (given = bet(), cuts = 1, atMs = DURING) => promisedInsurance([INSURANCE], cuts, given, atMs, 180);
const withOne = (changes: Partial<BetToInsure["selections"][number]>) => bet({ selections: [pick(), pick(), pick(changes)] });

describe("insurance", () => {
  it("is priced from the chances of the moment, and kept with them", () => {
    // Three even chances, at most one loser: a half.
    expect(insure()).toEqual({
      ok: true,
      value: { ruleId: "cut", cutsMax: 1, marginBasisPoints: 800, oddsThousandths: 1_840, chancesPpm: [500_000, 500_000, 500_000] },
    });
  });

  it("takes the chance of a selection that may be given back as it is when it stands", () => {
    const drawNoBet = { ...even, winPpm: 400_000, refundPpm: 200_000 };
    expect(insure(withOne({ chances: drawNoBet }))).toEqual(insure());
  });

  it.each([
    ["beyond its cuts", bet(), 3, DURING, { reason: "not_offered" }],
    ["before its first day", bet(), 1, unixMs(Date.parse("2027-04-30T20:59:59Z")), { reason: "not_offered" }],
    ["after its last day", bet(), 1, unixMs(Date.parse("2027-05-02T21:00:00Z")), { reason: "not_offered" }],
    ["for a system", bet({ kind: "SYSTEM" }), 1, DURING, { reason: "bet_type" }],
    ["for a free bet", bet({ isFree: true }), 1, DURING, { reason: "free_bet" }],
    ["for a live selection", withOne({ isLive: true }), 1, DURING, { reason: "live" }],
    ["for a boosted price", withOne({ boost: {} }), 1, DURING, { reason: "boosted" }],
    ["for too few selections", bet(), 2, DURING, { reason: "selections", min: 6 }],
    ["below the least odds", withOne({ oddsThousandths: 1_199 }), 1, DURING, { reason: "odds" }],
    ["without chances", withOne({ chances: null }), 1, DURING, { reason: "no_chances" }],
    ["where a stake may be half won", withOne({ chances: { ...even, halfWinPpm: 1 } }), 1, DURING, { reason: "no_chances" }],
    ["of what can't win", withOne({ chances: { ...even, winPpm: 0 } }), 1, DURING, { reason: "no_chances" }],
    [
      "of what is too sure",
      bet({ selections: [1, 2, 3].map(() => pick({ chances: { ...even, winPpm: 990_000 } })) }),
      1,
      DURING,
      { reason: "no_price" },
    ],
  ] as const)("is refused %s", (_what, given, cuts, atMs, error) => {
    expect(insure(given, cuts, atMs)).toEqual({ ok: false, error });
  });
});

describe("a refund", () => {
  const rule = (changes: Partial<CutRefundRule> = {}): CutRefundRule => ({
    ...{ ruleId: "refund", steps: [[3, 100]], oddsMinThousandths: 1_300, losersMax: 1, stakeMinMinor: 1_000, refundMaxMinor: 2_000 },
    ...DATES,
    ...changes,
  });
  const selections = [{ oddsThousandths: 1_500 }, { oddsThousandths: 1_500 }, { oddsThousandths: 1_500 }];
  const promise = (rules: readonly CutRefundRule[]) => promisedRefund(rules, { kind: "MULTI", stakeMinor: 3_000, selections }, DURING, 180);
  const refund = (...outcomes: readonly (SelectionOutcome | null)[]) => {
    const promised = promise([rule()]);
    if (promised === null) throw new Error("no promise");
    return refundOf(
      promised,
      outcomes.map((outcome) => ({ oddsThousandths: 1_500, outcome })),
      minor(3_000),
    );
  };

  it("is of the first rule in force that the bet reaches", () => {
    expect(promise([rule({ ruleId: "later", validFrom: "2027-06-01" as LocalDay, validTo: null }), rule()])?.ruleId).toBe("refund");
    expect(promise([rule({ steps: [[4, 100]] })])).toBeNull();
    expect(promise([rule({ stakeMinMinor: 3_001 })])).toBeNull();
    expect(promise([rule({ oddsMinThousandths: 1_501 })])).toBeNull();
  });

  it("is waited for while it may come, is never above its largest, and is nothing once it can't come", () => {
    expect(refund("lost", "won", null)).toBeNull();
    expect(refund("lost", "won", "won")).toBe(2_000);
    expect(refund("lost", "lost", null)).toBe(0);
    expect(refund("lost", "void", null)).toBe(0);
    expect(refund("lost", "half_won", null)).toBe(0);
  });
});
