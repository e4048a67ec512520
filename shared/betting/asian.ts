/**
 * Results of Asian lines: a handicap or a total against the score (betting-rules 2.4.7).
 *
 * A quarter line is two half bets on the lines beside it, so results come by halves. All in quarters of a goal: whole numbers.
 */
import type { PlainOutcome } from "./types.ts";

/** -0.25 as -1: a line in quarters. */
export type QuarterLine = number;

const LINE = /^[+-]?\d{1,3}(?:\.(?:0|00|25|5|50|75))?$/;

/** Reads "-0.25", "2.5", "+1"; null for what is not a multiple of a quarter. */
export function parseQuarterLine(text: string): QuarterLine | null {
  return LINE.test(text) ? Number(text) * 4 : null;
}

/** The result of backing a side with this handicap: its goals plus the line against the other's. */
export function handicapResult(line: QuarterLine, goalsFor: number, goalsAgainst: number): PlainOutcome {
  return resultOf(line, (goalsFor - goalsAgainst) * 4);
}

/** The result of a total: over wins above the line, under below it. */
export function totalResult(line: QuarterLine, side: "over" | "under", totalGoals: number): PlainOutcome {
  return side === "over" ? resultOf(-line, totalGoals * 4) : resultOf(line, -totalGoals * 4);
}

/** `margin + line` decides: a half-goal or whole line at once, a quarter line as the two lines beside it. */
function resultOf(line: QuarterLine, margin: number): PlainOutcome {
  const isQuarter = Math.abs(line) % 2 === 1;
  const halves = isQuarter ? [line - 1, line + 1] : [line, line];
  const points = halves.reduce((sum, half) => sum + Math.sign(margin + half), 0);
  return BY_POINTS[points + 2] ?? "void";
}

const BY_POINTS: readonly PlainOutcome[] = ["lost", "half_lost", "void", "half_won", "won"];
