import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketView } from "../protocol/rpc/odds-channel.ts";
import { type Builder, builderResult, priceBuilder } from "./bet-builder.ts";
import { fitScoreModel, jointProbability, statementOf } from "./joint-score.ts";
import { FOOTBALL_MARKETS, priceMarket } from "./markets.ts";

/** The markets of a match as a channel shows them, priced from these expected goals. */
function marketsOf(home: number, away: number, marginBasisPoints = 500): MarketView[] {
  return FOOTBALL_MARKETS.flatMap((rule) => {
    const priced = priceMarket(rule, { home: 0, away: 0 }, { home, away }, marginBasisPoints);
    if (priced === null) return [];
    const outcomes = priced.map(({ rule: { outcomeId, name }, oddsThousandths }) => ({
      ...{ selectionId: `fx:${rule.marketId}:${outcomeId}`, outcomeId, name, oddsThousandths, priceVersion: 1 },
      ...{ status: "active" as const, result: null },
    }));
    return [{ ...rule, status: "active" as const, outcomes } as unknown as MarketView];
  });
}

function builderOf(ids: readonly string[], home = 1.5, away = 1.1): Builder {
  const markets = marketsOf(home, away);
  const outcomes = new Map(markets.flatMap((market) => market.outcomes.map((outcome) => [outcome.selectionId, outcome])));
  const parts = ids.map((selectionId) => ({
    ...{ selectionId, marketName: "m", outcomeName: "o", oddsThousandths: outcomes.get(selectionId)?.oddsThousandths ?? 0 },
  }));
  return { parts, homeGoalsPpm: home * 1_000_000, awayGoalsPpm: away * 1_000_000, marginBasisPoints: 800 };
}

const price = (builder: Builder) => {
  const priced = priceBuilder(builder);
  return priced.ok ? priced.value : priced.error;
};

describe("the score model", () => {
  it("finds the goals that prices were made of, without their margin", () => {
    const goals = fc.double({ min: 0.6, max: 2.6, noNaN: true });
    fc.assert(
      fc.property(goals, goals, (home, away) => {
        const model = fitScoreModel(marketsOf(home, away));
        expect(Math.abs((model?.homeGoalsPpm ?? 0) / 1_000_000 - home)).toBeLessThan(0.15);
        expect(Math.abs((model?.awayGoalsPpm ?? 0) / 1_000_000 - away)).toBeLessThan(0.15);
      }),
      { numRuns: 30 },
    );
  });

  it("is none without a match result or a total on offer", () => {
    const markets = marketsOf(1.5, 1.1);
    expect(fitScoreModel(markets.filter((market) => market.marketId !== "1x2"))).toBeNull();
    expect(fitScoreModel(markets.map((market) => (market.type === "total" ? { ...market, status: "suspended" } : market)))).toBeNull();
  });

  it("knows statements that exclude each other, and those that follow from another", () => {
    const model = { homeGoalsPpm: 1_500_000, awayGoalsPpm: 1_100_000 };
    const of = (...ids: [string, string][]) =>
      jointProbability(
        model,
        ids.flatMap(([market, outcome]) => statementOf(market, outcome) ?? []),
      );
    expect(of(["1x2", "draw"], ["1x2", "home"])).toBe(0);
    expect(of(["1x2", "home"], ["double_chance", "home_draw"])).toBeCloseTo(of(["1x2", "home"]), 12);
    expect(of(["total=0.5", "under"], ["1x2", "draw"])).toBeCloseTo(Math.exp(-2.6), 12);
  });
});

describe("a bet builder's price", () => {
  it("is never above the product where one part makes the other more probable", () => {
    const ids = FOOTBALL_MARKETS.flatMap((market) => market.outcomes.map(({ outcomeId }) => `fx:${market.marketId}:${outcomeId}`));
    const goals = fc.double({ min: 0.4, max: 2.8, noNaN: true });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...ids), { minLength: 2, maxLength: 4 }), goals, goals, (parts, home, away) => {
        const builder = builderOf(parts, home, away);
        if (builder.parts.some((part) => part.oddsThousandths === 0)) return;
        const priced = priceBuilder(builder);
        if (!priced.ok) return;
        const statements = parts.map((id) => statementOf(id.split(":")[1] ?? "", id.split(":")[2] ?? "") ?? (() => false));
        const together = jointProbability(builder, statements);
        const apart = statements.reduce((product, each) => product * jointProbability(builder, [each]), 1);
        const product = builder.parts.reduce((odds, part) => odds * (part.oddsThousandths / 1_000), 1);
        if (together > apart) expect(priced.value / 1_000).toBeLessThanOrEqual(product + 1e-9);
        expect((priced.value / 1_000) * together).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it("is refused for what excludes each other, and for what is not about the score", () => {
    expect(price(builderOf(["fx:1x2:home", "fx:1x2:draw"]))).toBe("no_price");
    expect(price(builderOf(["fx:1x2:home", "fx:uof166_total=9.5:over"]))).toBe("not_combinable");
  });
});

describe("a bet builder's result", () => {
  const ids = ["fx:1x2:home", "fx:total=2.5:over", "fx:both_score:yes"];
  const builder = builderOf(ids);
  const resulted = (...outcomes: readonly ("won" | "lost" | "void" | null)[]) =>
    builderResult(builder, 4_000, Object.fromEntries(ids.map((id, index) => [id, outcomes[index] ?? null])));

  it.each([
    [["won", "won", "won"], "won"],
    [["won", "won", null], null],
    [["won", "lost", null], "lost"],
    [["void", "void", "void"], "void"],
    [["void", "lost", "won"], "lost"],
  ] as const)("%j is %j at the agreed price", (outcomes, outcome) => {
    expect(resulted(...outcomes)).toEqual({ outcome, oddsThousandths: 4_000 });
  });

  it("after a void part is priced anew by the model it was bet with; a part alone has its own price", () => {
    const two = price({ ...builder, parts: builder.parts.slice(0, 2) });
    expect(resulted("won", "won", "void")).toEqual({ outcome: "won", oddsThousandths: two });
    expect(resulted("void", "won", "void")).toEqual({ outcome: "won", oddsThousandths: builder.parts[1]?.oddsThousandths });
    expect(two).toBeLessThan(Number(price(builder)));
  });
});
