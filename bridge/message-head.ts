/**
 * What the bridge must know of a message: its name and the attributes of its first element. The rest is the platform's to read; a
 * consumer that parses a hundred markets per message falls behind, and a consumer that falls behind is cut off.
 */

export interface MessageHead {
  readonly name: string;
  readonly product: number | null;
  /** When the provider made it, in Unix milliseconds. */
  readonly timestampMs: number | null;
  readonly requestId: number | null;
  /** `sr:match:61000001`; null for a message about no event, or an address of no known form. */
  readonly eventId: string | null;
  readonly subscribed: boolean | null;
  /** The event's results are confirmed: nothing more is expected of it. */
  readonly closesEvent: boolean;
}

const ROOT = /<([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const STATUS = /<sport_event_status\s[^<>]*?\bstatus\s*=\s*["'](\d{1,3})["']/;
const EVENT_ID = /^[a-z]{1,12}:[a-z_]{1,30}:\d{1,15}$/;
/** Status 4 of an event: closed. */
const CLOSED = "4";
/** The first element is within the first characters of a message, after the declaration. */
const HEAD_CHARS = 2_000;

/** Null when the text does not begin like a message. */
export function readHead(text: string): MessageHead | null {
  const root = ROOT.exec(text.slice(0, HEAD_CHARS));
  if (root?.[1] === undefined) return null;
  const attributes = new Map([...(root[2] ?? "").matchAll(ATTRIBUTE)].map(([, name, one, other]) => [name, one ?? other ?? ""]));
  const eventId = attributes.get("event_id") ?? "";
  const subscribed = attributes.get("subscribed");
  return {
    name: root[1],
    product: wholeOf(attributes.get("product")),
    timestampMs: wholeOf(attributes.get("timestamp")),
    requestId: wholeOf(attributes.get("request_id")),
    eventId: EVENT_ID.test(eventId) ? eventId : null,
    subscribed: subscribed === undefined ? null : subscribed !== "0",
    closesEvent: root[1] === "odds_change" && STATUS.exec(text.slice(0, HEAD_CHARS))?.[1] === CLOSED,
  };
}

function wholeOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
