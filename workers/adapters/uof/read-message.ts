/**
 * One message of a unified odds feed as what it means to us: a message about a fixture, or news of a producer.
 *
 * Facts of the format: docs/feeds.md. What can't be read is refused alone; nothing is guessed. Odds are cut down to three decimals.
 */
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { type Content, fixtureIdOf, type Unreadable } from "./content.ts";
import { BUILT_IN, type DescriptionBook } from "./description-book.ts";
import type { Undescribed } from "./market-names.ts";
import { boundedScore, playStatusOf } from "./play-status.ts";
import { type Descriptions, descriptionsOf, languageOf } from "./read-descriptions.ts";
import { fixtureOf } from "./read-fixture.ts";
import { offersOf, stoppedGroups, undescribedIn } from "./read-offers.ts";
import { marketIdsOf, settlementsOf } from "./read-results.ts";
import { summaryOf } from "./read-summary.ts";
import { childOf, childrenOf, integerOf, readXml, type XmlElement } from "./xml.ts";

export type ProducerNews =
  | { readonly kind: "alive"; readonly producer: number; readonly atMs: number; readonly isSubscribed: boolean }
  | { readonly kind: "snapshot_complete"; readonly producer: number; readonly requestId: number; readonly atMs: number };

export type UofNews =
  | { readonly kind: "message"; readonly message: FeedMessage /** Names that it needs. */; readonly undescribed: readonly Undescribed[] }
  /** A document that messages should have told of already: it is compared, and puts right what they did not say. */
  | { readonly kind: "check"; readonly message: FeedMessage }
  | ({ readonly kind: "descriptions" } & Descriptions)
  | ProducerNews
  /** A document that says nothing about bets: an answer to a recovery, a list of producers. */
  | { readonly kind: "nothing" };

export interface Envelope {
  readonly feed: string;
  /** The number under which the bridge has kept the message. */
  readonly sequence: number;
  /** Where a document was fetched from; a message of the broker comes from nowhere. */
  readonly path?: string | undefined;
}

/** Reads one document; refuses with the reason why it can't be read. */
export function readMessage(xml: string, envelope: Envelope, book: DescriptionBook = BUILT_IN): Result<UofNews, Unreadable> {
  const root = readXml(xml);
  if (!root.ok) return root;
  const element = root.value;
  switch (element.name) {
    case "alive":
    case "snapshot_complete":
      return producerNews(element);
    case "fixtures_fixture":
      return isChangedFixture(envelope) ? asCheck(fixtureOf(element), envelope) : asMessage(fixtureOf(element), envelope);
    case "match_summary":
      return asCheck(summaryOf(element), envelope);
    case "odds_change":
      return asMessage(eventNews(element, book), envelope, undescribedIn(element, book));
    case "bet_stop":
    case "bet_settlement":
    case "rollback_bet_settlement":
    case "bet_cancel":
    case "rollback_bet_cancel":
    case "fixture_change":
      return asMessage(eventNews(element, book), envelope);
    case "market_descriptions":
    case "variant_descriptions":
    case "player_profile":
      return descriptionNews(element, envelope);
    default:
      return ok({ kind: "nothing" });
  }
}

function asMessage(
  content: Result<Content, Unreadable>,
  { feed, sequence }: Envelope,
  undescribed: readonly Undescribed[] = [],
): Result<UofNews, Unreadable> {
  if (!content.ok) return content;
  return ok({ kind: "message", message: messageOf(content.value, { feed, sequence }), undescribed });
}

function messageOf(content: Content, { feed, sequence }: Envelope): FeedMessage {
  return { v: 1, feed, messageId: `${feed}-${sequence}`, sequence, ...content } as FeedMessage;
}

/** Nothing when the document has nothing to compare. */
function asCheck(content: Result<Content | null, Unreadable>, envelope: Envelope): Result<UofNews, Unreadable> {
  if (!content.ok) return content;
  return ok(content.value === null ? { kind: "nothing" } : { kind: "check", message: messageOf(content.value, envelope) });
}

/** The document of a fixture that was known before. */
function isChangedFixture({ path }: Envelope): boolean {
  return path?.endsWith("/fixture_change_fixture.xml") === true;
}

