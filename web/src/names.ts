/** Names of markets and outcomes in the page's language; what the page does not know keeps the feed's own name. */
import type { Bet, FixtureWire, MarketWire, OutcomeWire } from "./api/types.ts";
import { t } from "./i18n/i18n.ts";

type Teams = Pick<FixtureWire, "home_team" | "away_team">;

/** `total=2.5` has the line 2.5. */
function lineOf(specifier: string): string {
  return specifier.split("=")[1] ?? specifier;
}

export function marketName(market: Pick<MarketWire, "type" | "specifier" | "name">): string {
  switch (market.type) {
    case "1x2":
      return t("market_1x2");
    case "total":
      return t("market_total", { line: lineOf(market.specifier) });
    case "both_score":
      return t("market_both_score");
    case "double_chance":
      return t("market_double_chance");
    default:
      return market.name;
  }
}

export function outcomeName(teams: Teams, specifier: string, outcome: Pick<OutcomeWire, "outcome_id" | "name">): string {
  switch (outcome.outcome_id) {
    case "home":
      return teams.home_team;
    case "away":
      return teams.away_team;
    case "draw":
      return t("draw");
    case "over":
      return t("over", { line: lineOf(specifier) });
    case "under":
      return t("under", { line: lineOf(specifier) });
    case "yes":
      return t("yes");
    case "no":
      return t("no");
    case "home_draw":
      return t("or_draw", { team: teams.home_team });
    case "draw_away":
      return t("or_draw", { team: teams.away_team });
    case "home_away":
      return t("no_draw");
    default:
      return outcome.name;
  }
}

type PlacedSelection = Pick<Bet["selections"][number], "selection_id" | "market_id" | "market_name" | "outcome_name" | "event_name">;

/** The same names for a selection of a placed bet, which tells its market and outcome by their ids. */
export function placedNames(selection: PlacedSelection): { readonly outcome: string; readonly market: string } {
  const [type = "", line] = selection.market_id.split("=");
  const specifier = line === undefined ? "" : selection.market_id;
  const [home_team, away_team] = selection.event_name.split(" v ");
  const outcome_id = selection.selection_id.split(":").at(-1) ?? "";
  const market = marketName({ type, specifier, name: selection.market_name });
  if (home_team === undefined || away_team === undefined) return { outcome: selection.outcome_name, market };
  return { outcome: outcomeName({ home_team, away_team }, specifier, { outcome_id, name: selection.outcome_name }), market };
}
