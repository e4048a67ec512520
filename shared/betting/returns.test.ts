import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fraction } from "../money/fraction.ts";
import { type Minor, minor } from "../money/minor.ts";
import { lineCount } from "./lines.ts";
import { betReturn, leastReturn, potentialReturn, type ResultedBet } from "./returns.ts";
import type { SelectionOutcome } from "./types.ts";

type Pick = readonly [oddsThousandths: number, outcome: SelectionOutcome | null];

const NO_CAP = minor(Number.MAX_SAFE_INTEGER);

function bet(kind: ResultedBet["kind"], stakeMinor: number, picks: readonly Pick[], systemSizes: number[] = [], bankers: number[] = []) {
  const selections = picks.map(([oddsThousandths, outcome]) => ({ oddsThousandths, outcome }));
  return { kind, stakeMinor: minor(stakeMinor), selections, systemSizes, bankers } satisfies ResultedBet;
}

const multi = (stakeMinor: number, picks: readonly Pick[]) => bet("MULTI", stakeMinor, picks);
const decided = (status: "WON" | "LOST" | "VOID", returnMinor: number) => ({ state: "decided", status, returnMinor });

describe("published examples", () => {
  it("a half win in a multiple of 100 returns 569.94, a half loss 193.20", () => {
    const rest: Pick[] = [
      [1_840, "won"],
      [2_100, "won"],
    ];
    expect(betReturn(multi(10_000, [[1_950, "half_won"], ...rest]))).toEqual(decided("WON", 56_994));
    expect(betReturn(multi(10_000, [[1_950, "half_lost"], ...rest]))).toEqual(decided("WON", 19_320));
  });

  it("combined odds of 18.6048 pay 1,860.48 on 100, not 1,860", () => {
    const odds = [1_600, 1_700, 1_800, 1_900, 2_000];
    expect(
      potentialReturn(
        multi(
          10_000,
          odds.map((price): Pick => [price, null]),
        ),
        NO_CAP,
      ),
    ).toBe(186_048);
  });

  it("ten of twenty at a unit of 1 return 1,662,209,157.73 in milliseconds", () => {
    const odds = [1_100, 1_200, 1_400, 1_600, 1_800, 2_000, 3_000, 4_000, 5_000, 6_000];
    const picks = [...odds, ...odds].map((price): Pick => [price, "won"]);
    const startedAt = performance.now();
    expect(betReturn(bet("SYSTEM", 18_475_600, picks, [10]))).toEqual(decided("WON", 166_220_915_773));
    expect(performance.now() - startedAt).toBeLessThan(50);
  });

  it("a Lucky 15 at 2, 3, 4, 5 returns 359 units", () => {
    const picks = [2_000, 3_000, 4_000, 5_000].map((price): Pick => [price, "won"]);
    expect(betReturn(bet("SYSTEM", 1_500, picks, [1, 2, 3, 4]))).toEqual(decided("WON", 35_900));
  });

  it("two of three at 2, 3, 4 return 26 units, and 6 with the last one lost", () => {
    const picks = (last: SelectionOutcome): Pick[] => [
      [2_000, "won"],
      [3_000, "won"],
      [4_000, last],
    ];
    expect(betReturn(bet("SYSTEM", 3_000, picks("won"), [2]))).toEqual(decided("WON", 26_000));
    expect(betReturn(bet("SYSTEM", 3_000, picks("lost"), [2]))).toEqual(decided("WON", 6_000));
  });
});

