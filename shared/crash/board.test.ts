/** Boards: which day and week a win belongs to, and that the best of a span are among what its rounds tell. */
import { describe, expect, it } from "vitest";
import { BOARD_METRICS, BOARD_ROWS, type BoardMetric, type BoardWin, bestWins, spanStarts, worthOf } from "./board.ts";

const NAIROBI = 180;
const at = (text: string) => Date.parse(text);

describe("a win's spans", () => {
  it.each([
    ["2026-11-23T20:59:59.999Z", "2026-11-23", "2026-11-23"],
    ["2026-11-23T21:00:00Z", "2026-11-24", "2026-11-23"],
    ["2026-11-29T20:59:59Z", "2026-11-29", "2026-11-23"],
    ["2026-11-29T21:00:00Z", "2026-11-30", "2026-11-30"],
    ["2027-01-01T10:00:00Z", "2027-01-01", "2026-12-28"],
  ])("at %s are the day %s and the week from %s", (text, day, week) => expect(spanStarts(at(text), NAIROBI)).toEqual({ day, week }));
});

/** Wins of many rounds, from a small generator that is the same each time. */
function season(rounds: number, players: number): readonly (readonly BoardWin[])[] {
  let state = 7;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: rounds }, (_, round) =>
    Array.from({ length: 30 }, (_, n) => ({
      ...{ userId: `usr_${next(players)}`, betId: `crb_${round}_${n}` },
      ...{ multiplierHundredths: 101 + next(500), payoutMinor: 1 + next(1_000) },
    })),
  );
}

function board(wins: readonly BoardWin[], metric: BoardMetric): readonly (readonly [string, number])[] {
  const best = new Map<string, number>();
  for (const win of wins) best.set(win.userId, Math.max(best.get(win.userId) ?? 0, worthOf(win, metric)));
  return [...best].sort((a, b) => b[1] - a[1]).slice(0, BOARD_ROWS);
}

describe("what a round tells", () => {
  it("has at most the rows of both boards, each player's best", () => {
    for (const round of season(50, 200)) expect(bestWins(round).length).toBeLessThanOrEqual(2 * BOARD_ROWS);
    const [low, high] = [101, 200].map((multiplierHundredths, n) => ({
      userId: "usr",
      betId: `b${n}`,
      multiplierHundredths,
      payoutMinor: 5,
    }));
    expect(low !== undefined && high !== undefined && bestWins([low, high])).toEqual([high, low]);
  });

  it.each(BOARD_METRICS)("is enough for the board of %s of a whole season", (metric) => {
    const rounds = season(200, 60);
    const worths = (wins: readonly BoardWin[]) => board(wins, metric).map(([, worth]) => worth);
    expect(worths(rounds.flatMap(bestWins))).toEqual(worths(rounds.flat()));
  });
});
