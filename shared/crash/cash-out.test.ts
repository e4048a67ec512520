import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalDay } from "../kernel/time.ts";
import { unixMs } from "../kernel/time.ts";
import { minor } from "../money/minor.ts";
import { type CrashCaps, capsOfTable, forcePoint, type TableCaps } from "./caps.ts";
import { endOfRound, exitsUpTo, type Flight, lowestForce, type OpenBet, payoutOf, targetOf } from "./cash-out.ts";

const MAX = minor(100_000_000);
const FAR = minor(Number.MAX_SAFE_INTEGER);
const RULES = { betPayoutMaxMinor: MAX, capHundredths: 1_000_000 };
const CAPS: TableCaps = { betPayoutMaxMinor: MAX, playerWinMaxMinor: FAR, tableWinMaxMinor: FAR };

function bet(betId: string, fields: Partial<OpenBet> = {}): OpenBet {
  const auto = fields.autoCashOutHundredths ?? null;
  return {
    ...{ betId, userId: `player of ${betId}`, stakeMinor: minor(10_000), autoCashOutHundredths: auto, targetHundredths: auto },
    ...{ pressedHundredths: null, placedAtMs: 1, ...fields },
  };
}

function flight(bets: readonly OpenBet[], caps: Partial<TableCaps> = {}, won: Readonly<Record<string, number>> = {}): Flight {
  const byPlayerMinor = new Map(Object.entries(won));
  const tableMinor = [...byPlayerMinor.values()].reduce((sum, one) => sum + one, 0);
  return { bets, won: { tableMinor, byPlayerMinor }, caps: { ...CAPS, ...caps } };
}

const end = (bets: readonly OpenBet[], crashHundredths: number, interrupted = false) =>
  endOfRound(flight(bets), { crashHundredths, interrupted });

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
    expect(end([bet("a", { autoCashOutHundredths: 200 })], 200)).toEqual([
      { betId: "a", status: "CASHED_OUT", multiplierHundredths: 200, payoutMinor: 20_000, limitedBy: null },
    ]);
  });

  it("loses a target one hundredth above the crash point", () => {
    expect(end([bet("a", { autoCashOutHundredths: 201 })], 200)).toEqual([{ betId: "a", status: "LOST" }]);
  });

  it("decides targets from the lowest up, then by the time of the bet", () => {
    const bets = [
      bet("late", { autoCashOutHundredths: 150, placedAtMs: 9 }),
      bet("high", { autoCashOutHundredths: 180 }),
      bet("none"),
      bet("early", { autoCashOutHundredths: 150, placedAtMs: 3 }),
    ];
    expect(end(bets, 300).map((outcome) => outcome.betId)).toEqual(["early", "late", "high", "none"]);
    expect(exitsUpTo(flight(bets), 150).map((exit) => exit.betId)).toEqual(["early", "late"]);
  });

  it("pays a press that was received before the bust and not one after it", () => {
    const outcomes = end([bet("a", { pressedHundredths: 150 }), bet("b", { pressedHundredths: 151 })], 150);
    expect(outcomes).toContainEqual({ betId: "a", status: "CASHED_OUT", multiplierHundredths: 150, payoutMinor: 15_000, limitedBy: null });
    expect(outcomes).toContainEqual({ betId: "b", status: "LOST" });
  });

  it("pays a press no more than the target", () => {
    expect(end([bet("a", { autoCashOutHundredths: 150, pressedHundredths: 170 })], 400)).toMatchObject([{ multiplierHundredths: 150 }]);
    expect(end([bet("a", { autoCashOutHundredths: 150, pressedHundredths: 140 })], 400)).toMatchObject([{ multiplierHundredths: 140 }]);
  });

  it("gives back what waited for a press while the table was away, and nothing else", () => {
    const bets = [bet("waits"), bet("target", { autoCashOutHundredths: 500 }), bet("capped", { targetHundredths: 5_000 })];
    expect(end(bets, 300, true).map((outcome) => [outcome.betId, outcome.status])).toEqual([
      ["target", "LOST"],
      ["capped", "REFUNDED"],
      ["waits", "REFUNDED"],
    ]);
  });
});

