/** What the catalogue in D1 keeps of a fixture: teams, start, status, score and results, not its prices. */
import type { FixtureRow } from "../protocol/queue/fixture-row.ts";
import type { FixtureState } from "./fixture-state.ts";

export function catalogueRow(state: FixtureState): FixtureRow {
  const { fixtureId, sport, league, homeTeam, awayTeam, startsAtMs, status, homeScore, awayScore, resultVersion, seq } = state;
  return { fixtureId, sport, league, homeTeam, awayTeam, startsAtMs, status, homeScore, awayScore, resultVersion, seq };
}

/** True when a row must be written for `after`; a `seq` alone is no reason. */
export function catalogueChanged(before: FixtureState | null, after: FixtureState): boolean {
  if (before === null) return true;
  const [known, next] = [catalogueRow(before), catalogueRow(after)];
  return (Object.keys(next) as (keyof FixtureRow)[]).some((name) => name !== "seq" && known[name] !== next[name]);
}
