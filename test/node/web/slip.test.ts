/** Guarantees of the slip before the server is asked: exact sums, and no price that the player has not seen. */
import { describe, expect, it } from "vitest";
import { minor } from "../../../shared/money/minor.ts";
import {
  hasSameFixtureTwice,
  needsConsent,
  potentialWin,
  type SlipSelection,
  slipLine,
  toggled,
  totalOdds,
  withPricesOfNow,
} from "../../../web/src/slip/slip.ts";

function selection(id: string, odds: number, fixtureId = `fixture-${id}`, specifier = ""): SlipSelection {
  return {
    selectionId: id,
    fixtureId,
    homeTeam: "Gor Mahia",
    awayTeam: "AFC Leopards",
    marketType: "1x2",
    specifier,
    outcomeId: id,
    outcomeName: id,
    taken: { odds, priceVersion: 1 },
  };
}

const now = (odds: number, status: "active" | "suspended" = "active") => ({ odds, priceVersion: 2, status });

describe("what a slip may win", () => {
  it("is stake times the exact product, cut down once", () => {
    const lines = [1.333, 1.333, 1.333].map((odds, index) => slipLine(selection(String(index), odds), null));
    // 100.00 x 1.333^3 = 236.859...: cutting each product to three decimals would give less.
    expect(potentialWin(minor(10_000), lines)).toBe(23_685);
    expect(totalOdds(lines)).toBe(2.368);
  });

  it("is nothing for an empty slip", () => {
    expect(potentialWin(minor(10_000), [])).toBe(0);
    expect(totalOdds([])).toBe(0);
  });
});

describe("a price that moved", () => {
  const up = slipLine(selection("a", 2), now(2.1));
  const down = slipLine(selection("b", 2), now(1.9));
  const same = slipLine(selection("c", 2), now(2));

  it.each([
    ["none", [up], true],
    ["none", [down], true],
    ["none", [same], false],
    ["higher", [up], false],
    ["higher", [up, down], true],
    ["any", [down], false],
  ] as const)("under the policy %s needs consent as the server would ask for it", (policy, lines, expected) => {
    expect(needsConsent(lines, policy)).toBe(expected);
  });

  it("is taken with its version when the player accepts", () => {
    expect(withPricesOfNow([down])).toEqual([{ ...selection("b", 2), taken: { odds: 1.9, priceVersion: 2 } }]);
  });
});

describe("picking", () => {
  it("removes a selection that is tapped again", () => {
    const picked = toggled([], selection("a", 2), 20);
    expect(toggled(picked, selection("a", 2), 20)).toEqual([]);
  });

  it("replaces another outcome of the same market", () => {
    const picked = toggled([selection("home", 2, "one")], selection("away", 3, "one"), 20);
    expect(picked.map((one) => one.selectionId)).toEqual(["away"]);
  });

  it("keeps both of two markets of one fixture, and says that they can't be combined", () => {
    const picked = toggled([selection("home", 2, "one")], selection("over", 3, "one", "total=2.5"), 20);
    expect(picked).toHaveLength(2);
    expect(hasSameFixtureTwice(picked)).toBe(true);
  });

  it("stops at the largest slip", () => {
    const full = [selection("a", 2), selection("b", 2)];
    expect(toggled(full, selection("c", 2), 2)).toBe(full);
  });
});
