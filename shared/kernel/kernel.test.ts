/** Guarantees of the kernel: days, ids and the canonical text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "./canonical.ts";
import { idFromDigest, isId, makeId } from "./ids.ts";
import { InvariantViolation } from "./invariant.ts";
import { ageInYears, DAY_MS, isCalendarDay, type LocalDay, localDay, startOfLocalDay, unixMs } from "./time.ts";

describe("local days", () => {
  it("turns over at the tenant's midnight, not at UTC's", () => {
    const at = unixMs(Date.UTC(2025, 5, 30, 21, 30));
    expect(localDay(at, 0)).toBe("2025-06-30");
    expect(localDay(at, 180)).toBe("2025-07-01");
  });

  it("starts each day at or before every instant of it, and on the same day", () => {
    fc.assert(
      fc.property(fc.integer({ min: DAY_MS, max: 4e12 }), fc.constantFrom(0, 60, 180), (value, offset) => {
        const at = unixMs(value);
        const start = startOfLocalDay(at, offset);
        return start <= at && at - start < DAY_MS && localDay(start, offset) === localDay(at, offset);
      }),
    );
  });

  it("counts a birthday from its own day", () => {
    expect(ageInYears("2008-11-22", "2026-11-21" as LocalDay)).toBe(17);
    expect(ageInYears("2008-11-22", "2026-11-22" as LocalDay)).toBe(18);
    expect(ageInYears("2008-02-29", "2026-02-28" as LocalDay)).toBe(17);
  });

  it("knows real days only", () => {
    expect(isCalendarDay("2024-02-29")).toBe(true);
    for (const text of ["2023-02-29", "2024-13-01", "2024-1-1", "yesterday"]) expect(isCalendarDay(text)).toBe(false);
  });
});

describe("ids", () => {
  const random = new Uint8Array(10).fill(7);

  it("sorts ids of a later millisecond later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e12 }), fc.integer({ min: 1, max: 1e6 }), (at, gap) => {
        return makeId("bet", unixMs(at), random) < makeId("bet", unixMs(at + gap), random);
      }),
    );
  });

  it("gives both kinds the same shape", () => {
    expect(isId("bet", makeId("bet", unixMs(1), random))).toBe(true);
    expect(isId("bet", idFromDigest("bet", new Uint8Array(32).fill(255)))).toBe(true);
    expect(isId("usr", makeId("bet", unixMs(1), random))).toBe(false);
    expect(isId("bet", "bet_../../etc")).toBe(false);
  });
});

describe("canonical", () => {
  it("is the same for equal values whatever the order of their keys", () => {
    expect(canonical({ b: 1, a: [true, null, "é"], c: undefined })).toBe('{"a":[true,null,"é"],"b":1}');
    expect(canonical({ a: [true, null, "é"], b: 1 })).toBe(canonical({ b: 1, a: [true, null, "é"] }));
  });

  it("writes what JSON writes, whatever the text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        expect(canonical(texts)).toBe(JSON.stringify(texts));
        expect(canonical(Object.fromEntries(texts.map((text) => [`k${text}`, 0])))).toHaveLength(
          JSON.stringify(Object.fromEntries(texts.map((text) => [`k${text}`, 0]))).length,
        );
      }),
    );
    for (const text of ['"', "\\", "\n", "\u007f", "\ud800", "é", "~}[]{|"]) expect(canonical(text)).toBe(JSON.stringify(text));
  });

  it("refuses numbers that are not safe integers", () => {
    expect(() => canonical({ a: 0.5 })).toThrow(InvariantViolation);
  });
});
