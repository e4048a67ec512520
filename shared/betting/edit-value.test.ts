/** What an edited bet brings along: the edit margin on what is staked again, the cash-out margin on what is taken out. Minor units. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDay } from "../kernel/time.ts";
import { fraction } from "../money/fraction.ts";
import { type EditTerms, editValue, marginOn } from "./edit-value.ts";

const TERMS: EditTerms = {
  fair: fraction(10_000),
  editMarginBasisPoints: 100,
  cashOutMarginBasisPoints: 300,
  capMinor: 1_000_000n,
  stakeMinor: null,
  paidOf: (amount) => amount,
};

describe("the value of an edit", () => {
  it("is the fair value less the edit margin where all of it is staked again, or more", () => {
    expect(editValue(TERMS)).toBe(9_900n);
    expect(editValue({ ...TERMS, stakeMinor: 9_900 })).toBe(9_900n);
    expect(editValue({ ...TERMS, stakeMinor: 50_000 })).toBe(9_900n);
  });

  it("costs the margin of a cash-out on what is taken out of the bet", () => {
    // Half is staked again: 4,950 of it and half of 9,700.
    expect(editValue({ ...TERMS, stakeMinor: 4_950 })).toBe(9_800n);
  });

  it("is never above the cap", () => {
    expect(editValue({ ...TERMS, capMinor: 5_000n })).toBe(5_000n);
  });

  it("counts the stake against what taxes leave of the value", () => {
    const paidOf = (amount: bigint) => (amount * 8n) / 10n;
    expect(editValue({ ...TERMS, stakeMinor: 7_920, paidOf })).toBe(9_900n);
    expect(editValue({ ...TERMS, stakeMinor: 3_960, paidOf })).toBe(9_800n);
  });

  it("grows with the stake, lies between cash-out and full edit, and never pays a cut stake better than a cash-out does", () => {
    const amount = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, (fair, one, other) => {
        const at = (stakeMinor: number | null) => editValue({ ...TERMS, fair: fraction(fair), capMinor: 10n ** 12n, stakeMinor });
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(at(low) <= at(high)).toBe(true);
        expect(at(high) <= at(null)).toBe(true);
        expect(at(low) >= at(0)).toBe(true);
        expect(at(0)).toBe((BigInt(fair) * 9_700n) / 10_000n);
      }),
    );
  });
});

it("of dated margins the newest that has begun is in force", () => {
  const margins = [
    { validFrom: "2026-06-01" as LocalDay, basisPoints: 150 },
    { validFrom: "2026-01-01" as LocalDay, basisPoints: 100 },
  ];
  expect(marginOn(margins, "2026-05-31" as LocalDay)).toBe(100);
  expect(marginOn(margins, "2026-06-01" as LocalDay)).toBe(150);
});
