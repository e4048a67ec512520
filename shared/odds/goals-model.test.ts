import { describe, expect, it } from "vitest";
import { probability, remainingShare } from "./goals-model.ts";
import { FOOTBALL_MARKETS } from "./markets.ts";

const NIL = { home: 0, away: 0 };

/** betting-rules.md 2.9: 1, X, 2, over 2.5, both score, 0-0, 1-1. */
const TABLE = [
  [1.5, 1.1, 0.4642441858, 0.2576672148, 0.2780885994, 0.4815704241, 0.5182723344, 0.0742735782, 0.1225514041],
  [2.0, 0.8, 0.6544302264, 0.2046816345, 0.140888139, 0.5305463165, 0.4761458153, 0.0608100626, 0.0972961002],
  [1.2, 1.2, 0.3616888385, 0.2766223231, 0.3616888385, 0.4302912533, 0.4883295295, 0.0907179533, 0.1306338527],
] as const;

describe("the goals model", () => {
  it.each(TABLE)("gives the published probabilities for %d and %d expected goals to 1e-9", (home, away, ...expected) => {
    const of = (holds: (score: { home: number; away: number }) => boolean) => probability(NIL, { home, away }, holds);
    const computed = [
      of((s) => s.home > s.away),
      of((s) => s.home === s.away),
      of((s) => s.home < s.away),
      of((s) => s.home + s.away > 2.5),
      of((s) => s.home > 0 && s.away > 0),
      of((s) => s.home === 0 && s.away === 0),
      of((s) => s.home === 1 && s.away === 1),
    ];
    computed.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-9);
    });
  });

  it("adds what is still to come to the score that stands", () => {
    const leading = probability({ home: 1, away: 0 }, { home: 0, away: 0 }, (s) => s.home > s.away);
    expect(leading).toBe(1);
    expect(probability({ home: 1, away: 0 }, { home: 0, away: 1 }, (s) => s.away > s.home)).toBeCloseTo(1 - 2 * Math.exp(-1), 12);
  });

  it("spends 45% of a match's goals in the first half and all of them by the 90th minute", () => {
    expect([0, 45, 90, 120].map(remainingShare)).toEqual([1, 0.55, 0, 0]);
    expect(remainingShare(67.5)).toBeCloseTo(0.275, 12);
  });

  it("counts each market's outcomes so that exactly one wins (two in double chance), whatever the score", () => {
    for (const market of FOOTBALL_MARKETS) {
      for (let home = 0; home < 6; home += 1) {
        for (let away = 0; away < 6; away += 1) {
          const winners = market.outcomes.filter((outcome) => outcome.wins({ home, away })).length;
          expect(winners, `${market.marketId} ${home}-${away}`).toBe(market.type === "double_chance" ? 2 : 1);
        }
      }
    }
  });
});
