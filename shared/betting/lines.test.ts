import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fraction } from "../money/fraction.ts";
import { exactLineCount, type LineShape, lineCount, lineSums } from "./lines.ts";

/** The systems that have a name: selections, sizes and the published number of lines. */
const NAMED_SYSTEMS = [
  ["trixie", 3, [2, 3], 4],
  ["patent", 3, [1, 2, 3], 7],
  ["yankee", 4, [2, 3, 4], 11],
  ["Lucky 15", 4, [1, 2, 3, 4], 15],
  ["Canadian", 5, [2, 3, 4, 5], 26],
  ["Lucky 31", 5, [1, 2, 3, 4, 5], 31],
  ["Heinz", 6, [2, 3, 4, 5, 6], 57],
  ["Lucky 63", 6, [1, 2, 3, 4, 5, 6], 63],
  ["Super Heinz", 7, [2, 3, 4, 5, 6, 7], 120],
  ["Goliath", 8, [2, 3, 4, 5, 6, 7, 8], 247],
] as const;

const system = (selections: number, systemSizes: readonly number[], bankers: readonly number[] = []): LineShape => ({
  kind: "SYSTEM",
  selections,
  systemSizes,
  bankers,
});

describe("lines of a bet", () => {
  it.each(NAMED_SYSTEMS)("a %s of %i selections has as many lines as published", (_name, selections, sizes, lines) => {
    expect(lineCount(system(selections, sizes))).toBe(lines);
  });

  it("a single and a multi are one line", () => {
    expect(lineCount({ kind: "SINGLE", selections: 1, systemSizes: [], bankers: [] })).toBe(1);
    expect(lineCount({ kind: "MULTI", selections: 20, systemSizes: [], bankers: [] })).toBe(1);
  });

  it("ten of twenty are 184,756 lines", () => {
    expect(lineCount(system(20, [10]))).toBe(184_756);
  });

  it("sizes count the selections that are no bankers", () => {
    expect(lineCount(system(6, [2], [0, 5]))).toBe(6);
    expect(lineCount(system(6, [2, 3], [0]))).toBe(20);
  });

  it("a size that the selections can't fill is a bug of the caller, never a bet", () => {
    expect(() => lineCount(system(3, [0]))).toThrow("can't have 0");
    expect(lineCount(system(3, [4]))).toBe(0);
  });

  it("counts what no number holds exactly, and never as a number that is near", () => {
    expect(exactLineCount(system(64, [32]))).toBe(1_832_624_140_942_590_534n);
    expect(() => lineCount(system(64, [32]))).toThrow("too many lines");
  });

  it("the sums of each size equal the sums over listed combinations", () => {
    const factor = fc.tuple(fc.bigInt(0n, 50n), fc.bigInt(1n, 9n)).map(([n, d]) => fraction(n, d));
    fc.assert(
      fc.property(fc.array(factor, { minLength: 1, maxLength: 8 }), (factors) => {
        const listed = Array.from({ length: factors.length + 1 }, () => 0n);
        for (let mask = 0; mask < 2 ** factors.length; mask += 1) {
          const picked = factors.map(({ n, d }, index) => ((mask >> index) & 1 ? n : d));
          const size = factors.filter((_, index) => (mask >> index) & 1).length;
          listed[size] = (listed[size] ?? 0n) + picked.reduce((total, value) => total * value, 1n);
        }
        expect(lineSums(factors, factors.length)).toEqual(listed);
      }),
    );
  });
});
