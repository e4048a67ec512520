/**
 * The REST document of how a match stands, which the bridge fetches when the provider lists its result as changed: what messages should
 * have said already. Of use once the play is over; while it lasts the messages know more.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { type Content, fixtureIdOf, type Unreadable } from "./content.ts";
import { boundedScore, type PlayStatus, playStatusOf } from "./play-status.ts";
import { childOf, integerOf, type XmlElement } from "./xml.ts";

const OVER: ReadonlySet<PlayStatus> = new Set(["finished", "cancelled", "postponed", "abandoned"]);

/** Null for a match that is not over. */
export function summaryOf(document: XmlElement): Result<Content | null, Unreadable> {
  const fixtureId = fixtureIdOf(childOf(document, "sport_event")?.attributes["id"] ?? "");
  const producedAtMs = Date.parse(document.attributes["generated_at"] ?? "");
  const play = childOf(document, "sport_event_status");
  const status = playStatusOf(play?.attributes["status_code"]);
  if (fixtureId === null || play === null || Number.isNaN(producedAtMs)) return err({ reason: "a summary without event, time or status" });
  if (status === null || !OVER.has(status)) return ok(null);
  const [homeScore, awayScore] = [boundedScore(integerOf(play, "home_score")), boundedScore(integerOf(play, "away_score"))];
  // The score may have extra time in it, and nothing says how long it stood: it gives no lead that a bet was promised to be paid for.
  const score = { homeScore, awayScore, isAfterRegularPlay: true };
  return ok({ type: "odds_change", fixtureId, producedAtMs, status, minute: null, ...score, markets: [] });
}