describe("the bounds of a round", () => {
  const WIN_MAX = 30_000;

  it("are those of the day on which it opened, and shared by its tables so that their sum is never above", () => {
    const of = (validFrom: string, most: number): CrashCaps => ({
      ...{ validFrom: validFrom as LocalDay, betPayoutMaxMinor: minor(most), playerWinMaxMinor: minor(most) },
      roundWinMaxMinor: minor(most),
    });
    const caps = [of("2026-06-01", 2_000), of("2026-01-01", 1_000)];
    // Midnight in Nairobi is 21:00 UTC.
    const at = (time: string, tables = 1) => capsOfTable(caps, unixMs(Date.parse(time)), 180, tables).tableWinMaxMinor;
    expect(at("2026-05-31T20:59:59Z")).toBe(1_000);
    expect(at("2026-05-31T21:00:00Z")).toBe(2_000);
    expect(at("2026-06-10T00:00:00Z", 3)).toBe(666);
    expect(() => at("2025-12-01T00:00:00Z")).toThrow("in force");
  });

  it("give bustabit's force point, never under 1.01", () => {
    expect(forcePoint(WIN_MAX, 0, 10_000)).toBe(400);
    expect(forcePoint(WIN_MAX, 20_000, 30_000)).toBe(133);
    expect(forcePoint(WIN_MAX, 30_000, 10_000)).toBe(101);
    expect(forcePoint(WIN_MAX, 99_000, 10_000)).toBe(101);
    expect(forcePoint(WIN_MAX, 0, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("send everybody out where the round's largest win is reached, after the targets below it", () => {
    const bets = [bet("target", { autoCashOutHundredths: 150 }), bet("waits"), bet("high", { autoCashOutHundredths: 900 })];
    // 5,000 won at 1.50, then 25,000 left for 20,000 that are open.
    expect(lowestForce(flight(bets, { tableWinMaxMinor: minor(WIN_MAX) }))).toBe(200);
    expect(exitsUpTo(flight(bets, { tableWinMaxMinor: minor(WIN_MAX) }), 224)).toHaveLength(1);
    expect(exitsUpTo(flight(bets, { tableWinMaxMinor: minor(WIN_MAX) }), 500)).toMatchObject([
      { betId: "target", multiplierHundredths: 150, limitedBy: null },
      { betId: "waits", multiplierHundredths: 225, payoutMinor: 22_500, limitedBy: "round" },
      { betId: "high", multiplierHundredths: 225, payoutMinor: 22_500, limitedBy: "round" },
    ]);
  });

  it("send one player's two bets out where the player's largest win is reached, and nobody else", () => {
    const mine = { userId: "me" };
    const bets = [bet("a", { ...mine, autoCashOutHundredths: 120 }), bet("b", mine), bet("other")];
    expect(exitsUpTo(flight(bets, { playerWinMaxMinor: minor(7_000) }), 5_000)).toMatchObject([
      { betId: "a", multiplierHundredths: 120, limitedBy: null },
      { betId: "b", multiplierHundredths: 150, payoutMinor: 15_000, limitedBy: "player" },
      { betId: "other", multiplierHundredths: 170, limitedBy: "player" },
    ]);
    // What the other bet has won already counts.
    expect(exitsUpTo(flight([bet("b", mine)], { playerWinMaxMinor: minor(7_000) }, { me: 2_000 }), 5_000)).toMatchObject([
      { betId: "b", multiplierHundredths: 150, limitedBy: "player" },
    ]);
  });

  it("name the bet's own largest payout where it was that, and the player's target where it was that", () => {
    const capped = (auto: number | null) => {
      const fields = { stakeMinor: minor(2_000_000), autoCashOutHundredths: auto };
      return bet("a", { ...fields, targetHundredths: targetOf(fields.stakeMinor, auto, RULES) });
    };
    expect(exitsUpTo(flight([capped(null)]), 9_000)).toMatchObject([{ multiplierHundredths: 5_000, payoutMinor: MAX, limitedBy: "bet" }]);
    expect(exitsUpTo(flight([capped(5_000)]), 9_000)).toMatchObject([{ multiplierHundredths: 5_000, limitedBy: null }]);
  });

  const anyBets = fc.array(
    fc.record({
      player: fc.integer({ min: 0, max: 5 }),
      stake: fc.integer({ min: 1, max: 50_000 }),
      auto: fc.option(fc.integer({ min: 101, max: 2_000 })),
      pressed: fc.option(fc.integer({ min: 100, max: 2_000 })),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const anyFlight = fc
    .record({ bets: anyBets, player: fc.integer({ min: 1, max: 60_000 }), table: fc.integer({ min: 1, max: 200_000 }) })
    .map(({ bets, player, table }) =>
      flight(
        bets.map((one, index) => {
          const targetHundredths = targetOf(minor(one.stake), one.auto, RULES);
          const fields = { userId: `p${one.player}`, stakeMinor: minor(one.stake), autoCashOutHundredths: one.auto, targetHundredths };
          return bet(`b${index}`, { ...fields, pressedHundredths: one.pressed, placedAtMs: index });
        }),
        { playerWinMaxMinor: minor(player), tableWinMaxMinor: minor(table) },
      ),
    );

  it("are kept by what all bets win together and each player wins, but for the least multiplier of 1.01", () => {
    fc.assert(
      fc.property(anyFlight, fc.integer({ min: 100, max: 3_000 }), (one, crashHundredths) => {
        const stakes = new Map(one.bets.map(({ betId, stakeMinor, userId }) => [betId, { stakeMinor, userId }]));
        const wins = new Map<string, number>();
        let all = 0;
        for (const exit of exitsUpTo(one, crashHundredths)) {
          const { stakeMinor, userId } = stakes.get(exit.betId) ?? { stakeMinor: 0, userId: "" };
          const win = exit.payoutMinor - stakeMinor;
          wins.set(userId, (wins.get(userId) ?? 0) + win);
          all += win;
        }
        const least = (bets: readonly OpenBet[]) => Math.floor(bets.reduce((sum, { stakeMinor }) => sum + stakeMinor, 0) / 100);
        expect(all).toBeLessThanOrEqual(one.caps.tableWinMaxMinor + least(one.bets));
        for (const [userId, win] of wins) {
          const own = one.bets.filter((its) => its.userId === userId);
          expect(win).toBeLessThanOrEqual(one.caps.playerWinMaxMinor + least(own));
        }
      }),
    );
  });

  it("give the same outcomes however often the flight is asked on the way, and in whatever order its bets stand", () => {
    fc.assert(
      fc.property(
        anyFlight,
        fc.integer({ min: 100, max: 3_000 }),
        fc.array(fc.integer({ min: 100, max: 3_000 }), { maxLength: 6 }),
        (one, crashHundredths, stops) => {
          const whole = exitsUpTo(one, crashHundredths);
          let [bets, won] = [one.bets, one.won];
          const parts = [...stops.filter((stop) => stop < crashHundredths).sort((a, b) => a - b), crashHundredths].flatMap((stop) => {
            const exits = exitsUpTo({ bets, won, caps: one.caps }, stop);
            const byPlayerMinor = new Map(won.byPlayerMinor);
            let { tableMinor } = won;
            for (const { betId, payoutMinor } of exits) {
              const left = bets.find((its) => its.betId === betId);
              const win = payoutMinor - (left?.stakeMinor ?? 0);
              byPlayerMinor.set(left?.userId ?? "", (byPlayerMinor.get(left?.userId ?? "") ?? 0) + win);
              tableMinor += win;
            }
            won = { tableMinor, byPlayerMinor };
            bets = bets.filter(({ betId }) => !exits.some((exit) => exit.betId === betId));
            return exits;
          });
          // Two players whose bounds lie at the same multiplier may be listed in either order: it moves nothing.
          const byId = (exits: typeof whole) => [...exits].sort((a, b) => (a.betId < b.betId ? -1 : 1));
          expect(byId(parts)).toEqual(byId(whole));
          const multipliers = parts.map(({ multiplierHundredths }) => multiplierHundredths);
          expect(multipliers).toEqual(multipliers.toSorted((a, b) => a - b));
          const turned = exitsUpTo({ ...one, bets: [...one.bets].reverse() }, crashHundredths);
          expect(byId(turned)).toEqual(byId(whole));
        },
      ),
    );
  });
});
