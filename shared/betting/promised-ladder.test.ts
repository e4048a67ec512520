/** The accumulator bonus as it is promised and paid. */
import { describe, expect, it } from "vitest";
import { type LocalDay, unixMs } from "../kernel/time.ts";
import { minor } from "../money/minor.ts";
import type { LadderRule } from "../tenants/sports/promotions.ts";
import { engineLadder, promisedLadder } from "./promised-ladder.ts";
import { betReturn } from "./returns.ts";
import type { SelectionOutcome } from "./types.ts";

const RULE: LadderRule = {
  ...{
    ladderId: "L",
    steps: [
      [3, 5],
      [5, 10],
    ],
    basis: "net_winnings",
    oddsMinThousandths: 1_500,
    stakeMinMinor: 5_000,
  },
  ...{ bonusMaxMinor: 100_000, validFrom: "2027-01-01" as LocalDay, validTo: "2027-01-31" as LocalDay },
};
const inForce = unixMs(Date.parse("2027-01-10T12:00:00Z"));
const bet = (odds: readonly number[], stakeMinor = 10_000) => ({
  kind: "MULTI" as const,
  stakeMinor,
  selections: odds.map((oddsThousandths) => ({ oddsThousandths })),
});
const promise = (of = bet([2_000, 2_000, 2_000]), at = inForce) => promisedLadder([RULE], of, at, 180);

describe("a ladder", () => {
  it("is promised to a multi of its stake and selections on its days, local ones", () => {
    expect(promise()).toMatchObject({ ladderId: "L" });
    expect(promise(bet([2_000, 2_000, 1_499]))).toBeNull();
    expect(promise(bet([2_000, 2_000, 2_000], 4_999))).toBeNull();
    expect(promisedLadder([RULE], { ...bet([2_000, 2_000, 2_000]), kind: "SYSTEM" }, inForce, 180)).toBeNull();
    expect(promise(undefined, unixMs(Date.parse("2026-12-31T20:59:59Z")))).toBeNull();
    expect(promise(undefined, unixMs(Date.parse("2026-12-31T21:00:00Z")))).not.toBeNull();
    expect(promise(undefined, unixMs(Date.parse("2027-01-31T21:00:00Z")))).toBeNull();
  });

  it.each<[string, readonly SelectionOutcome[], number]>([
    ["all won", ["won", "won", "won", "won", "won"], 320_000 + 31_000],
    ["one returned: the step of four", ["won", "won", "void", "won", "won"], 160_000 + 7_500],
    ["three returned: below the first step", ["won", "void", "void", "void", "won"], 40_000],
    ["one lost", ["won", "won", "lost", "won", "won"], 0],
    ["one half won: no bonus", ["won", "won", "half_won", "won", "won"], 240_000],
  ])("pays on top of what was won: %s", (_, outcomes, returnMinor) => {
    const odds = [2_000, 2_000, 2_000, 2_000, 2_000];
    const promised = promise(bet(odds));
    if (promised === null) throw new Error("no ladder");
    const selections = odds.map((oddsThousandths, index) => ({ oddsThousandths, outcome: outcomes[index] ?? null }));
    const result = betReturn({
      kind: "MULTI",
      stakeMinor: minor(10_000),
      systemSizes: [],
      bankers: [],
      selections,
      ladder: engineLadder(promised),
    });
    expect(result).toMatchObject({ state: "decided", returnMinor });
  });

  it("stops at its largest bonus", () => {
    const odds = [9_000, 9_000, 9_000, 9_000, 9_000];
    const promised = promise(bet(odds));
    if (promised === null) throw new Error("no ladder");
    const selections = odds.map((oddsThousandths) => ({ oddsThousandths, outcome: "won" as const }));
    const result = betReturn({
      kind: "MULTI",
      stakeMinor: minor(10_000),
      systemSizes: [],
      bankers: [],
      selections,
      ladder: engineLadder(promised),
    });
    expect(result).toMatchObject({ returnMinor: 9 ** 5 * 10_000 + 100_000 });
  });
});
