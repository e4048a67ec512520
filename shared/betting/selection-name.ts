/**
 * The words by which a match page names a selection, which the fixture itself resolves: "1X2" and "home", "over_under_2.5" and "over",
 * or the name of a team.
 */

/** Markets that match pages know under other names than ours. */
const MARKET_NAMES: ReadonlyMap<string, string> = new Map([
  ["match_winner", "1x2"],
  ["btts", "both_score"],
  ["both_teams_to_score", "both_score"],
]);
const OVER_UNDER = /^(?:over_under|total)[_=](\d{1,3}(?:\.\d{1,2})?)$/;

export interface NamedFixture {
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly markets: readonly {
    readonly marketId: string;
    readonly outcomes: readonly { readonly selectionId: string; readonly outcomeId: string; readonly name: string }[];
  }[];
}

/** Finds the selection that a market's and an outcome's name mean in this fixture; null when there is none. */
export function findSelection(fixture: NamedFixture, marketName: string, outcomeName: string): string | null {
  const marketId = canonicalMarket(marketName);
  const market = fixture.markets.find((candidate) => candidate.marketId.toLowerCase() === marketId);
  if (market === undefined) return null;
  const wanted = outcomeName.trim().toLowerCase();
  const team = wanted === fixture.homeTeam.toLowerCase() ? "home" : wanted === fixture.awayTeam.toLowerCase() ? "away" : null;
  const outcome = market.outcomes.find(
    ({ outcomeId, name }) => outcomeId.toLowerCase() === wanted || name.toLowerCase() === wanted || outcomeId === team,
  );
  return outcome?.selectionId ?? null;
}

function canonicalMarket(name: string): string {
  const text = name.trim().toLowerCase();
  const line = OVER_UNDER.exec(text)?.[1];
  return line === undefined ? (MARKET_NAMES.get(text) ?? text) : `total=${line}`;
}
