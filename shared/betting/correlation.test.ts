import { describe, expect, it } from "vitest";
import { correlations } from "./correlation.ts";

const pick = (fixtureId: string, market: string, outcome: string) => ({
  fixtureId,
  marketId: market,
  selectionId: `${fixtureId}:${market}:${outcome}`,
});
const RULES = { marketWinners: { double_chance: 2 }, dependentFixtures: [["season_epl", "match_a", "match_b"]] };
const reasons = (...picks: ReturnType<typeof pick>[]) => correlations(picks, RULES).map((pair) => pair.reason);

describe("selections that depend on each other", () => {
  it.each([
    ["the same selection twice", [pick("m", "1x2", "home"), pick("m", "1x2", "home")], "same_selection"],
    ["two outcomes of a market with one winner", [pick("m", "1x2", "home"), pick("m", "1x2", "draw")], "same_market"],
    ["another line of the same match", [pick("m", "total=2.5", "over"), pick("m", "total=3.5", "over")], "same_fixture"],
    ["as many picks as a market has winners", [pick("m", "double_chance", "1x"), pick("m", "double_chance", "12")], "same_fixture"],
    ["a season and one of its matches", [pick("season_epl", "winner", "x"), pick("match_a", "1x2", "home")], "cause_and_consequence"],
  ] as const)("%s", (_name, picks, reason) => {
    expect(reasons(...picks)).toEqual([reason]);
  });

  it("more picks than a market has winners", () => {
    const three = ["1x", "12", "x2"].map((outcome) => pick("m", "double_chance", outcome));
    expect(reasons(...three)).toEqual(["too_many_winners", "too_many_winners", "too_many_winners"]);
  });

  it("are none of different matches, in whatever order they stand", () => {
    const free = [pick("a", "1x2", "home"), pick("b", "1x2", "home"), pick("c", "total=2.5", "over")];
    expect(reasons(...free)).toEqual([]);
    expect(reasons(pick("m", "1x2", "home"), ...free, pick("m", "total=2.5", "over"))).toEqual(["same_fixture"]);
  });
});
