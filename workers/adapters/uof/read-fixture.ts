/** The REST document of a fixture: who plays whom, when, in which league. The bridge fetches it and posts it like a message. */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { type Content, fixtureIdOf, type Unreadable } from "./content.ts";
import { childOf, childrenOf, type XmlElement } from "./xml.ts";

/** Sports as match pages call them. */
const SPORTS: Readonly<Record<string, string>> = {
  "sr:sport:1": "football",
  "sr:sport:2": "basketball",
  "sr:sport:3": "baseball",
  "sr:sport:4": "ice_hockey",
  "sr:sport:5": "tennis",
  "sr:sport:21": "cricket",
};

export function fixtureOf(document: XmlElement): Result<Content, Unreadable> {
  const fixture = childOf(document, "fixture");
  const fixtureId = fixtureIdOf(fixture?.attributes["id"] ?? "");
  const startsAtMs = Date.parse(fixture?.attributes["start_time"] ?? fixture?.attributes["scheduled"] ?? "");
  const producedAtMs = Date.parse(document.attributes["generated_at"] ?? "");
  if (fixtureId === null || Number.isNaN(startsAtMs)) return err({ reason: "a fixture without id or start" });
  const tournament = childOf(fixture, "tournament");
  const sportId = childOf(tournament, "sport")?.attributes["id"] ?? "";
  return ok({
    ...{ type: "fixture_change", fixtureId, producedAtMs: Number.isNaN(producedAtMs) ? 0 : producedAtMs },
    sport: SPORTS[sportId] ?? "other",
    league: nameOf(tournament, "league"),
    homeTeam: nameOf(competitor(fixture, "home"), "home team"),
    awayTeam: nameOf(competitor(fixture, "away"), "away team"),
    startsAtMs,
    // The document does not say how the match stands: that stays as the messages have it.
    status: null,
  });
}

function competitor(fixture: XmlElement | null, side: "home" | "away"): XmlElement | null {
  const competitors = childrenOf(childOf(fixture, "competitors"), "competitor");
  return competitors.find((one) => one.attributes["qualifier"] === side) ?? competitors[side === "home" ? 0 : 1] ?? null;
}

function nameOf(element: XmlElement | null, otherwise: string): string {
  return (element?.attributes["name"] ?? otherwise).slice(0, 120);
}