/** A document of no known language describes nothing to anybody. */
function descriptionNews(element: XmlElement, { path }: Envelope): Result<UofNews, Unreadable> {
  const language = path === undefined ? null : languageOf(path);
  if (language === null) return ok({ kind: "nothing" });
  const descriptions = descriptionsOf(element, language);
  return descriptions.ok ? ok({ kind: "descriptions", ...descriptions.value }) : descriptions;
}

function producerNews(element: XmlElement): Result<UofNews, Unreadable> {
  const producer = integerOf(element, "product");
  const atMs = integerOf(element, "timestamp");
  if (producer === null || atMs === null) return err({ reason: `${element.name} without product or timestamp` });
  if (element.name === "alive") return ok({ kind: "alive", producer, atMs, isSubscribed: element.attributes["subscribed"] === "1" });
  const requestId = integerOf(element, "request_id");
  return requestId === null
    ? err({ reason: "a snapshot without its request" })
    : ok({ kind: "snapshot_complete", producer, requestId, atMs });
}

function eventNews(element: XmlElement, book: DescriptionBook): Result<Content, Unreadable> {
  const producer = integerOf(element, "product");
  const producedAtMs = integerOf(element, "timestamp");
  const fixtureId = fixtureIdOf(element.attributes["event_id"] ?? "");
  if (producer === null || producer < 1 || producedAtMs === null || fixtureId === null)
    return err({ reason: `${element.name} without product, timestamp or event` });
  const head = { fixtureId, producedAtMs, producer };
  switch (element.name) {
    case "odds_change":
      return ok({ ...head, type: "odds_change", ...stateOf(childOf(element, "sport_event_status")), markets: offersOf(element, book) });
    case "bet_stop":
      return ok({
        ...{ ...head, type: "bet_stop", reason: "bet_stop", groups: stoppedGroups(element.attributes["groups"]) },
        marketStatus: element.attributes["market_status"] === "0" ? "closed" : "suspended",
      });
    case "bet_settlement": {
      const markets = settlementsOf(element);
      const certainty = integerOf(element, "certainty") === 1 ? 1 : 2;
      return markets.ok
        ? ok({ ...head, type: "bet_settlement", certainty, homeScore: null, awayScore: null, markets: [...markets.value] })
        : markets;
    }
    case "rollback_bet_settlement":
      return ok({ ...head, type: "rollback_settlement", marketIds: [...marketIdsOf(element)] });
    case "fixture_change":
      return ok({
        ...head,
        type: "schedule_change",
        startsAtMs: integerOf(element, "start_time"),
        isCancelled: integerOf(element, "change_type") === 3,
      });
    default:
      return ok({ ...head, ...cancelOf(element) });
  }
}

function cancelOf(element: XmlElement) {
  const window = { placedFromMs: integerOf(element, "start_time"), placedToMs: integerOf(element, "end_time") };
  const marketIds = [...marketIdsOf(element)];
  if (element.name === "rollback_bet_cancel") return { type: "rollback_cancel", marketIds, ...window } as const;
  const reason = childrenOf(element, "market")[0]?.attributes["void_reason"] ?? "";
  return { type: "bet_cancel", marketIds, ...window, reason: `void_reason ${reason}`.trim() } as const;
}

/** Match statuses in which the score may have goals of extra time or penalties in it. */
const AFTER_REGULAR_PLAY: ReadonlySet<string> = new Set(["33", "34", "40", "41", "42", "50", "110", "120"]);

/** The state of play; all null when the message says nothing of it. */
function stateOf(element: XmlElement | null) {
  const status = playStatusOf(element?.attributes["status"]);
  const [homeScore, awayScore] = element === null ? [null, null] : [integerOf(element, "home_score"), integerOf(element, "away_score")];
  const time = /^(\d{1,3}):\d{2}$/.exec(childOf(element, "clock")?.attributes["match_time"] ?? "")?.[1];
  const minute = time === undefined ? null : Math.min(150, Number(time));
  const isAfter = AFTER_REGULAR_PLAY.has(element?.attributes["match_status"] ?? "");
  const state = { status, minute, homeScore: boundedScore(homeScore), awayScore: boundedScore(awayScore) };
  return isAfter ? { ...state, isAfterRegularPlay: true } : state;
}