describe("what results decide", () => {
  it("a bet stays open while a line can win, and is lost as soon as none can", () => {
    const open: Pick = [2_000, null];
    const lost: Pick = [2_000, "lost"];
    expect(betReturn(multi(100, [[2_000, "won"], open]))).toEqual({ state: "open" });
    expect(betReturn(multi(100, [lost, open]))).toEqual(decided("LOST", 0));
    expect(betReturn(bet("SYSTEM", 300, [lost, open, open], [2]))).toEqual({ state: "open" });
    expect(betReturn(bet("SYSTEM", 300, [lost, lost, open], [2]))).toEqual(decided("LOST", 0));
    expect(betReturn(bet("SYSTEM", 300, [lost, open, open], [1], [0]))).toEqual(decided("LOST", 0));
  });

  it("a bet whose selections are all void gives exactly the stake back", () => {
    const picks: Pick[] = [
      [2_000, "void"],
      [3_000, "void"],
      [1_500, "void"],
    ];
    expect(betReturn(multi(777, picks))).toEqual(decided("VOID", 777));
    expect(betReturn(bet("SYSTEM", 1_000, picks, [2]))).toEqual(decided("VOID", 1_000));
  });

  it("a void selection in a multiple leaves the others' product", () => {
    const picks: Pick[] = [
      [2_000, "won"],
      [3_000, "void"],
    ];
    expect(betReturn(multi(100, picks))).toEqual(decided("WON", 200));
  });

  it("a half loss of one minor unit returns nothing and is lost", () => {
    expect(betReturn(bet("SINGLE", 1, [[2_000, "half_lost"]]))).toEqual(decided("LOST", 0));
  });

  it("a lost banker loses every line", () => {
    const picks: Pick[] = [
      [2_000, "lost"],
      [3_000, "won"],
      [4_000, "won"],
    ];
    expect(betReturn(bet("SYSTEM", 200, picks, [1], [0]))).toEqual(decided("LOST", 0));
  });

  it("the potential win is capped, and a return past the largest amount stops there", () => {
    const picks = Array.from({ length: 20 }, (): Pick => [10_000_000, "won"]);
    expect(potentialReturn(multi(100_000_000, picks), minor(500_000_000))).toBe(500_000_000);
    expect(betReturn(multi(100_000_000, picks))).toEqual(decided("WON", Number.MAX_SAFE_INTEGER));
  });

  it("a dead heat pays its part of the stake at full odds, and the rest is lost", () => {
    expect(betReturn(bet("SINGLE", 1_000, [[11_000, "dead_heat:1/2"]]))).toEqual(decided("WON", 5_500));
    expect(betReturn(bet("SINGLE", 6_000, [[6_000, "dead_heat:1/3"]]))).toEqual(decided("WON", 12_000));
    expect(betReturn(bet("SINGLE", 6_000, [[6_000, "dead_heat:2/4"]]))).toEqual(decided("WON", 18_000));
    expect(
      betReturn(
        multi(100, [
          [3_000, "dead_heat:1/3"],
          [2_000, "won"],
        ]),
      ),
    ).toEqual(decided("WON", 200));
  });

  it("a bonus counts what is left after voids, is in the potential win, and is cut down with the payout, once", () => {
    const ladder = {
      steps: [
        [2, fraction(5)],
        [3, fraction(10)],
      ],
      basis: "net_winnings",
      oddsMin: fraction(12, 10),
    } as const;
    const withLadder = (outcome: SelectionOutcome | null) => ({
      ...multi(101, [
        [1_500, "won"],
        [1_500, "won"],
        [1_333, outcome],
      ]),
      ladder,
    });
    const bonusOf = (exact: number, percent: number) => Math.floor(exact + ((exact - 101) * percent) / 100);
    expect(potentialReturn(withLadder(null), NO_CAP)).toBe(bonusOf(101 * 2.25 * 1.333, 10));
    expect(betReturn(withLadder("won"))).toEqual(decided("WON", bonusOf(101 * 2.25 * 1.333, 10)));
    expect(betReturn(withLadder("void"))).toEqual(decided("WON", bonusOf(101 * 2.25, 5)));
    expect(betReturn(withLadder("half_won"))).toEqual(decided("WON", Math.floor(101 * 2.25 * 1.1665)));
    expect(betReturn(withLadder("lost"))).toEqual(decided("LOST", 0));
  });

  it("a free bet pays winnings only, line by line, and no cash when it is void", () => {
    const free = (stakeMinor: number, picks: readonly Pick[], sizes: number[]) => ({
      ...bet("SYSTEM", stakeMinor, picks, sizes),
      freeBet: true,
    });
    const picks = (last: SelectionOutcome): Pick[] => [
      [2_000, "won"],
      [3_000, "won"],
      [4_000, last],
    ];
    expect(betReturn(free(3_000, picks("won"), [2]))).toEqual(decided("WON", 5_000 + 7_000 + 11_000));
    expect(betReturn(free(3_000, picks("lost"), [2]))).toEqual(decided("WON", 5_000));
    expect(betReturn(free(3_000, picks("half_lost"), [2]))).toEqual(decided("WON", 5_000 + 0 + 500));
    const voided = Array.from({ length: 3 }, (): Pick => [2_000, "void"]);
    expect(betReturn(free(3_000, voided, [2]))).toEqual(decided("VOID", 0));
  });

  it("the least win of a system is its cheapest single line", () => {
    const picks: Pick[] = [
      [4_000, null],
      [2_000, null],
      [3_000, null],
    ];
    expect(leastReturn(bet("SYSTEM", 300, picks, [2]), NO_CAP)).toBe(600);
    expect(leastReturn(bet("SYSTEM", 200, picks, [1], [0]), NO_CAP)).toBe(800);
    expect(leastReturn(multi(100, picks), NO_CAP)).toBe(2_400);
  });
});

