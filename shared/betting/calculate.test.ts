/** Published results of bets (docs/betting.md names each source), exact; and what holds for every bet. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Fraction,
  floorOf,
  fraction,
  fractionText,
  ONE,
  parseFraction,
  plus,
  productOf,
  sumOf,
  times,
  ZERO_FRACTION,
} from "../money/fraction.ts";
import { calculate, type GivenBet, type GivenSelection } from "./calculate.ts";
import { cashOutValue } from "./cash-out-value.ts";
import { percentOf } from "./ladder.ts";
import type { LineShape } from "./lines.ts";
import { NAMED_SYSTEMS } from "./systems.ts";
import type { NamedSystem, PlainOutcome } from "./types.ts";

function read(text: string): Fraction {
  const value = parseFraction(text);
  if (value === null) throw new Error(`not a number: ${text}`);
  return value;
}

function given(odds: string, result: GivenSelection["result"] = "won", more: Partial<GivenSelection> = {}): GivenSelection {
  const plain = { deadHeat: ONE, placeDeadHeat: ONE, placeFraction: ONE, voidFactor: null, deduction: ZERO_FRACTION };
  return { odds: read(odds), result, ...plain, ...more };
}

const multi = (selections: number): LineShape => ({
  kind: selections === 1 ? "SINGLE" : "MULTI",
  selections,
  systemSizes: [],
  bankers: [],
});
const system = (selections: number, sizes: readonly number[], bankers: readonly number[] = []): LineShape => ({
  kind: "SYSTEM",
  selections,
  systemSizes: sizes,
  bankers,
});
const named = (name: NamedSystem) => system(NAMED_SYSTEMS[name].selections, NAMED_SYSTEMS[name].sizes);

function calculated(
  unitStake: number,
  selections: readonly GivenSelection[],
  shape = multi(selections.length),
  more: Partial<GivenBet> = {},
) {
  const bet = {
    shape,
    unitStakeMinor: BigInt(unitStake),
    selections,
    eachWay: false,
    payoutMaxMinor: null,
    freeBet: false,
    ladder: null,
    ...more,
  };
  const result = calculate(bet);
  if (!result.ok) throw new Error(result.error.reason);
  return { ...result.value, exact: fractionText(result.value.payout), minor: Number(result.value.payoutMinor) };
}

describe("published results", () => {
  it("half win and half loss in a multiple: 569.94 and 193.20", () => {
    expect(calculated(10_000, [given("1.95", "half_won"), given("1.84"), given("2.10")]).minor).toBe(56_994);
    expect(calculated(10_000, [given("1.95", "half_lost"), given("1.84"), given("2.10")]).minor).toBe(19_320);
  });

  it("combined odds are not rounded: 1.6 x 1.7 x 1.8 x 1.9 x 2.0 is 18.6048", () => {
    expect(
      calculated(
        10_000,
        ["1.6", "1.7", "1.8", "1.9", "2.0"].map((odds) => given(odds)),
      ).exact,
    ).toBe("186048");
  });

  it("dead heats: two at 10/1 for a stake of 10 return 55; three for a place at 6.0, 120 of 60; four for two places, 180", () => {
    expect(calculated(1_000, [given("11", "won", { deadHeat: read("1/2") })]).minor).toBe(5_500);
    expect(calculated(6_000, [given("6", "won", { deadHeat: read("1/3") })]).minor).toBe(12_000);
    expect(calculated(6_000, [given("6", "won", { deadHeat: read("2/4") })]).minor).toBe(18_000);
  });

  it("Lucky 15 at 2, 3, 4 and 5 returns 359 units; 2 of 3 at 2, 3 and 4 returns 26,000, and 6,000 without the last", () => {
    const lucky = calculated(
      100,
      ["2.0", "3.0", "4.0", "5.0"].map((odds) => given(odds)),
      named("lucky15"),
    );
    expect(lucky).toMatchObject({ lines: 15, totalStakeMinor: 1_500n, returningLines: 15, status: "won", exact: "35900" });
    expect(
      calculated(
        1_000,
        ["2.0", "3.0", "4.0"].map((odds) => given(odds)),
        system(3, [2]),
      ).minor,
    ).toBe(26_000);
    expect(calculated(1_000, [given("2.0"), given("3.0"), given("4.0", "lost")], system(3, [2]))).toMatchObject({
      minor: 6_000,
      returningLines: 1,
    });
  });

  it("each way at 10/1, a fifth for a place: a winner pays both lines, a placed one 3.0", () => {
    const place = { placeFraction: read("1/5") };
    expect(calculated(1_000, [given("11", "won", place)], multi(1), { eachWay: true })).toMatchObject({ lines: 2, minor: 14_000 });
    expect(calculated(1_000, [given("11", "placed", place)], multi(1), { eachWay: true })).toMatchObject({
      returningLines: 1,
      minor: 3_000,
    });
  });

  it("the named systems have their published numbers of lines", () => {
    const lines = Object.fromEntries(
      Object.entries(NAMED_SYSTEMS).map(([name, { selections }]) => [
        name,
        calculated(
          100,
          Array.from({ length: selections }, () => given("2")),
          named(name as NamedSystem),
        ).lines,
      ]),
    );
    expect(lines).toEqual({
      trixie: 4,
      patent: 7,
      yankee: 11,
      lucky15: 15,
      canadian: 26,
      lucky31: 31,
      heinz: 57,
      lucky63: 63,
      super_heinz: 120,
      goliath: 247,
    });
  });

  it("10 of 20, 184,756 lines, returns the published 1,662,209,157.7375774976 exactly, in milliseconds", () => {
    const odds = ["1.1", "1.2", "1.4", "1.6", "1.8", "2", "3", "4", "5", "6"];
    const selections = [...odds, ...odds].map((each) => given(each));
    const startedAt = performance.now();
    const result = calculated(1, selections, system(20, [10]));
    expect(performance.now() - startedAt).toBeLessThan(50);
    expect(result).toMatchObject({ lines: 184_756, returningLines: 184_756, exact: "1662209157.7375774976", minor: 1_662_209_157 });
  });

  it("a tie for first with three places paid: half of the win part, all of the place part", () => {
    const tie = given("11", "won", { deadHeat: read("1/2"), placeFraction: read("1/5") });
    expect(calculated(1_000, [tie], multi(1), { eachWay: true }).minor).toBe(5_500 + 3_000);
  });

  it("a Rule 4 deduction of 35 % takes it from the winnings of both parts", () => {
    const deducted = given("5", "won", { deduction: read("0.35"), placeFraction: read("1/4") });
    expect(calculated(1_000, [deducted], multi(1), { eachWay: true }).minor).toBe(3_600 + 1_650);
  });

  it("an odds boost of 20 % on 3.175 is 3.61", () => {
    expect(fractionText(plus(times(read("2.175"), read("1.2")), ONE))).toBe("3.61");
  });

  it("a cash-out of 10 at 3.0 that is now at 2.0 is worth 15; won selections multiply", () => {
    const half = times(read("3"), read("1/2"));
    expect(cashOutValue(multi(1), fraction(1_000), [half], ZERO_FRACTION, ONE)).toMatchObject({ offerFullMinor: 1_500n });
    const value = cashOutValue(multi(2), fraction(1_000), [read("2"), half], read("0.05"), read("1/2"));
    expect([fractionText(value.fair), value.offerFullMinor, value.offerMinor]).toEqual(["3000", 2_850n, 1_425n]);
  });

  it("the ladders of three operators", () => {
    const easyWin = {
      steps: [
        [3, 5],
        [4, 10],
        [5, 20],
        [12, 80],
        [13, 113],
        [30, 350],
      ].map(([n = 0, p = 0]) => [n, fraction(p)] as const),
    };
    expect([2, 3, 5, 13, 45].map((legs) => fractionText(percentOf(easyWin, legs)))).toEqual(["0", "5", "20", "113", "350"]);
    const tenBet = {
      steps: (
        [
          [3, 3],
          [4, 5],
          [5, 10],
          [6, 12],
          [20, 45],
          [30, 120],
          [40, 300],
          [50, 1_000],
        ] as const
      ).map(([n, p]) => [n, fraction(p)] as const),
    };
    expect([2, 4, 20, 39, 60].map((legs) => fractionText(percentOf(tenBet, legs)))).toEqual(["0", "5", "45", "120", "1000"]);
    const jambo = {
      steps: [
        [3, fraction(5)],
        [5, fraction(10)],
      ] as const,
      basis: "gross_payout",
      oddsMin: read("1.5"),
    } as const;
    const bet = [given("2"), given("2"), given("1.49"), given("2"), given("2", "void")];
    expect(calculated(100, bet, multi(5), { ladder: jambo })).toMatchObject({
      bonus: { qualifying: 3 },
      minor: Math.floor(800 * 1.49 * 1.05),
    });
    expect(calculated(100, [...bet, given("3", "half_won")], multi(6), { ladder: jambo }).bonus?.bonus).toEqual(ZERO_FRACTION);
    expect(calculated(100, bet, multi(5), { ladder: { ...jambo, basis: "net_winnings" } }).minor).toBe(Math.floor(1_192 + 0.05 * 1_092));
  });

  it("a free bet pays what each line returns above its stake, and a void line pays no cash", () => {
    const free = { freeBet: true } as const;
    expect(calculated(1_000, [given("3.5")], multi(1), free).minor).toBe(2_500);
    expect(calculated(1_000, [given("3.5", "void")], multi(1), free)).toMatchObject({ minor: 0, status: "void" });
    expect(calculated(1_000, [given("3", "half_won")], multi(1), free).minor).toBe(1_000);
    expect(calculated(1_000, [given("3", "half_lost")], multi(1), free).minor).toBe(0);
    expect(calculated(1_000, [given("2"), given("4"), given("3", "half_lost")], system(3, [2]), free).minor).toBe(7_000 + 0 + 1_000);
  });

  it("the payout is capped with its bonus", () => {
    expect(calculated(1_000, [given("9")], multi(1), { payoutMaxMinor: 5_000n })).toMatchObject({ minor: 5_000, exact: "5000" });
  });
});

describe("every bet", () => {
  const outcome = fc.constantFrom<PlainOutcome>("won", "lost", "void", "half_won", "half_lost");
  const selection = fc
    .record({ odds: fc.integer({ min: 1_001, max: 9_000 }), outcome, deadHeat: fc.constantFrom("1", "1/2", "2/3", "1/3") })
    .map(({ odds, outcome: result, deadHeat }) => given(`${odds}/1000`, result, { deadHeat: read(deadHeat) }));
  const bet = fc
    .tuple(
      fc.array(selection, { minLength: 2, maxLength: 7 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 2 }),
      fc.boolean(),
    )
    .map(([selections, sizes, bankers, eachWay]) => {
      const banked = Math.min(bankers, selections.length - 1);
      const fitting = sizes.filter((size) => size <= selections.length - banked);
      return {
        selections,
        eachWay,
        shape: system(
          selections.length,
          fitting.length > 0 ? fitting : [1],
          Array.from({ length: banked }, (_, index) => index),
        ),
      };
    });

  /** Every line of the bet, one by one. */
  function linesOf({ selections, systemSizes, bankers }: LineShape): readonly (readonly number[])[] {
    const free = Array.from({ length: selections }, (_, index) => index).filter((index) => !bankers.includes(index));
    const subsets = Array.from({ length: 2 ** free.length }, (_, mask) => free.filter((_index, bit) => (mask >> bit) & 1));
    return subsets.filter((subset) => systemSizes.includes(subset.length)).map((subset) => [...bankers, ...subset]);
  }

  it("is the sum of its lines, each calculated alone", () => {
    fc.assert(
      fc.property(bet, ({ selections, shape, eachWay }) => {
        const whole = calculated(700, selections, shape, { eachWay });
        const lines = linesOf(shape).map((line) =>
          calculated(
            700,
            line.flatMap((index) => selections[index] ?? []),
            multi(line.length),
            { eachWay },
          ),
        );
        expect(whole.payout).toEqual(sumOf(lines.map(({ payout }) => payout)));
        expect(whole.lines).toBe(lines.reduce((count, line) => count + line.lines, 0));
        expect(whole.returningLines).toBe(lines.reduce((count, line) => count + line.returningLines, 0));
        expect(whole.payoutMinor).toBe(floorOf(whole.payout));
      }),
    );
  });

  it("pays a free bet as the sum of its lines' winnings", () => {
    fc.assert(
      fc.property(bet, ({ selections, shape }) => {
        const whole = calculated(700, selections, shape, { freeBet: true });
        const lines = linesOf(shape).map((line) =>
          calculated(
            700,
            line.flatMap((index) => selections[index] ?? []),
            multi(line.length),
            { freeBet: true },
          ),
        );
        expect(whole.payout).toEqual(sumOf(lines.map(({ payout }) => payout)));
      }),
    );
  });

  it("does not depend on the order of its selections", () => {
    fc.assert(
      fc.property(fc.array(selection, { minLength: 2, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), (selections, size) => {
        const shape = system(selections.length, [Math.min(size, selections.length)]);
        expect(calculated(100, [...selections].reverse(), shape).payout).toEqual(calculated(100, selections, shape).payout);
      }),
    );
  });

  it("pays nothing but its one cut less than its exact return, and never more than its cap", () => {
    fc.assert(
      fc.property(bet, fc.bigInt(0n, 10_000n), ({ selections, shape, eachWay }, payoutMaxMinor) => {
        const free = calculated(701, selections, shape, { eachWay });
        const capped = calculated(701, selections, shape, { eachWay, payoutMaxMinor });
        expect(free.payoutMinor).toBe(floorOf(free.payout));
        expect(capped.payoutMinor).toBe(free.payoutMinor < payoutMaxMinor ? free.payoutMinor : payoutMaxMinor);
      }),
    );
  });

  it("with a void selection pays as without it in a multi, and full cover is the product of 1 + factor, less 1", () => {
    fc.assert(
      fc.property(fc.array(selection, { minLength: 2, maxLength: 8 }), (selections) => {
        expect(calculated(100, [...selections, given("3", "void")]).payout).toEqual(calculated(100, selections).payout);
        const full = system(
          selections.length,
          selections.map((_, index) => index + 1),
        );
        const cover = productOf(selections.map((each) => plus(ONE, calculated(1, [each]).payout)));
        expect(plus(calculated(1, selections, full).payout, ONE)).toEqual(cover);
      }),
    );
  });
});
