import { describe, expect, it } from "vitest";
import { findSelection, type NamedFixture } from "./selection-name.ts";

const FIXTURE: NamedFixture = {
  homeTeam: "Arsenal FC",
  awayTeam: "Leeds United",
  markets: [
    market("1x2", [
      ["home", "Arsenal FC"],
      ["draw", "Draw"],
      ["away", "Leeds United"],
    ]),
    market("total=2.5", [
      ["over", "Over 2.5"],
      ["under", "Under 2.5"],
    ]),
    market("both_score", [
      ["yes", "Yes"],
      ["no", "No"],
    ]),
  ],
};

function market(marketId: string, outcomes: readonly (readonly [string, string])[]) {
  return { marketId, outcomes: outcomes.map(([outcomeId, name]) => ({ selectionId: `fx_1:${marketId}:${outcomeId}`, outcomeId, name })) };
}

describe("naming a selection", () => {
  it.each([
    ["1X2", "home", "fx_1:1x2:home"],
    ["1x2", "Draw", "fx_1:1x2:draw"],
    ["1X2", "leeds united", "fx_1:1x2:away"],
    ["match_winner", "HOME", "fx_1:1x2:home"],
    ["over_under_2.5", "under", "fx_1:total=2.5:under"],
    ["total=2.5", "over", "fx_1:total=2.5:over"],
    ["both_teams_to_score", "yes", "fx_1:both_score:yes"],
  ])("%s and %s mean %s", (marketName, outcomeName, selectionId) => {
    expect(findSelection(FIXTURE, marketName, outcomeName)).toBe(selectionId);
  });

  it.each([
    ["over_under_3.5", "over"],
    ["1X2", "nobody"],
    ["total=2.5", "Arsenal FC"],
    ["constructor", "home"],
    ["1X2", "constructor"],
  ])("%s and %s mean nothing here", (marketName, outcomeName) => {
    expect(findSelection(FIXTURE, marketName, outcomeName)).toBeNull();
  });
});
