import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fraction, floorOf, fraction, plus } from "../money/fraction.ts";
import { minor } from "../money/minor.ts";
import { calculate } from "./calculate.ts";
import { type BetForEachWay, betLines, checkEachWay, placeThousandths } from "./each-way.ts";
import { outcomeFactor, placeFactor } from "./factors.ts";
import { exactLineCount } from "./lines.ts";
import { payoutOf } from "./payout.ts";
import { betReturn, leastReturn, potentialReturn, type ResultedBet } from "./returns.ts";
import { type DeadHeat, deadHeatOf, type PlainOutcome, type SelectionOutcome } from "./types.ts";

const NO_CAP = minor(Number.MAX_SAFE_INTEGER);
const FIFTH = { places: 3, divisor: 5 };

type Known = SelectionOutcome | null;

function pick(oddsThousandths: number, outcome: Known, placeOutcome: Known, divisor = 5) {
  return { oddsThousandths, outcome, placeOutcome, place: { ...FIFTH, divisor } };
}

function bet(stakeMinor: number, selections: ReturnType<typeof pick>[], systemSizes: number[] = []): ResultedBet {
  const kind = systemSizes.length > 0 ? "SYSTEM" : selections.length > 1 ? "MULTI" : "SINGLE";
  return { kind, stakeMinor: minor(stakeMinor), selections, systemSizes, bankers: [] };
}

const decided = (status: "WON" | "LOST" | "VOID", returnMinor: number) => ({ state: "decided", status, returnMinor });

describe("an each-way bet", () => {
  it("of 10 + 10 at 10/1, a fifth for a place: a winner returns 140, a placed one 30, any other nothing", () => {
    expect(betReturn(bet(2_000, [pick(11_000, "won", "won")]))).toEqual(decided("WON", 14_000));
    expect(betReturn(bet(2_000, [pick(11_000, "lost", "won")]))).toEqual(decided("WON", 3_000));
    expect(betReturn(bet(2_000, [pick(11_000, "lost", "lost")]))).toEqual(decided("LOST", 0));
  });

  it("takes each half's own part of a dead heat: a tie for first of three places is half of the win and all of the place", () => {
    expect(betReturn(bet(2_000, [pick(11_000, "dead_heat:1/2", "won")]))).toEqual(decided("WON", 5_500 + 3_000));
    expect(betReturn(bet(2_000, [pick(11_000, "lost", "dead_heat:1/3")]))).toEqual(decided("WON", 1_000));
  });

  it("multiplies winners with winners and places with places", () => {
    // 5.0 and 9.0, a quarter: 10 x 45 to win, 10 x 2 x 3 for the places.
    const double = (first: SelectionOutcome) => bet(2_000, [pick(5_000, first, "won", 4), pick(9_000, "won", "won", 4)]);
    expect(betReturn(double("won"))).toEqual(decided("WON", 45_000 + 6_000));
    expect(betReturn(double("lost"))).toEqual(decided("WON", 6_000));
    expect(betReturn(bet(2_000, [pick(5_000, "void", "void", 4), pick(9_000, "lost", "won", 4)]))).toEqual(decided("WON", 3_000));
  });

  it("is void when both halves are, and gives half back when only its win half is", () => {
    expect(betReturn(bet(2_001, [pick(11_000, "void", "void")]))).toEqual(decided("VOID", 2_001));
    expect(betReturn(bet(2_000, [pick(11_000, "void", "lost")]))).toEqual(decided("WON", 1_000));
  });

  it("stays open while a half that may still return is open, and is lost as soon as none may", () => {
    expect(betReturn(bet(2_000, [pick(11_000, "won", null)]))).toEqual({ state: "open" });
    expect(betReturn(bet(2_000, [pick(11_000, "lost", null)]))).toEqual({ state: "open" });
    expect(betReturn(bet(2_000, [pick(11_000, null, "lost")]))).toEqual({ state: "open" });
    const lostHere = [pick(11_000, "lost", "lost"), pick(5_000, null, null)];
    expect(betReturn(bet(2_000, lostHere))).toEqual(decided("LOST", 0));
    // The win half is lost by the first pick: nobody waits for the second one's win.
    expect(betReturn(bet(2_000, [pick(11_000, "lost", "won"), pick(6_000, null, "won")]))).toEqual(decided("WON", 6_000));
  });

  it("can win all of its lines at most, and one line of places at least", () => {
    expect(potentialReturn(bet(2_000, [pick(11_000, null, null)]), NO_CAP)).toBe(14_000);
    expect(leastReturn(bet(2_000, [pick(11_000, null, null)]), NO_CAP)).toBe(3_000);
    // Two of three, six lines of 10: the least is the place line of 2.0 and 3.0, at 1.2 and 1.4.
    const system = bet(6_000, [pick(4_000, null, null), pick(3_000, null, null), pick(2_000, null, null)], [2]);
    expect(leastReturn(system, NO_CAP)).toBe(1_680);
    expect(betLines(system)).toBe(6);
  });
});

