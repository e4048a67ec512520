/**
 * The real season that the feed replays, and each team's strength in it.
 *
 * Strengths are averages of the season's own results: goals scored and conceded at home and away against the league's average. They
 * give the goals model its expectations, so favourites are priced as favourites.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { ExpectedGoals, Score } from "../../shared/odds/goals-model.ts";

const score = z.tuple([z.int().min(0).max(20), z.int().min(0).max(20)]);
const seasonSchema = z.object({
  name: z.string(),
  matches: z.array(
    z.object({
      round: z.string(),
      date: z.string(),
      team1: z.string(),
      team2: z.string(),
      score: z.object({ ht: score.optional(), ft: score.optional() }),
    }),
  ),
});

export interface PlayedMatch {
  readonly round: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly halfTime: Score | null;
  readonly fullTime: Score;
}

export interface Season {
  readonly name: string;
  readonly scheduled: number;
  /** Matches with a result, in the order of the file. */
  readonly played: readonly PlayedMatch[];
  /** Goals that each side is expected to score; the league's average for a team that the season does not know. */
  readonly expect: (homeTeam: string, awayTeam: string) => ExpectedGoals;
}

const FILE = new URL("../data/openfootball.england-premier.2025-26.json", import.meta.url);

/** Reads and checks the season's file; throws when it is not what it should be. */
export function loadSeason(): Season {
  const { name, matches } = seasonSchema.parse(JSON.parse(readFileSync(FILE, "utf8")));
  const played = matches.flatMap(({ round, team1, team2, score: { ht, ft } }): PlayedMatch[] =>
    ft === undefined
      ? []
      : [{ round, homeTeam: team1, awayTeam: team2, halfTime: ht === undefined ? null : toScore(ht), fullTime: toScore(ft) }],
  );
  return { name, scheduled: matches.length, played, expect: expectations(played) };
}

function toScore([home, away]: readonly [number, number]): Score {
  return { home, away };
}

interface Strength {
  matches: number;
  scored: number;
  conceded: number;
}

function expectations(played: readonly PlayedMatch[]): Season["expect"] {
  const atHome = new Map<string, Strength>();
  const away = new Map<string, Strength>();
  for (const { homeTeam, awayTeam, fullTime } of played) {
    count(atHome, homeTeam, fullTime.home, fullTime.away);
    count(away, awayTeam, fullTime.away, fullTime.home);
  }
  const average = (of: (match: PlayedMatch) => number) => played.reduce((sum, match) => sum + of(match), 0) / played.length;
  const homeGoals = average((match) => match.fullTime.home);
  const awayGoals = average((match) => match.fullTime.away);
  return (homeTeam, awayTeam) => {
    const host = atHome.get(homeTeam);
    const guest = away.get(awayTeam);
    return {
      home: homeGoals * relative(host?.scored, host?.matches, homeGoals) * relative(guest?.conceded, guest?.matches, homeGoals),
      away: awayGoals * relative(guest?.scored, guest?.matches, awayGoals) * relative(host?.conceded, host?.matches, awayGoals),
    };
  };
}

function count(strengths: Map<string, Strength>, team: string, scored: number, conceded: number): void {
  const known = strengths.get(team) ?? { matches: 0, scored: 0, conceded: 0 };
  strengths.set(team, { matches: known.matches + 1, scored: known.scored + scored, conceded: known.conceded + conceded });
}

/** A team's goals per match over the league's, drawn towards 1 by four average matches, so that a short record says little. */
function relative(goals: number | undefined, matches: number | undefined, average: number): number {
  const prior = 4;
  return ((goals ?? 0) + prior * average) / (((matches ?? 0) + prior) * average);
}
