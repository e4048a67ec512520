import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LineShape, lineCount, lineSums, NAMED_SYSTEMS } from "./lines.ts";

const system = (selections: number, systemSizes: readonly number[], bankers: readonly number[] = []): LineShape => ({
  kind: "SYSTEM",
  selections,
  systemSizes,
  bankers,
});

describe("lines of a bet", () => {
  it.each([
    ["trixie", 4],
    ["patent", 7],
    ["yankee", 11],
    ["lucky15", 15],
    ["canadian", 26],
    ["lucky31", 31],
    ["heinz", 57],
    ["lucky63", 63],
    ["super_heinz", 120],
    ["goliath", 247],
  ] as const)("a %s has %i lines", (name, lines) => {
    const { selections, sizes } = NAMED_SYSTEMS[name];
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

  it("the sums of each size equal the sums over listed combinations", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 50n), { minLength: 1, maxLength: 8 }), (values) => {
        const listed = Array.from({ length: values.length + 1 }, () => 0n);
        for (let mask = 0; mask < 2 ** values.length; mask += 1) {
          const picked = values.filter((_, index) => (mask >> index) & 1);
          listed[picked.length] = (listed[picked.length] ?? 0n) + picked.reduce((total, value) => total * value, 1n);
        }
        expect(lineSums(values, values.length)).toEqual(listed);
      }),
    );
  });
});