const outcome = fc.constantFrom<SelectionOutcome>("won", "won", "lost", "void", "half_won", "half_lost", "dead_heat:1/2", "dead_heat:2/3");
const picked = fc.record({
  odds: fc.integer({ min: 1_001, max: 40_000 }),
  win: outcome,
  placed: outcome,
  divisor: fc.integer({ min: 1, max: 6 }),
});
const shaped = fc.array(picked, { minLength: 1, maxLength: 5 }).chain((picks) =>
  fc.record({
    picks: fc.constant(picks),
    sizes: picks.length < 2 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.integer({ min: 1, max: picks.length }), { maxLength: 2 }),
    stakeMinor: fc.integer({ min: 1, max: 1_000_000 }),
  }),
);

describe("in every result", () => {
  it("an each-way bet pays exactly its win bet and its place bet, each on half of the stake, cut down once", () => {
    fc.assert(
      fc.property(shaped, ({ picks, sizes, stakeMinor }) => {
        const eachWay = bet(
          stakeMinor,
          picks.map(({ odds, win, placed, divisor }) => pick(odds, win, placed, divisor)),
          sizes,
        );
        const half = (factors: readonly Fraction[]): Fraction => {
          const shape = { ...eachWay, selections: factors.length };
          const unitStake = fraction(BigInt(stakeMinor), 2n * exactLineCount(shape));
          const paid = payoutOf({ shape, unitStake, parts: [factors], freeBet: false, ladder: null, selections: [] });
          return paid.ok ? paid.value.total : fraction(0n);
        };
        const exact = plus(
          half(picks.map(({ odds, win }) => outcomeFactor(odds, win))),
          half(picks.map(({ odds, placed, divisor }) => placeFactor(odds, divisor, placed))),
        );
        const paid = betReturn(eachWay);
        expect(paid.state === "decided" ? BigInt(paid.returnMinor) : null).toBe(floorOf(exact));
      }),
    );
  });

  it("where both halves come to whole units, it pays the sum of two real bets to the minor unit", () => {
    fc.assert(
      fc.property(fc.array(picked, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 100 }), (picks, units) => {
        // Half stakes that every thousandth, part of a tie and half result of three picks divides.
        const halfMinor = units * 60 * 216 * 1_000;
        const whole = picks.map(({ odds, win, placed }) => ({ odds: Math.ceil(odds / 1_000) * 1_000 + 1_000, win, placed }));
        const winBet = betReturn({
          ...bet(halfMinor, []),
          kind: picks.length > 1 ? "MULTI" : "SINGLE",
          selections: whole.map(({ odds, win }) => ({ oddsThousandths: odds, outcome: win })),
        });
        const placeBet = betReturn({
          ...bet(halfMinor, []),
          kind: picks.length > 1 ? "MULTI" : "SINGLE",
          selections: whole.map(({ odds, placed }) => ({ oddsThousandths: 1_000 + (odds - 1_000) / 5, outcome: placed })),
        });
        const eachWay = betReturn(
          bet(
            2 * halfMinor,
            whole.map(({ odds, win, placed }) => pick(odds, win, placed)),
          ),
        );
        const returned = (result: typeof eachWay) => (result.state === "decided" ? result.returnMinor : Number.NaN);
        expect(returned(eachWay)).toBe(returned(winBet) + returned(placeBet));
      }),
    );
  });

  it("settlement pays what the calculator says of the same bet", () => {
    const word = fc.constantFrom<{ result: PlainOutcome | "placed"; win: SelectionOutcome; placed: SelectionOutcome }>(
      { result: "won", win: "won", placed: "won" },
      { result: "won", win: "dead_heat:1/2", placed: "won" },
      { result: "placed", win: "lost", placed: "won" },
      { result: "placed", win: "lost", placed: "dead_heat:2/3" },
      { result: "lost", win: "lost", placed: "lost" },
      { result: "void", win: "void", placed: "void" },
    );
    const each = fc.record({ odds: fc.integer({ min: 1_001, max: 40_000 }), word, divisor: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(each, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 100_000 }), (picks, unitMinor) => {
        const tied = (said: SelectionOutcome) => {
          const heat = deadHeatOf(said as DeadHeat);
          return heat === null ? fraction(1n) : fraction(heat.places, heat.runners);
        };
        const settled = betReturn(
          bet(
            2 * unitMinor,
            picks.map(({ odds, word: { win, placed }, divisor }) => pick(odds, win, placed, divisor)),
          ),
        );
        const asked = calculate({
          shape: { kind: picks.length > 1 ? "MULTI" : "SINGLE", selections: picks.length, systemSizes: [], bankers: [] },
          ...{ unitStakeMinor: BigInt(unitMinor), eachWay: true, payoutMaxMinor: null, freeBet: false, ladder: null },
          selections: picks.map(({ odds, word: { result, win, placed }, divisor }) => ({
            ...{
              odds: fraction(odds, 1_000),
              result,
              deadHeat: tied(win),
              placeDeadHeat: tied(placed),
              placeFraction: fraction(1, divisor),
            },
            ...{ voidFactor: null, deduction: fraction(0n) },
          })),
        });
        expect(asked.ok && settled.state === "decided" && asked.value.payoutMinor === BigInt(settled.returnMinor)).toBe(true);
      }),
    );
  });
});

