import { describe, expect, it } from "vitest";
import { probability } from "./goals-model.ts";
import { priceOf } from "./margin.ts";
import { FOOTBALL_MARKETS, priceMarket, resultsOf } from "./markets.ts";
import { parseSelectionId, selectionId } from "./selection-id.ts";

const market = (id: string) => FOOTBALL_MARKETS.find((rule) => rule.marketId === id) ?? FOOTBALL_MARKETS[0];

describe("prices", () => {
  it("are cut down to a step of the ladder, and without a margin not offered", () => {
    expect(priceOf(0.4642441858, 500)).toEqual({ oddsThousandths: 2050, offered: true });
    expect(priceOf(0.9, 500).oddsThousandths).toBe(1058);
    expect(priceOf(0.03, 500).oddsThousandths).toBe(31_500);
    expect(priceOf(0.015, 500).oddsThousandths).toBe(63_000);
    expect(priceOf(1 / 3, 0)).toEqual({ oddsThousandths: 3000, offered: false });
  });

  it("stay between 1.010 and 150.000, and are not offered where that would cost the house", () => {
    expect(priceOf(0.999, 500)).toEqual({ oddsThousandths: 1010, offered: false });
    expect(priceOf(0.000001, 500)).toEqual({ oddsThousandths: 150_000, offered: true });
    expect(priceOf(0, 500).offered).toBe(false);
  });

  it("return at most 99% of stakes on every outcome that is offered, at any score and minute", () => {
    for (const rule of FOOTBALL_MARKETS) {
      for (const remaining of [2.2, 1.1, 0.3, 0.01, 0]) {
        for (const score of [
          { home: 0, away: 0 },
          { home: 1, away: 0 },
          { home: 2, away: 2 },
        ]) {
          const expected = { home: remaining, away: remaining / 2 };
          for (const { rule: outcome, oddsThousandths, offered } of priceMarket(rule, score, expected, 500) ?? []) {
            if (offered) expect((probability(score, expected, outcome.wins) * oddsThousandths) / 1_000).toBeLessThanOrEqual(0.99);
          }
        }
      }
    }
  });

  it("end where a market is decided: over 1.5 at two goals", () => {
    const total = market("total=1.5");
    expect(total && priceMarket(total, { home: 1, away: 1 }, { home: 1, away: 1 }, 500)).toBeNull();
    expect(total && priceMarket(total, { home: 1, away: 0 }, { home: 1, away: 1 }, 500)).toHaveLength(2);
  });
});

describe("results", () => {
  const wonAt = (home: number | null, away = 0) =>
    FOOTBALL_MARKETS.flatMap((rule) =>
      resultsOf(rule, home === null ? null : { home, away })
        .filter(({ result }) => result === "won")
        .map(({ outcomeId }) => `${rule.marketId}:${outcomeId}`),
    );

  it("follow from the score for every market", () => {
    expect(wonAt(2, 1)).toEqual([
      ...["1x2:home", "total=1.5:over", "total=2.5:over", "total=3.5:under"],
      ...["both_score:yes", "double_chance:home_draw", "double_chance:home_away"],
    ]);
    expect(wonAt(0, 0)).toEqual([
      ...["1x2:draw", "total=1.5:under", "total=2.5:under", "total=3.5:under"],
      ...["both_score:no", "double_chance:home_draw", "double_chance:draw_away"],
    ]);
  });

  it("are void for all without a score", () => {
    expect(FOOTBALL_MARKETS.every((rule) => resultsOf(rule, null).every(({ result }) => result === "void"))).toBe(true);
  });
});

describe("selection ids", () => {
  it("say where a price is to be asked for, and nothing else passes", () => {
    const parts = { fixtureId: "fx_2526_q_41", marketId: "total=2.5", outcomeId: "over" };
    expect(parseSelectionId(selectionId(parts))).toEqual(parts);
    for (const junk of ["", "a:b", "a:b:c:d", "a b:1x2:home", "../x:1x2:home", `${"a".repeat(81)}:1x2:home`]) {
      expect(parseSelectionId(junk)).toBeNull();
    }
  });
});