const anyOutcome = fc.constantFrom<SelectionOutcome>("won", "lost", "void", "half_won", "half_lost");
const anyPick = fc.tuple(fc.integer({ min: 1_001, max: 50_000 }), anyOutcome);
const anyStake = fc.integer({ min: 1, max: 10_000_000 });
const anySystem = fc.array(anyPick, { minLength: 3, maxLength: 8 }).chain((picks) =>
  fc.record({
    picks: fc.constant(picks),
    sizes: fc.uniqueArray(fc.integer({ min: 1, max: picks.length - 1 }), { minLength: 1, maxLength: 4 }),
    bankers: fc.constantFrom<number[]>([], [0]),
    stake: anyStake,
  }),
);

describe("properties", () => {
  it("the order of selections and sizes changes nothing", () => {
    fc.assert(
      fc.property(anySystem, fc.infiniteStream(fc.nat()), ({ picks, sizes, bankers, stake }, noise) => {
        const order = picks.map((_, index) => ({ index, rank: noise.next().value })).sort((a, b) => a.rank - b.rank);
        const shuffled = order.map(({ index }): Pick => picks[index] ?? [1_001, null]);
        const moved = bankers.map((banker) => order.findIndex(({ index }) => index === banker));
        expect(betReturn(bet("SYSTEM", stake, shuffled, [...sizes].reverse(), moved))).toEqual(
          betReturn(bet("SYSTEM", stake, picks, sizes, bankers)),
        );
      }),
    );
  });

  it("a system returns the sum of its lines", () => {
    fc.assert(
      fc.property(anySystem, ({ picks, sizes, bankers, stake }) => {
        const shape = bet("SYSTEM", stake, picks, sizes, bankers);
        const lines = linesOf(picks, sizes, bankers);
        expect(lines).toHaveLength(lineCount({ ...shape, selections: picks.length }));
        // Summed exactly and cut once, as no line may be cut alone.
        const exact = lines.reduce((total, line) => total + lineReturn(line), 0n);
        const expected = (BigInt(stake) * exact) / (BigInt(lines.length) * SCALE);
        const result = betReturn(shape);
        expect(result).toMatchObject({ state: "decided", returnMinor: Number(expected) });
      }),
    );
  });

  it("a void selection counts as a factor of one", () => {
    fc.assert(
      fc.property(fc.array(anyPick, { minLength: 1, maxLength: 10 }), anyStake, (picks, stake) => {
        const without = betReturn(multi(stake, picks));
        const withVoid = betReturn(multi(stake, [...picks, [3_000, "void"]]));
        expect(withVoid).toEqual(without);
      }),
    );
  });

  it("nothing returns more than its potential win", () => {
    fc.assert(
      fc.property(anySystem, ({ picks, sizes, bankers, stake }) => {
        const shape = bet("SYSTEM", stake, picks, sizes, bankers);
        const result = betReturn(shape);
        const potential: Minor = potentialReturn(shape, NO_CAP);
        expect(result.state === "decided" && result.returnMinor <= potential).toBe(true);
        expect(leastReturn(shape, NO_CAP)).toBeLessThanOrEqual(potential);
      }),
    );
  });
});

/** Eight selections at most, each over 2,000. */
const SCALE = 2_000n ** 8n;

function lineReturn(line: readonly Pick[]): bigint {
  const factors = line.map(([odds, outcome]) => {
    if (outcome === "won") return BigInt(odds) * 2n;
    if (outcome === "half_won") return BigInt(odds) + 1_000n;
    if (outcome === "half_lost") return 1_000n;
    return outcome === "void" ? 2_000n : 0n;
  });
  return factors.reduce((total, value) => total * value, 2_000n ** BigInt(8 - line.length));
}

function linesOf(picks: readonly Pick[], sizes: readonly number[], bankers: readonly number[]): Pick[][] {
  const banked = picks.filter((_, index) => bankers.includes(index));
  const free = picks.filter((_, index) => !bankers.includes(index));
  const lines: Pick[][] = [];
  for (let mask = 0; mask < 2 ** free.length; mask += 1) {
    const picked = free.filter((_, index) => (mask >> index) & 1);
    if (sizes.includes(picked.length)) lines.push([...banked, ...picked]);
  }
  return lines;
}
