import { describe, expect, it } from "vitest";
import type { OutcomeView } from "../protocol/rpc/odds-channel.ts";
import { chancesOf } from "./chances.ts";

const outcome = (outcomeId: string, oddsThousandths: number, more: Partial<OutcomeView> = {}): OutcomeView => ({
  selectionId: `m:1x2:${outcomeId}`,
  ...{ outcomeId, name: outcomeId, oddsThousandths, status: "active", priceVersion: 1, result: null, probabilities: null },
  ...more,
});
const result = (draw: Partial<OutcomeView> = {}) => ({
  type: "1x2",
  specifier: "",
  outcomes: [outcome("home", 2_000), outcome("draw", 3_500, draw), outcome("away", 4_000)],
});
const goals = (line: string) => ({
  type: "total",
  specifier: `total=${line}`,
  outcomes: [outcome("over", 1_900), outcome("under", 1_900)],
});

describe("chances of an outcome", () => {
  it("are the feed's own where it says them", () => {
    const probabilities = { winPpm: 250_000, refundPpm: 100_000, halfWinPpm: 0, halfLosePpm: 0 };
    expect(chancesOf(result({ probabilities }), "draw")).toEqual(probabilities);
  });

  it("come from the prices without their margin: together never above one, each below what its price says", () => {
    const chances = ["home", "draw", "away"].map((id) => chancesOf(result(), id)?.winPpm ?? 0);
    expect(chances.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1_000_000);
    expect(chances.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(999_990);
    for (const [index, odds] of [2, 3.5, 4].entries()) expect(chances[index]).toBeLessThan(1_000_000 / odds);
  });

  it("are unknown while an outcome of the market is not sold: it can still win", () => {
    expect(chancesOf(result({ status: "suspended" }), "home")).toBeNull();
    expect(chancesOf({ ...result(), outcomes: result().outcomes.slice(0, 2) }, "home")).toBeNull();
  });

  it("are unknown for lines that give stakes back, and for markets whose winners nobody told", () => {
    expect(chancesOf(goals("2.5"), "over")?.winPpm).toBe(500_000);
    for (const line of ["2", "2.25", "2.75", "2.0"]) expect(chancesOf(goals(line), "over")).toBeNull();
    expect(chancesOf({ ...result(), type: "uof999" }, "home")).toBeNull();
    expect(chancesOf(result(), "nobody")).toBeNull();
  });

  it("of two winners out of three come to two", () => {
    const market = { type: "double_chance", specifier: "", outcomes: [outcome("1x", 1_250), outcome("12", 1_300), outcome("x2", 1_750)] };
    const sum = ["1x", "12", "x2"].reduce((total, id) => total + (chancesOf(market, id)?.winPpm ?? 0), 0);
    expect(sum).toBeGreaterThan(1_999_990);
    expect(sum).toBeLessThanOrEqual(2_000_000);
  });
});
