import { describe, expect, it } from "vitest";
import { checkSlip as check, checkSlipShape, type Slip } from "./slip.ts";

const checkSlip = (slip: Slip) => check(slip, { marketWinners: {}, dependentFixtures: [] });

function slip(kind: Slip["kind"], fixtures: readonly string[], systemSizes: readonly number[] = [], bankers: readonly number[] = []): Slip {
  return {
    kind,
    selections: fixtures.map((fixtureId) => ({ fixtureId, marketId: "1x2", selectionId: `${fixtureId}:1x2:home` })),
    systemSizes,
    bankers,
  };
}
const fixtures = (count: number) => Array.from({ length: count }, (_, index) => `fx_${index}`);

describe("a slip", () => {
  it.each([
    slip("SINGLE", fixtures(1)),
    slip("MULTI", fixtures(2)),
    slip("MULTI", fixtures(20)),
    slip("SYSTEM", fixtures(3), [2]),
    slip("SYSTEM", fixtures(3), [1, 2, 3]),
    slip("SYSTEM", fixtures(4), [2], [0, 1]),
  ])("is taken in each of its forms: $kind of $selections.length", (taken) => {
    expect(checkSlip(taken)).toEqual({ ok: true, value: null });
  });

  it.each([
    [slip("SINGLE", fixtures(2)), { reason: "number_of_selections", min: 1, max: 1 }],
    [slip("MULTI", fixtures(1)), { reason: "number_of_selections", min: 2, max: 20 }],
    [slip("MULTI", fixtures(21)), { reason: "number_of_selections", min: 2, max: 20 }],
    [slip("MULTI", fixtures(2), [1]), { reason: "sizes_need_a_system" }],
    [slip("SINGLE", fixtures(1), [], [0]), { reason: "bankers_need_a_system" }],
    [slip("SYSTEM", fixtures(3)), { reason: "system_needs_sizes" }],
    [slip("SYSTEM", fixtures(3), [1], [0, 1, 2]), { reason: "too_many_bankers", max: 2 }],
    [slip("SYSTEM", fixtures(3), [4]), { reason: "size_out_of_range", min: 1, max: 3 }],
    [slip("SYSTEM", fixtures(3), [3], [0]), { reason: "size_out_of_range", min: 1, max: 2 }],
    [slip("SYSTEM", fixtures(3), [0]), { reason: "size_out_of_range", min: 1, max: 3 }],
    [slip("SYSTEM", fixtures(3), [2, 2]), { reason: "size_twice" }],
  ])("is refused with the reason when it is no bet: %j", (refused, problem) => {
    expect(checkSlip(refused)).toEqual({ ok: false, error: problem });
  });

  it("may not hold a selection twice", () => {
    expect(checkSlip(slip("MULTI", ["fx_a", "fx_b", "fx_a"]))).toEqual({
      ok: false,
      error: { reason: "selection_twice", selectionIds: ["fx_a:1x2:home"] },
    });
  });

  it("may not combine two selections of one match, and names every such pair", () => {
    const sameMatch: Slip = {
      ...slip("MULTI", []),
      selections: ["home", "draw", "away"].map((outcome) => ({ fixtureId: "fx_a", marketId: "1x2", selectionId: `fx_a:1x2:${outcome}` })),
    };
    const pairs = [
      ["fx_a:1x2:home", "fx_a:1x2:draw"],
      ["fx_a:1x2:home", "fx_a:1x2:away"],
      ["fx_a:1x2:draw", "fx_a:1x2:away"],
    ];
    const correlated = pairs.map((pair) => ({ pair, reason: "same_market" }));
    expect(checkSlip(sameMatch)).toEqual({ ok: false, error: { reason: "correlated", pairs: correlated } });
    expect(checkSlipShape(sameMatch)).toEqual({ ok: true, value: null });
  });
});
