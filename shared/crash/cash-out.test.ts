import { describe, expect, it } from "vitest";
import { minor } from "../money/minor.ts";
import { cashOutAt, endOfRound, type OpenBet, payoutOf, reachedTargets, targetOf } from "./cash-out.ts";

const MAX = minor(100_000_000);
const RULES = { payoutMaxMinor: MAX, capHundredths: 1_000_000 };

function bet(betId: string, fields: Partial<OpenBet> = {}): OpenBet {
  const auto = fields.autoCashOutHundredths ?? null;
  return {
    betId,
    stakeMinor: minor(10_000),
    autoCashOutHundredths: auto,
    targetHundredths: auto,
    pressedHundredths: null,
    placedAtMs: 1,
    ...fields,
  };
}

const round = (crashHundredths: number, interrupted = false) => ({ crashHundredths, interrupted, payoutMaxMinor: MAX });

describe("payout", () => {
  it("is cut down once and never above the largest payout", () => {
    expect(payoutOf(minor(333), 133, MAX)).toBe(442);
    expect(payoutOf(minor(2_000_000), 1_000_000, MAX)).toBe(MAX);
  });

  it("cashes a bet out where the largest payout is reached", () => {
    expect(targetOf(minor(2_000_000), null, RULES)).toBe(5_000);
    expect(targetOf(minor(2_000_000), 9_000, RULES)).toBe(5_000);
    expect(targetOf(minor(2_000_000), 200, RULES)).toBe(200);
    expect(targetOf(minor(2_000), null, RULES)).toBeNull();
    expect(payoutOf(minor(1_999_999), targetOf(minor(1_999_999), null, RULES) ?? 0, MAX)).toBe(MAX);
  });
});

describe("end of a round", () => {
  it("pays a target at the crash point itself, at the target", () => {
    expect(endOfRound([bet("a", { autoCashOutHundredths: 200 })], round(200))).toEqual([
      { betId: "a", status: "CASHED_OUT", multiplierHundredths: 200, payoutMinor: 20_000 },
    ]);
  });

  it("loses a target one hundredth above the crash point", () => {
    expect(endOfRound([bet("a", { autoCashOutHundredths: 201 })], round(200))).toEqual([{ betId: "a", status: "LOST" }]);
  });

  it("decides targets from the lowest up, then by the time of the bet", () => {
    const bets = [
      bet("late", { autoCashOutHundredths: 150, placedAtMs: 9 }),
      bet("high", { autoCashOutHundredths: 180 }),
      bet("none"),
      bet("early", { autoCashOutHundredths: 150, placedAtMs: 3 }),
    ];
    expect(endOfRound(bets, round(300)).map((outcome) => outcome.betId)).toEqual(["early", "late", "high", "none"]);
    expect(reachedTargets(bets, 150).map((reached) => reached.betId)).toEqual(["early", "late"]);
  });

  it("pays a press that was received before the bust and not one after it", () => {
    const outcomes = endOfRound([bet("a", { pressedHundredths: 150 }), bet("b", { pressedHundredths: 151 })], round(150));
    expect(outcomes).toContainEqual({ betId: "a", status: "CASHED_OUT", multiplierHundredths: 150, payoutMinor: 15_000 });
    expect(outcomes).toContainEqual({ betId: "b", status: "LOST" });
  });

  it("pays a press no more than the target", () => {
    expect(cashOutAt(bet("a", { autoCashOutHundredths: 150 }), 170, MAX)).toMatchObject({ multiplierHundredths: 150 });
    expect(endOfRound([bet("a", { autoCashOutHundredths: 150, pressedHundredths: 140 })], round(400))).toMatchObject([
      { multiplierHundredths: 140 },
    ]);
  });

  it("gives back what waited for a press while the table was away, and nothing else", () => {
    const bets = [bet("waits"), bet("target", { autoCashOutHundredths: 500 }), bet("capped", { targetHundredths: 5_000 })];
    expect(endOfRound(bets, round(300, true)).map((outcome) => [outcome.betId, outcome.status])).toEqual([
      ["target", "LOST"],
      ["capped", "REFUNDED"],
      ["waits", "REFUNDED"],
    ]);
  });
});
