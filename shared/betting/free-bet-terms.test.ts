import { describe, expect, it } from "vitest";
import type { FreeBetTerms } from "../tenants/sports/promotions.ts";
import { type BetForToken, termsProblem } from "./free-bet-terms.ts";

const TERMS: FreeBetTerms = { kinds: ["MULTI"], selectionsMin: 3, oddsMinThousandths: 1_500, sports: ["football"], returnedDays: 7 };
const bet = (changes: Partial<BetForToken> = {}): BetForToken => ({
  kind: "MULTI",
  stakeMinor: 5_000,
  selections: [1_500, 2_000, 9_000].map((oddsThousandths) => ({ oddsThousandths, sport: "football" })),
  ...changes,
});
const withSelection = (changes: Partial<BetForToken["selections"][number]>) =>
  bet({ selections: bet().selections.map((each, index) => (index === 1 ? { ...each, ...changes } : each)) });

describe("the terms of a free bet", () => {
  it("are met at their very bounds", () => {
    expect(termsProblem(TERMS, 5_000, bet())).toBeNull();
  });

  it.each([
    ["amount", bet({ stakeMinor: 4_999 })],
    ["amount", bet({ stakeMinor: 5_001 })],
    ["bet_type", bet({ kind: "SYSTEM" })],
    ["selections", bet({ selections: bet().selections.slice(1) })],
    ["sport", withSelection({ sport: "tennis" })],
    ["odds", withSelection({ oddsThousandths: 1_499 })],
  ] as const)("name what is not met: %s", (problem, asked) => {
    expect(termsProblem(TERMS, 5_000, asked)).toBe(problem);
  });

  it("name the first of several", () => {
    expect(termsProblem(TERMS, 5_000, bet({ stakeMinor: 1, kind: "SINGLE", selections: [] }))).toBe("amount");
  });

  it("let every sport count when they name none", () => {
    expect(termsProblem({ ...TERMS, sports: null }, 5_000, withSelection({ sport: "darts" }))).toBeNull();
  });
});