describe("whether a bet may be each way", () => {
  const place = { selectionId: "fx:top=3:a", ...FIFTH };
  const selection = { selectionId: "fx:winner:a", isLive: false, place };
  const plain: BetForEachWay = { isFree: false, isInsured: false, selections: [selection] };

  it("says why not, the first reason that applies", () => {
    const reasonOf = (asked: BetForEachWay) => {
      const checked = checkEachWay(asked);
      return checked.ok ? null : checked.error.reason;
    };
    expect(reasonOf(plain)).toBeNull();
    expect(reasonOf({ ...plain, isFree: true, isInsured: true })).toBe("free_bet");
    expect(reasonOf({ ...plain, isInsured: true })).toBe("insured");
    expect(reasonOf({ ...plain, selections: [{ ...selection, boost: {} }] })).toBe("boosted");
    expect(reasonOf({ ...plain, selections: [{ ...selection, builder: {} }] })).toBe("bet_builder");
    expect(reasonOf({ ...plain, selections: [{ ...selection, isLive: true }] })).toBe("live");
    const { place: _, ...withoutTerms } = selection;
    expect(checkEachWay({ ...plain, selections: [selection, { ...withoutTerms, selectionId: "fx_2:1x2:home" }] })).toEqual({
      ok: false,
      error: { reason: "no_terms", selectionIds: ["fx_2:1x2:home"] },
    });
  });

  it("takes no other terms than the player saw", () => {
    const seen = (places: number, divisor: number) => new Map([["fx:winner:a", { places, divisor }]]);
    expect(checkEachWay(plain, seen(3, 5)).ok).toBe(true);
    for (const other of [seen(2, 5), seen(3, 4)])
      expect(checkEachWay(plain, other)).toEqual({ ok: false, error: { reason: "terms_changed", selectionIds: ["fx:winner:a"] } });
  });

  it("counts places at odds that are never below what they pay", () => {
    expect(placeThousandths(11_000, FIFTH)).toBe(3_000);
    expect(placeThousandths(2_001, FIFTH)).toBe(1_201);
  });
});
