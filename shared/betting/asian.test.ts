/** Asian lines against the score: published results, and the rule of the half stakes for every line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handicapResult, parseQuarterLine, totalResult } from "./asian.ts";
import type { PlainOutcome } from "./types.ts";

describe("Asian lines", () => {
  it("+0.75 losing 0-1 is half lost, under 5.25 with 5 goals half won", () => {
    expect(handicapResult(parseQuarterLine("+0.75") ?? 99, 0, 1)).toBe("half_lost");
    expect(totalResult(parseQuarterLine("5.25") ?? 99, "under", 5)).toBe("half_won");
  });

  it.each([
    ["-0.25", 1, 1, "half_lost"],
    ["0.25", 1, 1, "half_won"],
    ["0", 1, 1, "void"],
    ["-1", 2, 1, "void"],
    ["-0.75", 2, 1, "half_won"],
    ["-1.25", 2, 1, "half_lost"],
    ["-0.5", 1, 0, "won"],
    ["0.5", 0, 1, "lost"],
    ["1.25", 0, 1, "half_won"],
    ["-1.75", 3, 1, "half_won"],
  ] as const)("%s with %i:%i is %s", (line, goalsFor, goalsAgainst, result) => {
    expect(handicapResult(parseQuarterLine(line) ?? 99, goalsFor, goalsAgainst)).toBe(result);
  });

  it("a line is half a stake on each of the lines beside it that are no quarters", () => {
    const points = { won: 2, half_won: 1, void: 0, half_lost: -1, lost: -2 } as const;
    const plain = (line: number, goals: number) => 2 * Math.sign(goals * 4 + line);
    for (let line = -12; line <= 12; line += 1) {
      for (let goals = -4; goals <= 4; goals += 1) {
        const [below, above] = line % 2 === 0 ? [line, line] : [line - 1, line + 1];
        const result = handicapResult(line, Math.max(goals, 0), Math.max(-goals, 0));
        expect(points[result], `${line / 4} at ${goals}`).toBe((plain(below, goals) + plain(above, goals)) / 2);
      }
    }
  });

  it("the two sides of a line are each other's opposite", () => {
    const opposite: Record<PlainOutcome, PlainOutcome> = {
      won: "lost",
      half_won: "half_lost",
      void: "void",
      half_lost: "half_won",
      lost: "won",
    };
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 20 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), (line, one, other) => {
        expect(handicapResult(-line || 0, other, one)).toBe(opposite[handicapResult(line, one, other)]);
        expect(totalResult(line, "under", one + other)).toBe(opposite[totalResult(line, "over", one + other)]);
      }),
    );
  });
});

it.each(["0.3", "", "x", "1.125", "--1", "1e1", "1000.5"])("%s is no line", (text) => {
  expect(parseQuarterLine(text)).toBeNull();
});
